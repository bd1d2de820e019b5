import assert from 'node:assert/strict';
import type {
  CertificateFact,
  CertificateRequestFact,
  ControllerFact,
  SecretFact,
} from '../../../../src/core/model/facts.ts';
import { explainRenewal } from '../../../../src/core/snapshot/cert-manager/renewal.ts';
import { takeInventory } from '../../../../src/core/snapshot/inventory.ts';
import type { Reading } from '../../../../src/io/collect/reading.ts';
import { type Minted, mint } from '../../../../src/io/demo/mint.ts';
import { NOW } from '../../../support/fake-ports.ts';
import { snapshotOf } from '../../../support/snapshot.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const time = (at: number) => new Date(at).toISOString();
const CERTIFICATE: CertificateFact = {
  namespace: 'shop',
  name: 'web',
  uid: 'u1',
  created: time(NOW - 90 * DAY),
  secretName: 'web-tls',
  dnsNames: ['a.example'],
  issuer: { name: 'ca', kind: 'Issuer', group: 'cert-manager.io' },
  isCA: false,
  privateKey: { algorithm: 'ECDSA' },
  revision: 1,
};
const SECRET: SecretFact = {
  namespace: 'shop',
  name: 'web-tls',
  type: 'kubernetes.io/tls',
  keys: ['tls.crt', 'tls.key'],
  resourceVersion: '1',
  certificateName: 'web',
  problems: [],
};
const CONTROLLER: ControllerFact = {
  kind: 'Deployment',
  namespace: 'cert-manager',
  name: 'cert-manager',
  product: 'cert-manager',
  replicas: 1,
  ready: 1,
  flags: {},
};
const FAILED = {
  issuing: { status: 'False', reason: 'Failed', message: 'no' },
  lastFailureTime: time(NOW - 2 * HOUR),
  failedIssuanceAttempts: 3,
};

describe('the explanation of a renewal', () => {
  let leaf: Minted;
  before(async () => {
    leaf = await mint({
      subject: 'CN=a.example',
      dnsNames: ['a.example'],
      notBefore: NOW - 60 * DAY,
      notAfter: NOW + 30 * DAY,
    });
  });

  interface World {
    readonly certificate?: Partial<CertificateFact>;
    readonly others?: readonly CertificateFact[];
    readonly requests?: readonly CertificateRequestFact[];
    readonly denied?: true;
    readonly now?: number;
    /** Of the controller; absent: it was not read. */
    readonly flags?: Readonly<Record<string, string>>;
  }
  const explain = ({ certificate = {}, others = [], requests = [], denied, now = NOW - DAY, flags }: World) => {
    const fact = { ...CERTIFICATE, ...certificate };
    const place = (reading: Reading, ref: string) =>
      reading.place({
        ref,
        layer: 'ingress',
        role: 'tls-secret',
        manager: 'cert-manager',
        chain: reading.chain([leaf.certificate.der]),
        key: leaf.certificate.spki,
      });
    const snapshot = snapshotOf([
      {
        source: 'certificates',
        fill: (reading) => [fact, ...others].forEach((each) => reading.fact('certificate', each)),
      },
      {
        source: 'controllers',
        fill: (reading) => {
          if (flags) reading.fact('controller', { ...CONTROLLER, flags });
        },
      },
      {
        source: 'certificaterequests',
        fill: (reading) => {
          for (const request of requests) {
            reading.fact('certificateRequest', request);
            place(reading, `certificaterequest/shop/${request.name}`);
          }
        },
      },
      {
        source: 'secrets',
        fill: (reading) => {
          if (denied) return reading.end('denied', 'secrets is forbidden');
          reading.fact('secret', SECRET);
          reading.key({ spki: leaf.certificate.spki, algorithm: 'ECDSA', bits: 256 });
          return place(reading, 'secret/shop/web-tls#tls.crt');
        },
      },
    ]);
    return explainRenewal(takeInventory(snapshot), fact, now);
  };
  const request = (revision: number, dnsNames = ['a.example']): CertificateRequestFact => ({
    namespace: 'shop',
    name: `web-${revision}`,
    owner: 'u1',
    revision,
    issuer: CERTIFICATE.issuer,
    isCA: false,
    asks: { spki: leaf.certificate.spki, subject: '', dnsNames, ipAddresses: [], uris: [], emails: [] },
  });

  const cases: [what: string, world: World, is: string, says: RegExp][] = [
    [
      'when and by which rule',
      {},
      'scheduled',
      /^will be renewed in 24h \(.*Z\), because two thirds of its lifetime will have passed$/,
    ],
    ['its own renewBefore', { certificate: { renewBefore: '240h' } }, 'scheduled', /because spec.renewBefore is 240h/],
    [
      'a renewBefore that has no effect',
      { certificate: { renewBefore: '2160h' } },
      'scheduled',
      /spec\.renewBefore is not shorter/,
    ],
    ['that it is due', { now: NOW + DAY }, 'due', /Renewing/],
    [
      'that it is due for its names',
      { certificate: { dnsNames: ['b.example'] } },
      'due',
      /spec.dnsNames.*SecretMismatch/,
    ],
    [
      'when the next try comes and what is left',
      { certificate: FAILED, now: NOW + HOUR },
      'waiting to retry',
      /its last 3 issuances failed: the next try is in 60m .*; \d+ tries are left before it ends in 29d/,
    ],
    ['that it is due once the delay has passed', { certificate: FAILED, now: NOW + 3 * HOUR }, 'due', /Renewing/],
    [
      'that it runs',
      {
        certificate: {
          issuing: { status: 'True', reason: 'Renewing', message: 'now' },
          issuingSince: time(NOW - 3 * DAY),
        },
      },
      'issuing',
      /since .*2d ago\): now/,
    ],
    ['that it is switched off', { certificate: { renewalDisabled: true }, now: NOW + DAY }, 'switched off', /Disabled/],
  ];
  for (const [what, world, is, says] of cases) {
    it(`says ${what}`, () => {
      const renewal = explain(world);
      assert.equal(renewal.is, is);
      assert.match(renewal.says, says);
    });
  }

  it('tries at once where the spec was changed since the failure', () => {
    const world = { certificate: { ...FAILED, dnsNames: ['b.example'] }, now: NOW + HOUR };
    assert.equal(explain({ ...world, requests: [request(2)] }).is, 'due');
    assert.equal(explain({ ...world, requests: [request(2, ['b.example'])] }).is, 'waiting to retry');
  });

  it('says whose the Secret is, where two name it', () => {
    const rival = { ...CERTIFICATE, name: 'rival', uid: 'u2', created: time(NOW - 99 * DAY) };
    assert.equal(explain({ others: [rival] }).is, 'scheduled');
    assert.match(
      explain({ certificate: { name: 'late' }, others: [rival, CERTIFICATE] }).says,
      /belongs to Certificate web/,
    );
  });

  it('goes by what was issued where the Secret may not be read', () => {
    assert.equal(explain({ denied: true, requests: [request(1)] }).is, 'scheduled');
    assert.equal(explain({ denied: true }).is, 'unknown');
  });

  it('is put off to the next window, or none is needed', () => {
    // NOW is noon in UTC: the wanted moment too.
    const windows = (cron: string, timezone?: string) =>
      explain({ certificate: { renewalWindows: [{ cron, duration: '2h', ...(timezone && { timezone }) }] } });
    assert.deepEqual(
      [windows('0 2 * * *').at, windows('0 2 * * *', 'America/New_York').at, windows('30 11 * * *').at],
      ['T02:00:00Z', 'T07:00:00Z', 'T12:00:00Z'].map((clock) => {
        const at = Date.parse(time(NOW).slice(0, 10) + clock);
        return at < NOW ? at + DAY : at;
      }),
    );
    assert.match(windows('0 2 * * *').says, /two thirds .*; spec\.renewal\.windows put it off$/);
    assert.match(windows('30 11 * * *').says, /; that is within spec\.renewal\.windows$/);
    assert.match(windows('0 0 1 1 *').says, /; none of spec\.renewal\.windows opens in its life$/);
  });

  it('goes by status.renewalTime where windows cannot be evaluated', () => {
    const certificate = {
      renewalWindows: [{ cron: '@every 5h', duration: '1h' }],
      renewalTime: time(NOW + 2 * DAY),
    };
    const { says, at } = explain({ certificate, now: NOW + DAY });
    assert.equal(at, NOW + 2 * DAY);
    assert.match(says, /cannot be evaluated here/);
  });

  it("follows the CA's advice: at the time that was picked, due once the window is open", () => {
    const ari = { start: time(NOW - 5 * DAY), end: time(NOW - 2 * DAY) };
    const certificate = { ari, renewalTime: time(NOW - 3 * DAY) };
    const before = explain({ certificate, now: NOW - 6 * DAY });
    assert.deepEqual([before.is, before.at], ['scheduled', NOW - 3 * DAY]);
    assert.match(before.says, /because its CA advises /);
    assert.match(explain({ certificate, now: NOW - 4 * DAY }).says, /^is due: the window that its CA advises opened /);
  });

  it('passes over advice for the certificate before, and where the gate is off', () => {
    const early = { start: time(NOW - 61 * DAY), end: time(NOW - 59 * DAY) };
    assert.match(explain({ certificate: { ari: early } }).says, /two thirds/);
    const open = { start: time(NOW - 5 * DAY), end: time(NOW + 5 * DAY) };
    const off = explain({ certificate: { ari: open }, flags: {} });
    assert.match(off.says, /two thirds/);
    assert.equal(explain({ certificate: { ari: open }, flags: { 'feature-gates': 'ACMEUseARI=true' } }).is, 'due');
  });
});
