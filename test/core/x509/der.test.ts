import assert from 'node:assert/strict';
import { childrenOf, contentOf, Fields, MalformedDer, readElement, readWhole } from '../../../src/core/x509/der.ts';
import { readOid, readSerial, readText, readTime, toHex } from '../../../src/core/x509/der-values.ts';
import { der, oid, text } from '../../../src/io/demo/der-writer.ts';

const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');

describe('the DER reader', () => {
  it('reads lengths that are longer than needed and says that they are not DER', () => {
    const element = readElement(bytes('04 82 0001 aa'));
    assert.equal(toHex(contentOf(element)), 'aa');
    assert.equal(element.minimal, false);
    assert.equal(readElement(bytes(`04 8180 ${'00'.repeat(128)}`)).minimal, true);
  });

  it('reads indefinite lengths, nested ones too', () => {
    const element = readElement(bytes('30 80 30 80 0201 05 0000 0201 06 0000'));
    assert.deepEqual(
      childrenOf(element).map(({ tag }) => tag),
      [0x30, 0x02],
    );
    assert.equal(element.end, 14);
  });

  const broken: [reason: string, hex: string, offset: number][] = [
    ['no byte at all', '', 0],
    ['a tag without a length', '30', 0],
    ['a value that reaches beyond the input', '30 05 0201', 0],
    ['a length of nine bytes', '30 89 000000000000000001', 1],
    ['a length that is cut off', '30 84 0000', 1],
    ['an indefinite length without an end', '30 80 0201 05', 0],
    ['an indefinite length of a primitive value', '04 80 0000', 0],
    ['a tag number that never ends', '3f ff ff ff ff', 1],
  ];
  for (const [reason, hex, offset] of broken) {
    it(`refuses ${reason} and says where`, () => {
      assert.throws(
        () => readElement(bytes(hex)),
        (error) =>
          error instanceof MalformedDer && error.offset === offset && error.message.endsWith(`at byte ${offset}`),
      );
    });
  }

  it('refuses a thousand nested indefinite lengths instead of following them', () => {
    assert.throws(() => readElement(bytes('3080'.repeat(1000))), /nested too deeply/);
  });

  it('keeps children inside their container', () => {
    assert.throws(() => childrenOf(readElement(bytes('30 03 0405 aa bbbbbbbb'))), /reaches beyond its container/);
  });

  it('names the missing and the unexpected field', () => {
    const fields = new Fields(readElement(bytes('30 03 0201 05')));
    assert.equal(fields.optional(0x30), undefined);
    assert.throws(() => fields.expect('the list', 0x30), /the list expected, tag 0x02 found at byte 2/);
    assert.throws(() => fields.expect('the end', 0x30), /the end is missing at byte 5/);
  });

  it('refuses bytes after a value that must fill them', () => {
    assert.throws(() => readWhole(bytes('0500 00'), 'a null', 5), /1 bytes follow the a null at byte 2/);
  });
});

describe('values of DER', () => {
  for (const dotted of [
    '1.2.840.113549.1.1.11',
    '2.5.4.3',
    '0.9.2342.19200300.100.1.1',
    '2.999.1',
    '2.25.329800735698586629295641978511506172918',
  ]) {
    it(`reads the object identifier ${dotted}`, () => assert.equal(readOid(readElement(oid(dotted))), dotted));
  }

  it('refuses object identifiers without an end', () => {
    for (const content of ['', '2a86'])
      assert.throws(() => readOid(readElement(der(6, bytes(content)))), /unreadable object identifier/);
  });

  const serials = { '00': '00', '0a': '0a', '00ff': 'ff', '0000ab': 'ab', ff: '-01', '80': '-80', ff00: '-0100' };
  for (const [content, expected] of Object.entries(serials)) {
    it(`reads the integer ${content} as ${expected}`, () =>
      assert.equal(readSerial(readElement(der(2, bytes(content)))), expected));
  }

  const times: [tag: number, value: string, iso: string, strict: boolean][] = [
    [0x17, '260102030405Z', '2026-01-02T03:04:05.000Z', true],
    [0x17, '500101000000Z', '1950-01-01T00:00:00.000Z', true],
    [0x17, '491231235959Z', '2049-12-31T23:59:59.000Z', true],
    [0x18, '20500101000000Z', '2050-01-01T00:00:00.000Z', true],
    [0x18, '99991231235959Z', '9999-12-31T23:59:59.000Z', true],
    [0x18, '20260102030405Z', '2026-01-02T03:04:05.000Z', false],
    [0x17, '2601020304Z', '2026-01-02T03:04:00.000Z', false],
    [0x17, '260102030405+0200', '2026-01-02T01:04:05.000Z', false],
    [0x18, '20520102030405.25Z', '2052-01-02T03:04:05.250Z', false],
    [0x18, '2052010203', '2052-01-02T03:00:00.000Z', false],
  ];
  for (const [tag, value, iso, strict] of times) {
    it(`reads the time ${value}`, () =>
      assert.deepEqual(readTime(readElement(text(value, tag))), { at: Date.parse(iso), strict }));
  }
  for (const value of [
    '260230000000Z',
    '261301000000Z',
    '260101250000Z',
    '260101006000Z',
    'yesterday',
    '\u001b[31m0000000Z',
  ]) {
    it(`refuses the time ${JSON.stringify(value)} without repeating control characters`, () => {
      assert.throws(
        () => readTime(readElement(text(value, 0x17))),
        (error) => error instanceof MalformedDer && !error.message.includes('\u001b'),
      );
    });
  }

  const texts: [tag: number, hex: string, expected: string | undefined][] = [
    [0x0c, 'c3bc', 'ü'],
    [0x0c, 'fc', 'ü'],
    [0x13, '61', 'a'],
    [0x14, 'fc', 'ü'],
    [0x1e, '00fc20ac', 'ü€'],
    [0x1e, '00fc20', 'ü'],
    [0x1c, '0001f600', '😀'],
    [0x1c, 'ffffffff', '\ufffd'],
    [0x04, '61', undefined],
  ];
  for (const [tag, hex, expected] of texts) {
    it(`reads a string of type ${tag} with the bytes ${hex}`, () =>
      assert.equal(readText(readElement(der(tag, bytes(hex)))), expected));
  }
});
