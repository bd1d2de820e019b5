import assert from 'node:assert/strict';
import fc from 'fast-check';
import { childrenOf, contentOf, readElement } from '../../../src/core/x509/der.ts';
import { readOid, readText, toHex } from '../../../src/core/x509/der-values.ts';
import { der, oid, sequence, set, text } from '../../../src/io/demo/der-writer.ts';

describe('the DER writer', () => {
  for (const [size, header] of [
    [0, '0400'],
    [127, '047f'],
    [128, '048180'],
    [255, '0481ff'],
    [256, '04820100'],
    [65_536, '0483010000'],
  ] as const) {
    it(`writes the shortest length for ${size} bytes`, () => {
      const written = der(4, Buffer.alloc(size));
      assert.equal(toHex(written.subarray(0, header.length / 2)), header);
      assert.equal(readElement(written).minimal, true);
    });
  }

  it('writes what the reader reads back', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 }), (contents) => {
        const written = sequence(...contents.map((content) => der(4, content)));
        assert.deepEqual(
          childrenOf(readElement(written)).map((child) => toHex(contentOf(child))),
          contents.map(toHex),
        );
      }),
    );
  });

  it('writes every object identifier', () => {
    const arcs = fc.tuple(
      fc.constantFrom(0, 1, 2),
      fc.nat(39),
      fc.array(fc.bigInt({ min: 0n, max: 1n << 70n }), { maxLength: 5 }),
    );
    fc.assert(
      fc.property(arcs, ([root, second, rest]) => {
        const dotted = [root, second, ...rest].join('.');
        assert.equal(readOid(readElement(oid(dotted))), dotted);
      }),
    );
  });

  it('writes texts by type and sets by tag', () => {
    assert.equal(readText(readElement(text('Zürich'))), 'Zürich');
    assert.equal(toHex(text('ü', 0x14)), '1401fc');
    assert.equal(toHex(set(der(5))), '31020500');
  });
});
