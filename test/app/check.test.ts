import assert from 'node:assert/strict';
import { check, exitCodeOf, type FailOn } from '../../src/app/check.ts';
import type { Status } from '../../src/core/model/finding.ts';
import { DEFAULT_POLICY } from '../../src/core/model/policy.ts';
import type { Target } from '../../src/core/model/target.ts';
import { takeInventory } from '../../src/core/snapshot/inventory.ts';
import { type Minted, mint } from '../../src/io/demo/mint.ts';
import { NOW } from '../support/fake-ports.ts';
import { assertMatchesSchema } from '../support/schema.ts';
import { snapshotOf, VALID } from '../support/snapshot.ts';

describe('the use case of check', () => {
  let expired: Minted;
  let fine: Minted;
  before(async () => {
    const ca = await mint({ subject: 'CN=ca', isCA: true, ...VALID, notAfter: NOW + 3650 * 86_400_000 });
    const leaf = (dnsName: string, notAfter: number) =>
      mint({
        subject: `CN=${dnsName}`,
        dnsNames: [dnsName],
        issuer: ca,
        ...VALID,
        notAfter,
        extKeyUsages: ['serverAuth'],
      });
    expired = await leaf('old.example.com', NOW - 1000);
    fine = await leaf('new.example.com', NOW + 80 * 86_400_000);
  });

  function opened(unread = false) {
    const snapshot = snapshotOf([
      {
        fill: (reading) => {
          const place = (name: string, minted: Minted) =>
            reading.place({
              ref: `secret/shop/${name}#tls.crt`,
              layer: 'ingress',
              role: 'tls-secret',
              manager: 'person',
              chain: reading.chain([minted.certificate.der]),
              key: minted.certificate.spki,
            });
          place('old', expired);
          place('new', fine);
        },
      },
      { source: 'pods', fill: (reading) => unread && reading.end('denied', 'pods is forbidden') },
    ]);
    return { snapshot, inventory: takeInventory(snapshot), now: NOW };
  }

  it('counts what it judged, not the public roots that it judged by', () => {
    const root = {
      ref: `root/${fine.certificate.sha256}`,
      layer: 'none',
      role: 'public-root',
      manager: 'unknown',
    } as const;
    const snapshot = snapshotOf([
      {
        fill: (reading) => {
          const base = { layer: 'ingress', role: 'tls-secret', manager: 'person' } as const;
          reading.place({ ...base, ref: 'secret/a/b#tls.crt', chain: reading.chain([expired.certificate.der]) });
          reading.place({ ...root, chain: reading.chain([fine.certificate.der]), bundle: true });
        },
      },
    ]);
    const { report } = check(
      { snapshot, inventory: takeInventory(snapshot), now: NOW },
      { targets: [], policy: DEFAULT_POLICY },
    );
    assert.match(report.notes.at(-1)?.text ?? '', / in 1 certificate;/);
  });

  const secret = (name: string): Target => ({
    kind: 'object',
    text: `secret/${name}`,
    objectKind: 'secret',
    namespace: 'shop',
    name,
  });
  const codes = (targets: Target[], unread = false) => {
    const { report } = check(opened(unread), { targets, policy: DEFAULT_POLICY });
    return (report.document.findings as { code: string; placement: string }[]).map(
      ({ code, placement }) => `${code} ${placement}`,
    );
  };

  it('finds what is wrong, and makes a document that the shipped schema describes', () => {
    const { report, status } = check(opened(), { targets: [], policy: DEFAULT_POLICY });
    assert.equal(status, 'critical');
    assert.ok(codes([]).includes('CERT_EXPIRED secret/shop/old#tls.crt'));
    assertMatchesSchema(report.document);
  });

  it('says only what concerns the targets, and judges by that', () => {
    assert.ok(codes([secret('old')]).every((text) => text.includes('secret/shop/old')));
    assert.ok(codes([secret('new')]).every((text) => !text.includes('CERT_EXPIRED')));
  });

  it('keeps what could not be read, whatever the target', () => {
    assert.ok(codes([secret('new')], true).some((text) => text.startsWith('SOURCE_UNREAD')));
  });

  it('says only what concerns the layers that were asked for', () => {
    const { snapshot, now } = opened();
    const mesh = { ...snapshot, scope: { ...snapshot.scope, layers: ['mesh' as const] } };
    const { report } = check(
      { snapshot: mesh, inventory: takeInventory(mesh), now },
      { targets: [], policy: DEFAULT_POLICY },
    );
    assert.deepEqual(report.document.findings, []);
  });

  it('refuses a target that names nothing, with what is near', () => {
    assert.throws(
      () => check(opened(), { targets: [secret('olds')], policy: DEFAULT_POLICY }),
      /nothing found for secret\/olds/,
    );
  });

  const exits: readonly [FailOn, Record<Status, number>][] = [
    ['warning', { ok: 0, warning: 1, unknown: 3, critical: 2 }],
    ['unknown', { ok: 0, warning: 0, unknown: 3, critical: 2 }],
    ['critical', { ok: 0, warning: 0, unknown: 0, critical: 2 }],
    ['never', { ok: 0, warning: 0, unknown: 0, critical: 0 }],
  ];
  for (const [failOn, codes] of exits) {
    it(`exits by --fail-on ${failOn}`, () => {
      for (const [status, code] of Object.entries(codes))
        assert.equal(exitCodeOf(status as Status, failOn), code, status);
    });
  }
});
