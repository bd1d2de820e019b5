import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { CODES } from '../../../src/core/check/codes.ts';
import { explain } from '../../../src/core/check/explain.ts';
import { TOPICS } from '../../../src/core/check/topics.ts';
import { UserError } from '../../../src/core/model/error.ts';
import { DEFAULT_POLICY } from '../../../src/core/model/policy.ts';
import { parsePolicy } from '../../../src/core/parse/policy.ts';

describe('explain', () => {
  for (const name of ['CERT_EXPIRED', 'cert_expired', 'cert-expired', ' Cert Expired ']) {
    it(`finds a code written ${JSON.stringify(name)}`, () => {
      const found = explain(name);
      assert.equal(found.kind === 'code' && found.definition.code, 'CERT_EXPIRED');
    });
  }

  it('finds topics', () => {
    const found = explain('Renew_All');
    assert.equal(found.kind === 'topic' && found.topic.id, 'renew-all');
  });

  it('offers what is written alike when there is no such name', () => {
    assert.throws(
      () => explain('expired'),
      (error) => error instanceof UserError && error.exitCode === 64 && (error.hints[0] ?? '').includes('CERT_EXPIRED'),
    );
    assert.throws(
      () => explain('xyzzy'),
      (error) => error instanceof UserError && error.hints.length === 1,
    );
  });
});

describe('topics', () => {
  it('have names of their own that are no code', () => {
    const ids = TOPICS.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual(
      ids.filter((id) => !/^[a-z]+(-[a-z]+)*$/.test(id)),
      [],
    );
  });

  for (const { id, question, answer, see, commands } of TOPICS) {
    it(`${id}: asks, answers, and points to what exists`, () => {
      assert.match(question, /\?$/);
      assert.ok(answer.length > 0 && commands.length > 0);
      assert.deepEqual(
        see.filter((name) => !CODES.has(name) && !TOPICS.some((topic) => topic.id === name)),
        [],
      );
    });
  }

  it('and codes name only commands that exist', () => {
    const folder = new URL('../../../src/cli/commands', import.meta.url);
    const commands = readdirSync(folder).map((name) => name.replace(/\.ts$/, ''));
    const text = JSON.stringify([TOPICS, [...CODES.values()]]);
    const named = [...text.matchAll(/kubectl certs ([a-z]+)/g)].map(([, name]) => name ?? '');
    assert.ok(named.length > 5);
    assert.deepEqual(
      named.filter((name) => !commands.includes(name)),
      [],
    );
  });

  it('show a policy file that is the default but for what it ignores', () => {
    const text = TOPICS.find(({ id }) => id === 'policy')?.answer.at(-1) ?? '';
    const policy = parsePolicy(text, { name: 'example', codes: new Set(CODES.keys()) });
    assert.deepEqual({ ...policy, ignore: [] }, DEFAULT_POLICY);
    assert.equal(policy.ignore.length, 1);
  });
});
