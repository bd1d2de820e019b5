import assert from 'node:assert/strict';
import fc from 'fast-check';
import { UserError } from '../../../src/core/model/error.ts';
import type { Snapshot } from '../../../src/core/model/snapshot.ts';
import { printSnapshot, readSnapshotText } from '../../../src/core/snapshot/format.ts';
import { mint } from '../../../src/io/demo/mint.ts';
import { snapshotOf, VALID } from '../../support/snapshot.ts';

function refusal(text: string): UserError {
  try {
    readSnapshotText(text, 'snap.gz');
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: 'it was not refused' });
}

describe('the snapshot format', () => {
  let snapshot: Snapshot;
  before(async () => {
    const { certificate } = await mint({ subject: 'CN=app', dnsNames: ['app.example.com'], ...VALID });
    snapshot = snapshotOf([
      {
        fill: (reading) => {
          const chain = [reading.certificate(certificate.der)];
          reading.place({
            ref: 'secret/shop/app-tls#tls.crt',
            layer: 'ingress',
            role: 'tls-secret',
            manager: 'person',
            chain,
          });
        },
      },
      { source: 'pods', fill: (reading) => reading.end('denied', 'pods is forbidden') },
    ]);
  });

  it('reads back what was written', () => {
    assert.deepEqual(readSnapshotText(printSnapshot(snapshot), 'snap'), snapshot);
  });

  it('refuses to write what looks like a secret, and says where it stands', () => {
    const leaking = { ...snapshot, coverage: [{ ...snapshot.coverage[0]!, reason: 'token 07401b.f395accd246ae52d' }] };
    assert.throws(
      () => printSnapshot(leaking),
      (error: UserError) =>
        /was not written: it holds what looks like a bootstrap token/.test(error.message) &&
        !/f395/.test(error.message + error.hints.join()),
    );
  });

  // biome-ignore lint/suspicious/noExplicitAny: damaged on purpose
  const damaged: readonly [string, (value: any) => unknown, RegExp][] = [
    ['a later schema', (value) => ({ ...value, schemaVersion: 2 }), /has schema version 2, this program reads 1/],
    ['another kind of document', (value) => ({ ...value, kind: 'List' }), /is no snapshot of kubectl certs/],
    ['a missing field', ({ placements: _, ...value }) => value, /damaged: placements is no list/],
    [
      'a certificate under another hash',
      (value) => ({ ...value, certificates: { ab: Object.values(value.certificates)[0] } }),
      /damaged: certificate ab has the fingerprint/,
    ],
    [
      'a certificate that is none',
      (value) => ({ ...value, certificates: { ab: 'AAAA' } }),
      /damaged: certificate ab: not a certificate/,
    ],
    [
      'a chain that names an absent certificate',
      (value) => ({ ...value, certificates: {} }),
      /which is not in the file/,
    ],
    ['a statement without a reading', (value) => ({ ...value, coverage: [] }), /comes from no reading/],
    [
      'a role that is not known',
      (value) => ({ ...value, placements: [{ ...value.placements[0], role: 'bogus' }] }),
      /damaged: placements\[0\]\.role is "bogus", which is not known/,
    ],
    [
      'a fact that lacks what it is read for',
      (value) => ({ ...value, facts: { ingress: [{ seen: 0, namespace: 'a', name: 'b', hosts: [] }] } }),
      /damaged: facts\.ingress\[0\]\.tls is no list/,
    ],
    ['a time that is none', (value) => ({ ...value, takenAt: 'yesterday' }), /takenAt is no time/],
  ];
  for (const [title, damage, message] of damaged) {
    it(`refuses ${title} with the reason, exit 65`, () => {
      const error = refusal(JSON.stringify(damage(JSON.parse(printSnapshot(snapshot)))));
      assert.match(error.message, message);
      assert.equal(error.exitCode, 65);
      assert.ok(error.hints.length > 0);
    });
  }

  it('passes over kinds of facts that it does not know', () => {
    const later = { ...JSON.parse(printSnapshot(snapshot)), facts: { comet: [{ seen: 0, tail: 'long' }] } };
    assert.deepEqual(readSnapshotText(JSON.stringify(later), 'snap').facts, later.facts);
  });

  it('says that a file is cut off', () => {
    const text = printSnapshot(snapshot);
    assert.match(refusal(text.slice(0, text.length / 2)).message, /snap.gz is cut off/);
  });

  it('refuses whatever else it is given, and never crashes', () => {
    const text = printSnapshot(snapshot);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.string({ maxLength: 4 }), (at, insert) => {
        try {
          readSnapshotText(text.slice(0, at) + insert + text.slice(at + insert.length), 'snap');
        } catch (error) {
          assert.ok(error instanceof UserError, String(error));
        }
      }),
    );
  });
});
