import assert from 'node:assert/strict';
import { isIPv6 } from 'node:net';
import fc from 'fast-check';
import { readElement } from '../../../src/core/x509/der.ts';
import { parseAddress, printAddress, readGeneralNames } from '../../../src/core/x509/general-name.ts';
import { der, oid, sequence } from '../../../src/io/demo/der-writer.ts';
import { generalName } from '../../../src/io/demo/mint-names.ts';

const canonical: [given: string, printed: string][] = [
  ['192.0.2.1', '192.0.2.1'],
  ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
  ['::', '::'],
  ['::1', '::1'],
  ['1::', '1::'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
  ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['::ffff:192.0.2.1', '::ffff:c000:201'],
];

describe('general names', () => {
  for (const [given, printed] of canonical) {
    it(`prints the address ${given} as ${printed}`, () => assert.equal(printAddress(parseAddress(given)!), printed));
  }

  for (const given of [
    '',
    '1.2.3',
    '1.2.3.256',
    '1:2',
    ':::',
    '1::2::3',
    '12345::',
    '1:2:3:4:5:6:7:8:9',
    '::1%eth0',
    '[::1]',
    'g::',
    '::1.2.3.999',
    '1:2:3:4:5:6:7::8:9',
  ]) {
    it(`does not take "${given}" for an address`, () => assert.equal(parseAddress(given), undefined));
  }

  it('reads back every IPv6 address that it prints', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (octets) => {
        const printed = printAddress(octets);
        assert.ok(isIPv6(printed), printed);
        assert.deepEqual(parseAddress(printed), octets);
      }),
    );
  });

  it('prints ranges with a prefix length, or with the mask where it has holes', () => {
    assert.equal(printAddress(Uint8Array.of(10, 0, 0, 0, 255, 0, 0, 0)), '10.0.0.0/8');
    assert.equal(printAddress(Uint8Array.of(10, 0, 0, 0, 255, 0, 255, 0)), '10.0.0.0/255.0.255.0');
    assert.equal(printAddress(Uint8Array.of(1, 2, 3)), '#010203');
  });

  it('reads every kind', () => {
    const encoded = sequence(
      generalName.dns('a.example'),
      generalName.email('a@b'),
      generalName.uri('spiffe://td/x'),
      generalName.ip(Uint8Array.of(1, 2, 3, 4)),
      generalName.directory('CN=x'),
      Buffer.concat([Buffer.from([0x88]), oid('1.2.3').subarray(1)]),
      der(0xa0, oid('1.2.3')),
    );
    const read = readGeneralNames(readElement(encoded)).map(({ kind, value }) => `${kind}:${value}`);
    assert.deepEqual(read, [
      'dns:a.example',
      'email:a@b',
      'uri:spiffe://td/x',
      'ip:1.2.3.4',
      'directory:CN=x',
      'registeredId:1.2.3',
      'other:06022a03',
    ]);
  });

  it('refuses kinds that do not exist', () => {
    assert.throws(() => readGeneralNames(readElement(sequence(der(0x0c, Buffer.from('x'))))), /unknown kind of name/);
  });
});
