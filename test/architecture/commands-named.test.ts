import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';

const { commands } = JSON.parse(readFileSync('oclif.manifest.json', 'utf8')) as { commands: Record<string, unknown> };
const known = new Set(Object.keys(commands).flatMap((id) => id.split(':')[0] ?? []));

describe('what the program and its README tell people to type', () => {
  for (const file of [...globSync('src/**/*.{ts,tsx}'), 'README.md']) {
    const named = [...readFileSync(file, 'utf8').matchAll(/kubectl certs ([a-z]+)/g)].map(([, word]) => word as string);
    if (named.length === 0) continue;
    it(`is a command that exists: ${file}`, () => {
      assert.deepEqual(
        named.filter((word) => !known.has(word) && !WORDS.has(word)),
        [],
      );
    });
  }
});

/** Prose, where the program's name is a subject: "kubectl certs lists ...". */
const WORDS: ReadonlySet<string> = new Set(['lists', 'help', 'wrote', 'that']);
