import assert from 'node:assert/strict';
import { readPem } from '../../../src/core/parse/pem.ts';
import { toPem } from '../../../src/io/demo/mint.ts';

const block = (label = 'CERTIFICATE', content = 'hello') => toPem(label, Buffer.from(content));
const summary = (text: string | Uint8Array) => {
  const { blocks, problems } = readPem(text);
  return {
    blocks: blocks.map(({ label, line, der }) => `${line} ${label} ${Buffer.from(der)}`),
    problems: problems.map(({ line, reason }) => `${line} ${reason}`),
  };
};

describe('reading PEM', () => {
  it('numbers blocks and lines, with text around them', () => {
    const { blocks } = readPem(`Subject: x\n\n${block()}between\r\n${block('X509 CRL', 'b')}after`);
    assert.deepEqual(
      blocks.map(({ label, line, index }) => [label, line, index]),
      [
        ['CERTIFICATE', 3, 0],
        ['X509 CRL', 7, 1],
      ],
    );
  });

  it('reads CRLF, missing line ends, blanks and bytes', () => {
    const expected = { blocks: ['1 CERTIFICATE hello'], problems: [] };
    assert.deepEqual(summary(block().replaceAll('\n', '\r\n')), expected);
    assert.deepEqual(summary(block().replaceAll('\n', '')), expected);
    assert.deepEqual(summary(block().replaceAll('\n', '\n   \t')), expected);
    assert.deepEqual(summary(Buffer.from(`\ufeff${block()}`)), expected);
  });

  it('skips headers and knows an encrypted key by them', () => {
    const text = `-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\naGVsbG8=\n-----END RSA PRIVATE KEY-----`;
    const [first] = readPem(text).blocks;
    assert.equal(first?.encrypted, true);
    assert.equal(Buffer.from(first?.der ?? []).toString(), 'hello');
    assert.equal(readPem(text.replace('4,ENCRYPTED', '4,MIC-ONLY')).blocks[0]?.encrypted, false);
  });

  const wrong: [what: string, text: string, problem: string][] = [
    ['a block that is cut off', block().slice(0, 35), '1 BEGIN CERTIFICATE has no END: the text is cut off'],
    ['an END without BEGIN', '\n-----END CERTIFICATE-----', '2 END CERTIFICATE has no BEGIN before it'],
    ['two labels', '-----BEGIN A-----\naGVsbG8=\n-----END B-----', '1 BEGIN A is closed by END B'],
    ['an empty block', '-----BEGIN A-----\n-----END A-----', '1 the A block is empty'],
    ['characters that are not base64', '-----BEGIN A-----\naGV*bG8=\n-----END A-----', '1 the A block is not base64'],
    ['padding in the middle', '-----BEGIN A-----\naG==bG8=\n-----END A-----', '1 the A block is not base64'],
    [
      'a length that base64 can not have',
      '-----BEGIN A-----\naGVsb\n-----END A-----',
      '1 the A block is not base64: its length is wrong',
    ],
    ['headers that never end', '-----BEGIN A-----\nX: y\naGVsbG8=\n-----END A-----', '1 the A block is empty'],
  ];
  for (const [what, text, problem] of wrong) {
    it(`reports ${what} with its line`, () => assert.deepEqual(summary(text), { blocks: [], problems: [problem] }));
  }

  it('goes on after a broken block', () => {
    const text = `-----BEGIN CERTIFICATE-----\naGVs\n${block()}`;
    assert.deepEqual(summary(text), {
      blocks: ['3 CERTIFICATE hello'],
      problems: ['1 BEGIN CERTIFICATE has no END before the next block'],
    });
  });

  it('stops at twenty thousand blocks and says so', () => {
    const { blocks, problems } = readPem('-----BEGIN A-----aGVs-----END A-----'.repeat(20_001));
    assert.equal(blocks.length, 20_000);
    assert.match(problems[0]!.reason, /more than 20000 blocks/);
  });

  it('reads a megabyte of openings on one line', () => {
    const { problems } = readPem('-----BEGIN A-----'.repeat(60_000));
    assert.equal(problems.length, 60_000);
  });

  it('finds nothing in other text', () =>
    assert.deepEqual(summary('----- BEGIN nothing -----'), { blocks: [], problems: [] }));
});
