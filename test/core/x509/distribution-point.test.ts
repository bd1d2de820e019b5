import assert from 'node:assert/strict';
import { readElement } from '../../../src/core/x509/der.ts';
import { toHex } from '../../../src/core/x509/der-values.ts';
import { readCrlScope, readDistributionPoint } from '../../../src/core/x509/distribution-point.ts';
import { der, sequence } from '../../../src/io/demo/der-writer.ts';
import { generalName } from '../../../src/io/demo/mint-names.ts';

const yes = Buffer.from([0xff]);
const fullName = der(0xa0, der(0xa0, generalName.uri('http://a.example/'), generalName.directory('CN=x')));
const relative = der(0xa0, der(0xa1, Buffer.from('content')));

describe('distribution points', () => {
  it('have names, reasons and an issuer', () => {
    const point = readDistributionPoint(
      readElement(sequence(fullName, der(0x81, Buffer.from([6, 0x40])), der(0xa2, generalName.directory('CN=issuer')))),
    );
    assert.deepEqual(
      point.names.map(({ value }) => value),
      ['http://a.example/', 'CN=x'],
    );
    assert.deepEqual(point.reasons, [1]);
    assert.deepEqual(
      point.issuers.map(({ value }) => value),
      ['CN=issuer'],
    );
  });

  it('may have a relative name, or nothing', () => {
    const point = readDistributionPoint(readElement(sequence(relative)));
    assert.deepEqual([point.names, toHex(point.relative ?? new Uint8Array())], [[], toHex(Buffer.from('content'))]);
    assert.deepEqual(readDistributionPoint(readElement(sequence())), { names: [], issuers: [] });
  });

  it('of lists have a scope', () => {
    const plain = { names: [], onlyUsers: false, onlyCAs: false, onlyAttributes: false, indirect: false };
    const scopeOf = (...fields: Uint8Array[]) => readCrlScope(readElement(sequence(...fields)));
    assert.deepEqual(scopeOf(), plain);
    assert.deepEqual(scopeOf(der(0x81, yes)), { ...plain, onlyUsers: true });
    assert.deepEqual(scopeOf(der(0x82, yes), der(0x84, yes)), { ...plain, onlyCAs: true, indirect: true });
    assert.deepEqual(scopeOf(der(0x83, Buffer.from([5, 0x60])), der(0x85, yes)), {
      ...plain,
      reasons: [1, 2],
      onlyAttributes: true,
    });
    assert.equal(scopeOf(fullName).names.length, 2);
  });

  it('with another name in it are refused', () => {
    assert.throws(
      () => readDistributionPoint(readElement(sequence(der(0xa0, der(0xa5))))),
      /the name of a distribution point expected/,
    );
  });
});
