import assert from 'node:assert/strict';
import { takeInventory } from '../../../src/core/snapshot/inventory.ts';
import { viewInventory } from '../../../src/core/view/inventory.ts';
import { type Minted, mint } from '../../../src/io/demo/mint.ts';
import { NOW } from '../../support/fake-ports.ts';
import { assertMatchesSchema } from '../../support/schema.ts';
import { snapshotOf, VALID } from '../../support/snapshot.ts';

const DAY = 86_400_000;
const SPKI = 'ab'.repeat(32);

describe('the view of named files', () => {
  const KEY = { spki: SPKI, algorithm: 'RSA', bits: 2048 };
  const view = (targets: string[], selected: string[]) =>
    viewInventory(
      takeInventory(
        snapshotOf(
          [
            {
              fill: (reading) => {
                for (const [path, format] of [
                  ['a.crl', 'crl'],
                  ['b.csr', 'request'],
                  ['c.key', 'key'],
                  ['d.key', 'key'],
                ] as const) {
                  const rest = { mode: '0600', uid: 0, gid: 0, modified: '2026-11-24T12:00:00Z', problems: [] };
                  reading.fact('file', { path, format, hasPrivateKey: format === 'key', ...rest });
                }
                reading.key(KEY);
                reading.place({
                  ref: 'file:c.key',
                  layer: 'none',
                  role: 'file',
                  manager: 'person',
                  chain: [],
                  key: SPKI,
                });
              },
            },
          ],
          { targets },
        ),
      ),
      { now: NOW, selected: new Set(selected) },
    ).notes.map(({ text }) => text);

  it('says what is no certificate: lists, requests and keys that stand alone', () => {
    const [, said] = view(['a.crl', '.'], ['file:c.key']);
    assert.equal(
      said,
      'a.crl holds a revocation list, b.csr holds a certificate request, which is no certificate yet, c.key holds a key without a certificate',
    );
  });

  it('says nothing of files that nobody named', () => assert.ok(!view([], []).some((text) => text.includes('a.crl'))));
});

describe('the view of an inventory', () => {
  let ca: Minted;
  let leaf: Minted;
  let expired: Minted;
  before(async () => {
    ca = await mint({ subject: 'CN=private ca', isCA: true, ...VALID });
    leaf = await mint({
      subject: 'CN=app',
      dnsNames: ['app.example.com'],
      issuer: ca,
      ...VALID,
      notAfter: NOW + 12 * DAY,
    });
    expired = await mint({
      subject: 'CN=old,O=Shop',
      dnsNames: ['old.example.com'],
      ...VALID,
      notAfter: NOW - 3_600_000 * 3,
    });
  });

  function inventory() {
    return takeInventory(
      snapshotOf([
        {
          fill: (reading) => {
            const base = { layer: 'ingress', role: 'ingress-tls', manager: 'cert-manager' } as const;
            const chain = reading.chain([leaf.certificate.der, ca.certificate.der]);
            reading.place({ ...base, ref: 'secret/shop/app-tls#tls.crt', chain });
            reading.place({
              ...base,
              ref: 'tls://203.0.113.7:443#app.example.com',
              role: 'served',
              manager: 'unknown',
              chain,
            });
            reading.place({
              ...base,
              ref: 'secret/shop/old-tls#tls.crt',
              chain: reading.chain([expired.certificate.der]),
              manager: 'person',
            });
            reading.place({ ...base, ref: 'secret/shop/gone#tls.crt', chain: [], missing: 'no such Secret in shop' });
            reading.place({
              ref: 'file:/etc/kubernetes/pki/sa.key',
              layer: 'cluster',
              role: 'service-account-key',
              manager: 'kubeadm',
              chain: [],
              key: SPKI,
            });
            reading.key({ spki: SPKI, algorithm: 'RSA', bits: 2048 });
          },
        },
        {
          source: 'credential',
          layer: 'cluster',
          fill: (reading) => {
            reading.fact('credential', {
              kind: 'certificate',
              user: 'admin',
              context: 'prod',
              notAfter: new Date(NOW + 5 * DAY).toISOString(),
            });
            reading.fact('cluster', {
              server: 'https://10.0.0.10:6443',
              distribution: 'kubeadm',
              evidence: 'ConfigMap kubeadm-config',
            });
          },
        },
        { source: 'pods', fill: (reading) => reading.end('denied', 'pods is forbidden') },
      ]),
    );
  }
  const view = (options = {}) => viewInventory(inventory(), { now: NOW, ...options });
  const column = (report = view(), index: number) => report.sections[0].rows.map(({ cells }) => cells[index]);

  it('lists each certificate once, the next to end first, with the time that is left', () => {
    const report = view();
    assert.deepEqual(column(report, 2), ['old.example.com', 'app.example.com', 'private ca']);
    assert.deepEqual(column(report, 4), ['3h ago', 'in 12d', 'in 90d']);
    assert.deepEqual(
      report.sections[0].rows.map(({ tone }) => tone),
      ['critical', undefined, undefined],
    );
  });

  it('counts the places, and calls an issuer that was only seen in chains by that role', () => {
    assert.deepEqual(column(view(), 6), ['1', '2', '2']);
    assert.equal(column(view(), 1)[2], 'issuing CA in a chain');
  });

  it('sorts by other fields on request', () => {
    assert.deepEqual(column(view({ sortBy: 'name' }), 2), ['app.example.com', 'old.example.com', 'private ca']);
  });

  it('keeps what ends within a time, the expired included', () => {
    assert.deepEqual(column(view({ within: 20 * DAY }), 2), ['old.example.com', 'app.example.com']);
    assert.deepEqual(view({ within: -DAY }).notes[0]?.text, 'No certificates end within that time');
  });

  it('keeps what was selected', () => {
    const selected = new Set(['secret/shop/old-tls#tls.crt']);
    const report = view({ selected });
    assert.deepEqual(column(report, 2), ['old.example.com']);
    assert.deepEqual(report.names, [...selected]);
    assert.deepEqual(report.document.missing, []);
  });

  it('says what is missing and what could not be read', () => {
    assert.deepEqual(
      view().notes.map(({ text }) => text),
      [
        '1 certificate missing: secret/shop/gone#tls.crt (no such Secret in shop)',
        'denied: pods: pods is forbidden; unknown: what pods holds',
        '3 certificates; sources: 2 complete, 1 denied',
      ],
    );
  });

  it("begins with the user's own credential and when it ends", () => {
    assert.equal(
      view().headline,
      'you are admin in context prod: client certificate expires 2026-11-29T12:00:00Z (in 5d)',
    );
  });

  it('lists keys that have no certificate', () => {
    assert.deepEqual(view().sections[2]?.rows[0]?.cells, [
      'cluster',
      'service account key pair',
      'file:/etc/kubernetes/pki/sa.key',
      'RSA 2048',
      '',
      SPKI,
    ]);
  });

  it('makes a document that the shipped schema describes', () => assertMatchesSchema(view().document));
});
