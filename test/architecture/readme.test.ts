import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { EVIDENCE_SOURCES } from '../../src/io/collect/evidence/catalogue.ts';
import type { Need } from '../../src/io/collect/source.ts';
import { SOURCES } from '../../src/io/collect/sources.ts';

const BEGIN = '<!-- rights: made from the sources; UPDATE_README=1 npm test -- -g README writes it -->\n';
const END = '<!-- end of rights -->\n';

/** `secrets: list, get`, by API group. */
function rightsTable(): string {
  const evidence = Object.values(EVIDENCE_SOURCES).map((source) => ({ ...source({}), title: 'debug' }));
  const rights = [...SOURCES, ...evidence].flatMap(({ title, needs }) =>
    needs
      .filter((need): need is Extract<Need, { kind: 'rbac' }> => need.kind === 'rbac')
      .map((need) => ({ title, ...need })),
  );
  const byResource = Map.groupBy(rights, ({ group, resource }) => `${group || 'core'} | ${resource}`);
  const rows = [...byResource]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, list]) => {
      const verbs = [...new Set(list.map(({ verb }) => verb))].sort().join(', ');
      const sources = [...new Set(list.map(({ title }) => title))].join(', ');
      return `| ${key} | ${verbs} | ${sources} |\n`;
    });
  return `| API group | resource | verbs | for |\n|---|---|---|---|\n${rows.join('')}`;
}

describe('README', () => {
  it('lists the rights that the sources ask for', () => {
    const text = readFileSync('README.md', 'utf8');
    const start = text.indexOf(BEGIN) + BEGIN.length;
    const end = text.indexOf(END);
    assert.ok(start >= BEGIN.length && end >= start, 'the marks of the table are not in README.md');
    const table = rightsTable();
    if (process.env.UPDATE_README) writeFileSync('README.md', text.slice(0, start) + table + text.slice(end));
    else assert.equal(text.slice(start, end), table);
  });

  it('names scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    const named = [...readFileSync('README.md', 'utf8').matchAll(/npm run (?:-s |--silent )?([a-z:-]+)/g)].map(
      ([, name]) => name as string,
    );
    assert.deepEqual(
      named.filter((name) => !(name in scripts)),
      [],
    );
  });
});
