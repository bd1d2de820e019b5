import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { CODES } from '../../../src/core/check/codes.ts';
import { TOPICS } from '../../../src/core/check/topics.ts';
import type { CodeDefinition } from '../../../src/core/model/finding.ts';
import { codeText, listText, topicText } from '../../../src/core/view/explanation.ts';

const definition: CodeDefinition = {
  code: 'A_CODE',
  severity: 'warning',
  title: 'something is off',
  meaning: 'one two three four five',
  prove: ['command --with many flags that are not broken'],
  fix: ['do this and that'],
  source: 'RFC 1',
  since: '0.1.0',
};

describe('the explanation of a code', () => {
  it('breaks paragraphs to the width and leaves commands whole', () => {
    strictEqual(
      codeText(definition, 24),
      `A_CODE: something is off
usually warning; since version 0.1.0

WHAT IT MEANS
  one two three four
  five

HOW TO PROVE IT
  command --with many flags that are not broken

WHAT TO DO
  do this and that

SOURCE
  RFC 1
`,
    );
  });

  it('says how to prevent it where something is known', () => {
    ok(codeText({ ...definition, prevent: ['watch it'] }, 80).includes('\nHOW TO PREVENT IT\n  watch it\n'));
  });

  it('is within 80 columns for every code, but for commands', () => {
    for (const each of CODES.values()) {
      const long = codeText(each, 80)
        .split('\n')
        .filter((line) => line.length > 80);
      deepStrictEqual(
        long.filter((line) => !each.prove.includes(line.trim())),
        [],
        each.code,
      );
    }
  });
});

describe('the answer of a topic', () => {
  const topic = {
    id: 'a-topic',
    question: 'Is it so?',
    answer: ['One two three.', 'Four.'],
    commands: ['kubectl x'],
    see: ['A_CODE'],
  };

  it('gives the question, its paragraphs, what to type and where to read on', () => {
    strictEqual(
      topicText(topic, 80),
      `Is it so?

One two three.

Four.

COMMANDS
  kubectl x

SEE ALSO
  kubectl certs explain A_CODE
`,
    );
  });

  it('is plain ASCII for every topic', () => {
    for (const each of TOPICS) match(topicText(each, 80), /^[\x20-\x7e\n]+$/, each.id);
  });
});

describe('the list of codes and topics', () => {
  it('has one line for each, in columns', () => {
    strictEqual(
      listText(
        [definition, { ...definition, code: 'A_LONGER_CODE', severity: 'critical' }],
        [{ id: 'a-topic', question: 'Is it so?', answer: [], commands: [], see: [] }],
      ),
      `NAME            USUALLY    MEANS
A_CODE          warning    something is off
A_LONGER_CODE   critical   something is off
a-topic         topic      Is it so?
`,
    );
  });

  it('is plain ASCII for every code, whose width is its length', () => {
    for (const { code, title } of CODES.values()) match(`${code} ${title}`, /^[\x20-\x7e]+$/);
  });
});
