import assert from 'node:assert/strict';
import { isEmptyName, parseName, printName, sameName, valuesOf } from '../../../src/core/x509/name.ts';
import { der, oid, sequence, set, text } from '../../../src/io/demo/der-writer.ts';
import { encodeName } from '../../../src/io/demo/mint-names.ts';

const cn = (value: string, tag: number) => sequence(set(sequence(oid('2.5.4.3'), text(value, tag))));

describe('distinguished names', () => {
  const round = [
    'CN=kubernetes-admin,O=system:masters',
    'CN=a\\, b\\+c,OU=x\\=y,O=\\#1\\ ',
    'CN=a+OU=b,O=c,C=DE',
    'UID=u,DC=example,DC=org',
    'emailAddress=a@b,serialNumber=1',
    '',
  ];
  for (const name of round) {
    it(`prints "${name}" as RFC 4514 has it`, () => {
      const expected = name.replace('x\\=y', 'x=y');
      assert.equal(printName(parseName(encodeName(name))), expected);
    });
  }

  it('prints unknown types and values that are no strings as hex', () => {
    const odd = sequence(
      set(sequence(oid('1.2.3'), text('a'))),
      set(sequence(oid('2.5.4.3'), der(2, Buffer.from([5])))),
    );
    assert.equal(printName(parseName(odd)), 'CN=#020105,1.2.3=#0c0161');
  });

  it('lets no control character through', () => {
    assert.equal(printName(parseName(cn('a\u001b[31m\n\u009b', 0x0c))), 'CN=a\\1b[31m\\0a\\c2\\9b');
  });

  it('calls names the same that differ in case, blanks and string type only', () => {
    assert.ok(sameName(cn('Example  CA', 0x0c), cn(' example ca ', 0x13)));
    assert.ok(sameName(encodeName('CN=a+OU=b'), encodeName('OU=B+CN=A')));
  });

  it('calls names different that differ in order, value or number of sets', () => {
    assert.ok(!sameName(encodeName('CN=a,O=b'), encodeName('O=b,CN=a')));
    assert.ok(!sameName(encodeName('CN=a'), encodeName('CN=b')));
    assert.ok(!sameName(encodeName('CN=a'), encodeName('CN=a,O=b')));
    assert.ok(!sameName(encodeName('CN=a'), encodeName('O=a')));
  });

  it('compares what is no name byte by byte instead of failing', () => {
    assert.ok(!sameName(Buffer.from('3001', 'hex'), encodeName('CN=a')));
  });

  it('finds values and emptiness', () => {
    const name = encodeName('CN=a,CN=b');
    assert.deepEqual(valuesOf(parseName(name), '2.5.4.3'), ['b', 'a']);
    assert.equal(isEmptyName(name), false);
    assert.equal(isEmptyName(encodeName('')), true);
  });
});
