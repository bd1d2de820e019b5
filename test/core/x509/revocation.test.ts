import assert from 'node:assert/strict';
import type { Crl } from '../../../src/core/x509/crl.ts';
import { type ValidationInput, validate } from '../../../src/core/x509/validate.ts';
import { der, sequence } from '../../../src/io/demo/der-writer.ts';
import { type CrlSpec, type Minted, mintCrl } from '../../../src/io/demo/mint.ts';
import { generalName } from '../../../src/io/demo/mint-names.ts';
import { inputOf, makeChain, makeLeaf, makeMiddle, makeRoot, NOW } from './support/scenarios.ts';

const HOUR = 3_600_000;
const flag = (tag: number) => der(tag, Buffer.from([0xff]));
const scope = (...fields: Uint8Array[]) => ({ oid: '2.5.29.28', critical: true, value: sequence(...fields) });
const pointName = (uri: string) => der(0xa0, der(0xa0, generalName.uri(uri)));
const points = (...list: Uint8Array[]) => ({ oid: '2.5.29.31', critical: false, value: sequence(...list) });
const crlNumber = (value: number, critical = false) => ({
  oid: '2.5.29.20',
  critical,
  value: der(2, Buffer.from([value])),
});
const deltaOf = (value: number) => ({ oid: '2.5.29.27', critical: true, value: der(2, Buffer.from([value])) });

async function list(issuer: Minted, spec: Partial<CrlSpec> = {}): Promise<Crl> {
  return (await mintCrl({ issuer, thisUpdate: NOW - HOUR, nextUpdate: NOW + HOUR, ...spec })).crl;
}
const entry = ({ certificate }: Minted, reason?: number) => ({
  serialNumber: certificate.serialNumber,
  at: NOW - HOUR,
  ...(reason ? { reason } : {}),
});
const broken = (input: ValidationInput) => validate(input).reasons.map(({ rule, message }) => `${rule}: ${message}`);

describe('revocation', () => {
  it('refuses a revoked leaf and a revoked intermediate, with the reason', async () => {
    const chain = await makeChain();
    const crls = [
      await list(chain.middle, { revoked: [entry(chain.leaf, 1)] }),
      await list(chain.root, { revoked: [entry(chain.middle)] }),
    ];
    assert.deepEqual(broken({ ...inputOf(chain), crls }), [
      'revoked: revoked at 2026-06-01T11:00:00.000Z: key compromise',
      'revoked: revoked at 2026-06-01T11:00:00.000Z',
    ]);
  });

  it('leaves to clients what they leave out', async () => {
    const chain = await makeChain();
    const { acceptedBy } = validate({
      ...inputOf(chain),
      crls: [await list(chain.middle, { revoked: [entry(chain.leaf)] })],
    });
    assert.deepEqual(acceptedBy.go, {
      accepted: true,
      reasons: [],
      passesOver: [
        {
          rule: 'revoked',
          why: 'clients do not look at revocation lists unless told to',
          source: 'go crypto/x509/verify.go',
        },
      ],
    });
  });

  it('accepts what is on no list of its own issuer', async () => {
    const chain = await makeChain();
    const other = await makeRoot({ subject: 'CN=Other' });
    const crls = [await list(chain.middle), await list(other, { revoked: [entry(chain.leaf)] })];
    assert.deepEqual(broken({ ...inputOf(chain), crls }), []);
  });

  it('demands a list for every certificate only when told to', async () => {
    const chain = await makeChain();
    const crls = [await list(chain.middle)];
    const missing = 'revocation-unknown: no revocation list at hand covers it for all reasons';
    assert.deepEqual(broken({ ...inputOf(chain), crls, requireCrls: true }), [missing]);
    assert.deepEqual(broken({ ...inputOf(chain), crls: [...crls, await list(chain.root)], requireCrls: true }), []);
    assert.deepEqual(broken({ ...inputOf(chain), requireCrls: true }), [missing, missing]);
  });

  const unusable: [what: string, spec: Partial<CrlSpec>, message: RegExp][] = [
    ['was to be replaced', { nextUpdate: NOW - 1000 }, /was to be replaced at 2026-06-01T11:59:59/],
    ['is of the future', { thisUpdate: NOW + 1000 }, /which is yet to come/],
    [
      'has an unknown critical extension',
      { extensions: [{ oid: '1.2.3', critical: true, value: Uint8Array.of(5, 0) }] },
      /critical extension 1\.2\.3/,
    ],
    ['has a critical number', { extensions: [crlNumber(1, true)] }, /marks extension 2\.5\.29\.20 critical/],
  ];
  for (const [what, spec, message] of unusable) {
    it(`refuses when the only list of the issuer ${what}`, async () => {
      const chain = await makeChain();
      const [reason, ...rest] = broken({ ...inputOf(chain), crls: [await list(chain.middle, spec)] });
      assert.match(reason ?? '', message);
      assert.deepEqual(rest, []);
    });
  }

  it('refuses a list without an end, one of another key, and one of a key that may not sign lists', async () => {
    const chain = await makeChain({ middle: { keyUsages: ['keyCertSign'] } });
    const impostor = await makeMiddle(chain.root, { keyUsages: ['keyCertSign', 'cRLSign'] });
    const endless = (await mintCrl({ issuer: chain.middle, thisUpdate: NOW })).crl;
    const reasonFor = async (crl: Crl) => broken({ ...inputOf(chain), crls: [crl] })[0];
    assert.match((await reasonFor(endless)) ?? '', /does not say until when it holds/);
    assert.match((await reasonFor(await list(impostor))) ?? '', /signed by no key of that issuer/);
    assert.match((await reasonFor(await list(chain.middle))) ?? '', /may not sign lists/);
  });

  it('takes a list that another certificate of the same issuer signed, unless that one is revoked', async () => {
    const chain = await makeChain();
    const signer = await makeMiddle(chain.root, { keyUsages: ['cRLSign'] });
    const input = { ...inputOf(chain), intermediates: [chain.middle.certificate, signer.certificate] };
    const fromSigner = await list(signer, { revoked: [entry(chain.leaf)] });
    assert.deepEqual(broken({ ...input, crls: [fromSigner] }), ['revoked: revoked at 2026-06-01T11:00:00.000Z']);
    const crls = [fromSigner, await list(chain.root, { revoked: [entry(signer)] })];
    assert.match(broken({ ...input, crls })[0] ?? '', /signed by no key of that issuer/);
  });

  it('lets the newest of several lists count, and a usable one hide an unusable one', async () => {
    const chain = await makeChain();
    const old = await list(chain.middle, { thisUpdate: NOW - 2 * HOUR, revoked: [entry(chain.leaf, 6)] });
    const crls = [old, await list(chain.middle), await list(chain.middle, { nextUpdate: NOW - 1000 })];
    assert.deepEqual(broken({ ...inputOf(chain), crls }), []);
  });

  it('applies the changes of a delta list to its base, in both directions', async () => {
    const chain = await makeChain();
    const base = await list(chain.middle, { extensions: [crlNumber(5)], revoked: [entry(chain.leaf, 6)] });
    const removed = await list(chain.middle, {
      extensions: [crlNumber(6), deltaOf(5)],
      revoked: [entry(chain.leaf, 8)],
    });
    assert.deepEqual(broken({ ...inputOf(chain), crls: [base, removed] }), []);
    const clean = await list(chain.middle, { extensions: [crlNumber(5)] });
    const added = await list(chain.middle, { extensions: [crlNumber(6), deltaOf(5)], revoked: [entry(chain.leaf)] });
    assert.equal(broken({ ...inputOf(chain), crls: [clean, added] }).length, 1);
    const tooNew = await list(chain.middle, { extensions: [crlNumber(9), deltaOf(7)], revoked: [entry(chain.leaf)] });
    assert.deepEqual(broken({ ...inputOf(chain), crls: [clean, tooNew] }), []);
  });

  const scopes: [what: string, fields: Uint8Array[], counts: boolean][] = [
    ['user certificates', [flag(0x81)], true],
    ['CA certificates', [flag(0x82)], false],
    ['attribute certificates', [flag(0x85)], false],
    ['another distribution point', [pointName('http://b.example/')], false],
    ['its distribution point', [pointName('http://a.example/')], true],
  ];
  for (const [what, fields, counts] of scopes) {
    it(`${counts ? 'heeds' : 'ignores'} a list for ${what} only`, async () => {
      const chain = await makeChain({ leaf: { extensions: [points(sequence(pointName('http://a.example/')))] } });
      const crls = [await list(chain.middle, { extensions: [scope(...fields)], revoked: [entry(chain.leaf)] })];
      assert.equal(broken({ ...inputOf(chain), crls }).length, counts ? 1 : 0);
    });
  }

  it('knows that a list for some reasons only leaves the others open', async () => {
    const root = await makeRoot();
    const leaf = await makeLeaf(root);
    const some = await list(root, { extensions: [scope(der(0x83, Buffer.from([1, 0x60])))] });
    const rest = await list(root, { extensions: [scope(der(0x83, Buffer.from([7, 0x1f, 0x80])))] });
    const input = { ...inputOf({ leaf, intermediates: [], anchors: [root] }), requireCrls: true };
    assert.equal(broken({ ...input, crls: [some] }).length, 1);
    assert.deepEqual(broken({ ...input, crls: [some, rest] }), []);
  });

  it('follows an indirect list to which the certificate points', async () => {
    const root = await makeRoot();
    const lists = await makeMiddle(root, { subject: 'CN=Lists', keyUsages: ['cRLSign'], isCA: true });
    const point = sequence(pointName('http://a.example/'), der(0xa2, generalName.directory('CN=Lists')));
    const leaf = await makeLeaf(root, { extensions: [points(point)] });
    const input = { ...inputOf({ leaf, intermediates: [lists], anchors: [root] }), requireCrls: true };
    const indirect = scope(pointName('http://a.example/'), flag(0x84));
    const crls = [await list(lists, { extensions: [indirect] })];
    assert.deepEqual(broken({ ...input, crls }), []);
    const direct = [await list(lists, { extensions: [scope(pointName('http://a.example/'))] })];
    assert.equal(broken({ ...input, crls: direct }).length, 1);
  });
});
