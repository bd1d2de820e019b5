import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { CHECKS } from '../../../src/core/check/checks.ts';
import { CODES, RETIRED_CODES } from '../../../src/core/check/codes.ts';
import { PLAYBOOKS } from '../../../src/core/diagnose/playbooks.ts';
import { SEVERITIES } from '../../../src/core/model/finding.ts';
import { ALL_CASES } from './cases/all.ts';

describe('the table of codes', () => {
  const all = CHECKS.flatMap(({ codes }) => codes);
  const causes = PLAYBOOKS.flatMap((playbook) => playbook.causes);

  it('has each code once', () => {
    assert.deepEqual(
      [...all, ...causes].map(({ code }) => code).filter((code, index, codes) => codes.indexOf(code) !== index),
      [],
    );
    assert.equal(CODES.size, all.length + causes.length);
  });

  it('gives no retired code to another finding', () => {
    assert.deepEqual(
      [...RETIRED_CODES].filter((code) => CODES.has(code)),
      [],
    );
  });

  it('lists every rule file, and each check once', () => {
    const files = readdirSync(new URL('../../../src/core/check/rules', import.meta.url)).map((file) =>
      file.replace('.ts', ''),
    );
    assert.deepEqual(CHECKS.map(({ id }) => id).sort(), files.sort());
    for (const { title, id } of CHECKS) assert.match(title, /^[a-zA-Z]/, id);
  });

  for (const { code, ...definition } of all) {
    it(`documents ${code} in full`, () => {
      assert.match(code, /^[A-Z]+(_[A-Z\d]+)+$/);
      assert.ok(SEVERITIES.includes(definition.severity));
      assert.match(definition.since, /^\d+\.\d+\.\d+$/);
      for (const text of [definition.title, definition.meaning, definition.source]) assert.ok(text.length > 10, text);
      assert.doesNotMatch(definition.title, /[.]$/);
      assert.match(definition.meaning, /[.]$/);
      assert.ok(definition.prove.length > 0 && definition.fix.length > 0);
    });

    it(`proves that ${code} is said, and that it is not`, () => {
      const cases = ALL_CASES.filter((one) => one.code === code);
      assert.ok(
        cases.some(({ expect }) => expect.length > 0),
        'no case where it speaks',
      );
      assert.ok(
        cases.some(({ expect }) => expect.length === 0),
        'no case where it is silent',
      );
    });
  }

  it('is what every case is about', () => {
    assert.deepEqual(
      ALL_CASES.filter(({ code }) => !CODES.has(code)).map(({ code }) => code),
      [],
    );
  });
});
