import assert from 'node:assert/strict';
import type { CertificateFact, CertificateRequestFact, SecretFact } from '../../../../src/core/model/facts.ts';
import { type PolicyInput, whyIssue, whyNotReady } from '../../../../src/core/snapshot/cert-manager/policies.ts';
import type { Minted } from '../../../../src/io/demo/mint.ts';
import { mint } from '../../../../src/io/demo/mint.ts';
import { NOW } from '../../../support/fake-ports.ts';

const DAY = 86_400_000;
const ISSUER = { name: 'ca', kind: 'ClusterIssuer', group: 'cert-manager.io' };
const spec: CertificateFact = {
  namespace: 'shop',
  name: 'web',
  secretName: 'web-tls',
  dnsNames: ['a.example', 'b.example'],
  issuer: ISSUER,
  isCA: false,
  privateKey: { algorithm: 'ECDSA' },
  revision: 1,
};
const secret: SecretFact = {
  namespace: 'shop',
  name: 'web-tls',
  type: 'kubernetes.io/tls',
  keys: ['tls.crt', 'tls.key'],
  resourceVersion: '1',
  certificateName: 'web',
  issuer: 'ca',
  issuerKind: 'ClusterIssuer',
  issuerGroup: 'cert-manager.io',
  problems: [],
};

describe("cert-manager's policy chain", () => {
  let minted: Minted;
  let other: Minted;
  let input: PolicyInput;
  before(async () => {
    const shape = { subject: 'CN=a.example', dnsNames: ['a.example', 'b.example'], notBefore: NOW - 10 * DAY };
    minted = await mint({ ...shape, notAfter: NOW + 80 * DAY });
    other = await mint({ ...shape, notAfter: NOW + 80 * DAY });
    const { certificate } = minted;
    input = {
      certificate: spec,
      secret,
      leaf: certificate,
      key: { spki: certificate.spki, algorithm: 'ECDSA', bits: 256 },
      current: requestOf(certificate.spki),
      now: NOW,
    };
  });
  const requestOf = (spki: string, more: Partial<CertificateRequestFact> = {}): CertificateRequestFact => ({
    namespace: 'shop',
    name: 'web-1',
    revision: 1,
    issuer: ISSUER,
    isCA: false,
    asks: { spki, subject: '', dnsNames: ['b.example', 'a.example'], ipAddresses: [], uris: [], emails: [] },
    ...more,
  });
  const reason = (change: (input: PolicyInput) => Partial<PolicyInput>, judge = whyIssue) =>
    judge({ ...input, ...change(input) })?.reason;
  const certificate = (change: Partial<CertificateFact>) => () => ({ certificate: { ...spec, ...change } });

  it('has nothing against a Certificate that is in order', () => {
    assert.equal(whyIssue(input), undefined);
    assert.equal(whyNotReady(input), undefined);
  });

  const cases: [what: string, reason: string | undefined, change: (input: PolicyInput) => Partial<PolicyInput>][] = [
    ['a Secret that is not there', 'DoesNotExist', () => ({ secret: 'absent' })],
    ['a Secret without key', 'MissingData', () => ({ secret: { ...secret, keys: ['tls.crt'] } })],
    ['a Secret without certificate', 'MissingData', () => ({ secret: { ...secret, keys: ['tls.key'] } })],
    [
      'a key of another pair',
      'InvalidKeyPair',
      () => ({ key: { spki: other.certificate.spki, algorithm: 'ECDSA', bits: 256 } }),
    ],
    ['another issuer by name', 'IncorrectIssuer', () => ({ secret: { ...secret, issuer: 'old' } })],
    ['an annotated kind that differs', 'IncorrectIssuer', () => ({ secret: { ...secret, issuerKind: 'Issuer' } })],
    [
      'another Certificate by annotation',
      'IncorrectCertificate',
      () => ({ secret: { ...secret, certificateName: 'other' } }),
    ],
    ['another algorithm', 'SecretMismatch', certificate({ privateKey: { algorithm: 'RSA' } })],
    [
      'the default algorithm, which is RSA',
      'SecretMismatch',
      () => ({ certificate: (({ privateKey: _, ...rest }) => rest)(spec) }),
    ],
    ['another size', 'SecretMismatch', certificate({ privateKey: { algorithm: 'ECDSA', size: 384 } })],
    ['a key that the request did not prove', 'SecretMismatch', () => ({ current: requestOf('other') })],
    ['more names', 'RequestChanged', certificate({ dnsNames: ['a.example', 'b.example', 'c.example'] })],
    ['a common name', 'RequestChanged', certificate({ commonName: 'a.example' })],
    ['another order of names', undefined, certificate({ dnsNames: ['b.example', 'a.example'] })],
    ['other usages', 'RequestChanged', certificate({ usages: ['server auth'] })],
    ['a duration where the request had none', undefined, certificate({ duration: '2160h' })],
    ['a renewal that is due', 'Renewing', () => ({ now: NOW + 55 * DAY })],
    ['a renewal before it is due', undefined, () => ({ now: NOW + 45 * DAY })],
    [
      'a due renewal that is switched off',
      undefined,
      () => ({ now: NOW + 55 * DAY, certificate: { ...spec, renewalDisabled: true } }),
    ],
  ];
  for (const [what, wanted, change] of cases) {
    it(`${wanted === undefined ? 'does not mind' : `says ${wanted} of`} ${what}`, () => {
      assert.equal(reason(change), wanted);
    });
  }

  it('takes the first that has something to say, in their order', () => {
    assert.equal(
      reason(() => ({ secret: { ...secret, issuer: 'old', certificateName: 'other' }, now: NOW + 99 * DAY })),
      'IncorrectIssuer',
    );
  });

  it('compares the duration where both have one', () => {
    const current = requestOf(input.leaf!.spki, { duration: '720h0m0s' });
    assert.equal(
      reason(() => ({ current, certificate: { ...spec, duration: '30d' } })),
      undefined,
    );
    assert.equal(
      reason(() => ({ current, certificate: { ...spec, duration: '31d' } })),
      'RequestChanged',
    );
  });

  it('compares names with the certificate, loosely, where the request is gone', () => {
    const gone = ({ current: _, ...rest }: PolicyInput) => rest;
    const judge = (change: Partial<CertificateFact>) =>
      whyIssue({ ...gone(input), certificate: { ...spec, ...change } })?.reason;
    assert.equal(judge({}), undefined);
    assert.equal(judge({ commonName: 'b.example' }), undefined);
    assert.equal(judge({ dnsNames: ['a.example'] }), 'SecretMismatch');
    assert.equal(judge({ ipAddresses: ['10.0.0.1'] }), 'SecretMismatch');
  });

  it('adopts a Secret without annotations for an Issuer, and not for a ClusterIssuer', () => {
    const { certificateName: _c, issuer: _i, issuerKind: _k, issuerGroup: _g, ...bare } = secret;
    assert.equal(
      reason(() => ({ secret: bare })),
      'IncorrectIssuer',
    );
    const issuer = { ...ISSUER, kind: 'Issuer' };
    const current = requestOf(input.leaf!.spki, { issuer });
    assert.equal(
      reason(() => ({ secret: bare, current, certificate: { ...spec, issuer } })),
      undefined,
    );
  });

  it('judges by what was issued where the Secret is unread, and by no key', () => {
    const { key: _, ...rest } = input;
    assert.equal(whyIssue({ ...rest, secret: 'unread' }), undefined);
    assert.equal(whyIssue({ ...rest, secret: 'unread', now: NOW + 55 * DAY })?.reason, 'Renewing');
  });

  it('calls it not ready when it has ended, not when its renewal is due', () => {
    assert.equal(
      reason(() => ({ now: NOW + 55 * DAY }), whyNotReady),
      undefined,
    );
    assert.equal(
      reason(() => ({ now: NOW + 81 * DAY }), whyNotReady),
      'Expired',
    );
  });
});
