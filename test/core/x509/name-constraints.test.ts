import assert from 'node:assert/strict';
import type { NameConstraints } from '../../../src/core/x509/extensions.ts';
import { type GeneralName, type GeneralNameKind, parseAddress } from '../../../src/core/x509/general-name.ts';
import { constrainedNames, findMalformedConstraint, judgeName } from '../../../src/core/x509/name-constraints.ts';
import { mint } from '../../../src/io/demo/mint.ts';
import { encodeName } from '../../../src/io/demo/mint-names.ts';

/** A name or constraint; an address may have a mask in bits. */
function general(kind: GeneralNameKind, value: string): GeneralName {
  if (kind === 'directory') return { kind, value, raw: encodeName(value) };
  if (kind !== 'ip') return { kind, value, raw: Buffer.from(value) };
  const [address = '', bits] = value.split('/');
  const octets = parseAddress(address)!;
  if (bits === undefined) return { kind, value, raw: octets };
  const mask = octets.map((_, index) => 256 - 2 ** (8 - Math.min(8, Math.max(0, Number(bits) - index * 8))));
  return { kind, value, raw: Buffer.concat([octets, mask]) };
}

const permit = (...permitted: GeneralName[]): NameConstraints => ({ permitted, excluded: [], bounded: false });
const exclude = (...excluded: GeneralName[]): NameConstraints => ({ permitted: [], excluded, bounded: false });

const inside: [kind: GeneralNameKind, name: string, base: string, isInside: boolean][] = [
  ['dns', 'example.com', 'example.com', true],
  ['dns', 'WWW.Example.com', 'example.COM', true],
  ['dns', 'notexample.com', 'example.com', false],
  ['dns', 'example.com', 'www.example.com', false],
  ['dns', 'anything.at.all', '', true],
  ['dns', '*.example.com', 'example.com', true],
  ['dns', '*.example.com', 'www.example.com', false],
  ['dns', 'www.example.com', '.example.com', true],
  ['dns', 'example.com', '.example.com', false],
  ['dns', '.example.com', 'example.com', false],
  ['dns', 'a..example.com', 'example.com', false],
  ['ip', '10.1.2.3', '10.0.0.0/8', true],
  ['ip', '11.1.2.3', '10.0.0.0/8', false],
  ['ip', '192.0.2.129', '192.0.2.128/25', true],
  ['ip', '192.0.2.127', '192.0.2.128/25', false],
  ['ip', '2001:db8:1::1', '2001:db8::/32', true],
  ['ip', '2001:db9::1', '2001:db8::/32', false],
  ['ip', '::1', '0.0.0.0/0', false],
  ['email', 'me@example.com', 'example.com', true],
  ['email', 'me@EXAMPLE.com', 'example.com', true],
  ['email', 'me@mail.example.com', 'example.com', false],
  ['email', 'me@mail.example.com', '.example.com', true],
  ['email', 'me@example.com', '.example.com', false],
  ['email', 'me@example.com', 'me@example.com', true],
  ['email', 'Me@example.com', 'me@example.com', false],
  ['email', '*@example.com', '*@example.com', true],
  ['email', '"a@b"@example.com', 'example.com', true],
  ['email', 'a@b@example.com', 'example.com', false],
  ['uri', 'https://example.com/x', 'example.com', true],
  ['uri', 'https://user@example.com:8443/x', 'example.com', true],
  ['uri', 'spiffe://Cluster.Local/ns/a/sa/b', 'cluster.local', true],
  ['uri', 'https://www.example.com', 'example.com', false],
  ['uri', 'https://www.example.com', '.example.com', true],
  ['uri', 'https://10.0.0.1/', '', false],
  ['uri', 'https://[::1]/', '', false],
  ['uri', 'urn:uuid:1', '', false],
  ['directory', 'CN=x,O=Org', 'O=Org', true],
  ['directory', 'CN=x,O=ORG ', 'O=org', true],
  ['directory', 'O=Org,CN=x', 'O=Org', false],
  ['directory', 'O=Org', 'CN=x,O=Org', false],
  ['directory', 'CN=x', '', true],
];

describe('name constraints', () => {
  for (const [kind, name, base, isInside] of inside) {
    it(`${kind} name "${name}" lies ${isInside ? 'inside' : 'outside'} of "${base}"`, () => {
      const permitted = judgeName(general(kind, name), permit(general(kind, base)));
      assert.equal(permitted?.rule, isInside ? undefined : 'name-not-permitted');
      if (isInside) assert.equal(judgeName(general(kind, name), exclude(general(kind, base)))?.rule, 'name-excluded');
    });
  }

  const wildcards: [name: string, excluded: string, touches: boolean][] = [
    ['*.example.com', 'bar.example.com', true],
    ['*.example.com', '.bar.example.com', true],
    ['*.example.com', 'a.bar.example.com', false],
    ['*.example.com', 'bar.example.org', false],
    ['*.example.com', 'com', true],
  ];
  for (const [name, excluded, touches] of wildcards) {
    it(`"${name}" ${touches ? 'may stand for a name below' : 'has nothing to do with'} "${excluded}"`, () => {
      assert.equal(
        judgeName(general('dns', name), exclude(general('dns', excluded)))?.rule,
        touches ? 'name-excluded' : undefined,
      );
    });
  }

  it('leaves names of other kinds alone', () => {
    assert.equal(judgeName(general('dns', 'example.com'), exclude(general('ip', '0.0.0.0/0'))), undefined);
    assert.equal(judgeName(general('dns', 'example.com'), permit(general('email', 'example.org'))), undefined);
  });

  it('lets exclusion win over permission, and any one permission do', () => {
    const both = {
      permitted: [general('dns', 'example.com')],
      excluded: [general('dns', 'example.com')],
      bounded: false,
    };
    assert.equal(judgeName(general('dns', 'example.com'), both)?.rule, 'name-excluded');
    const two = permit(general('dns', 'example.org'), general('dns', 'example.com'));
    assert.equal(judgeName(general('dns', 'example.com'), two), undefined);
  });

  it('refuses a constrained name of a kind that is not understood', () => {
    assert.equal(
      judgeName(general('other', 'aa'), exclude(general('other', 'bb')))?.rule,
      'name-constraint-unsupported',
    );
  });

  const malformed: [kind: GeneralNameKind, base: string, reason: RegExp | undefined][] = [
    ['dns', '.example.com', /starts with a period/],
    ['dns', '*.example.com', /no DNS name/],
    ['dns', 'example.com', undefined],
    ['dns', '', undefined],
    ['ip', '127.0.0.1', /no address with a mask/],
    ['email', 'a@b@c', /no mailbox/],
    ['email', '.example.com', undefined],
    ['email', '-', /no host name/],
    ['uri', 'https://example.com', /no host name/],
    ['uri', '.example.com', undefined],
  ];
  for (const [kind, base, reason] of malformed) {
    it(`${reason ? 'knows that' : 'accepts'} the ${kind} constraint "${base}"${reason ? ' is malformed' : ''}`, () => {
      const found = findMalformedConstraint(permit(general(kind, base)));
      if (reason) assert.match(found ?? '', reason);
      else assert.equal(found, undefined);
    });
  }

  it('knows that masks with holes, bounds and emptiness are malformed', () => {
    const holes = { kind: 'ip' as const, value: '', raw: Uint8Array.of(10, 0, 0, 0, 255, 0, 255, 0) };
    assert.match(findMalformedConstraint(exclude(holes)) ?? '', /mask with holes/);
    assert.match(
      findMalformedConstraint({ ...permit(general('dns', 'a')), bounded: true }) ?? '',
      /minimum or a maximum/,
    );
    assert.match(findMalformedConstraint(permit()) ?? '', /is empty/);
  });

  it('takes e-mail addresses of the subject only where there are no others', async () => {
    const validity = { notBefore: 0, notAfter: 1e12 };
    const kinds = async (emails: string[]) => {
      const { certificate } = await mint({ subject: 'emailAddress=a@b,CN=x', emails, ...validity });
      return constrainedNames(certificate).map(({ kind, value, inSubject }) => `${kind} ${value} ${inSubject}`);
    };
    assert.deepEqual(await kinds([]), ['directory emailAddress=a@b,CN=x true', 'email a@b true']);
    assert.deepEqual(await kinds(['c@d']), ['email c@d false', 'directory emailAddress=a@b,CN=x true']);
    assert.deepEqual(
      constrainedNames((await mint({ subject: '', dnsNames: ['x'], ...validity })).certificate).length,
      1,
    );
  });
});
