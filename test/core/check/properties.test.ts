import assert from 'node:assert/strict';
import fc from 'fast-check';
import { check } from '../../../src/core/check/check.ts';
import type { Finding } from '../../../src/core/model/finding.ts';
import { DEFAULT_POLICY } from '../../../src/core/model/policy.ts';
import type { Snapshot } from '../../../src/core/model/snapshot.ts';
import { takeInventory } from '../../../src/core/snapshot/inventory.ts';
import { ALL_CASES } from './cases/all.ts';
import { DAY, NOW, World } from './world.ts';

const judge = (snapshot: Snapshot) => check(takeInventory(snapshot), DEFAULT_POLICY, NOW);
const RUNS = { numRuns: 10 };

/** All that the cases plant, side by side: refs that two cases share are spoken for by the first. */
async function everything(): Promise<Snapshot> {
  const world = new World();
  for (const { build } of ALL_CASES) await build(world);
  world.namespaces = [];
  return world.snapshot();
}

describe('check, whatever is planted', () => {
  let snapshot: Snapshot;
  before(async function () {
    this.timeout(60_000); // Every case mints its certificates.
    snapshot = await everything();
  });

  it('finds most codes at once, each code and place once', () => {
    const { findings } = judge(snapshot);
    assert.ok(new Set(findings.map(({ code }) => code)).size > 12);
    const names = findings.map(({ code, placement }) => `${code} ${placement}`);
    assert.deepEqual(
      names.filter((name, index) => names.indexOf(name) !== index),
      [],
    );
  });

  it('does not depend on the order in which places were seen', () => {
    const expected = judge(snapshot);
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...snapshot.placements], { minLength: snapshot.placements.length }),
        (placements) => {
          const found = judge({ ...snapshot, placements });
          assert.deepEqual(found.findings.map(identity).sort(), expected.findings.map(identity).sort());
        },
      ),
      RUNS,
    );
  });

  it('never takes an expiry finding back as time goes on', () => {
    const inventory = takeInventory(snapshot);
    const findingsAfter = (days: number) => expiring(check(inventory, DEFAULT_POLICY, NOW + days * DAY).findings);
    const days = fc.integer({ min: -300, max: 4000 });
    fc.assert(
      fc.property(days, days, (one, other) => {
        const [sooner, later] = [Math.min(one, other), Math.max(one, other)];
        const [before, after] = [findingsAfter(sooner), findingsAfter(later)];
        assert.deepEqual(
          [...before].filter((place) => !after.has(place)),
          [],
        );
      }),
      RUNS,
    );
  });

  it('never turns to ok, and never adds a pass, when a source is denied', () => {
    const readings = snapshot.coverage.map((_, index) => index);
    const complete = judge(snapshot);
    fc.assert(
      fc.property(fc.subarray(readings, { minLength: 1 }), (denied) => {
        const found = judge(without(snapshot, new Set(denied)));
        assert.notEqual(found.status, 'ok');
        const passed = new Set(complete.outcomes.filter(({ outcome }) => outcome === 'pass').map(({ id }) => id));
        assert.deepEqual(
          found.outcomes.filter(({ id, outcome }) => outcome === 'pass' && !passed.has(id)),
          [],
        );
      }),
      RUNS,
    );
  });

  it('traces every finding to a reading', () => {
    for (const { code, evidence } of judge(snapshot).findings) {
      for (const { fact, source, at, command } of evidence) assert.ok(fact && source && at && command, code);
    }
  });

  it('explains without circles', () => {
    const { findings } = judge(snapshot);
    const byName = new Map(findings.map((finding) => [`${finding.code} ${finding.placement}`, finding]));
    for (const finding of findings) {
      let at: Finding | undefined = finding;
      for (let depth = 0; at?.explainedBy; depth++) {
        assert.ok(depth < findings.length, `${finding.code} ${finding.placement}`);
        at = byName.get(`${at.explainedBy.code} ${at.explainedBy.placement}`);
        assert.ok(at, 'a cause that is no finding');
      }
    }
  });
});

function identity({ code, placement, severity, message }: Finding): string {
  return `${code} ${placement} ${severity} ${message}`;
}

/** Every place of every certificate that some expiry finding is about. */
function expiring(findings: readonly Finding[]): Set<string> {
  const about = findings.filter(({ code }) => code === 'CERT_EXPIRED' || code === 'CERT_EXPIRING');
  return new Set(about.flatMap(({ placement, also = [] }) => [placement, ...also]));
}

/** The same cluster for somebody who may not read some sources. */
function without(snapshot: Snapshot, denied: ReadonlySet<number>): Snapshot {
  const isSeen = ({ seen }: { readonly seen: number }) => !denied.has(seen);
  return {
    ...snapshot,
    placements: snapshot.placements.filter(isSeen),
    handshakes: snapshot.handshakes.filter(isSeen),
    facts: Object.fromEntries(Object.entries(snapshot.facts).map(([kind, facts]) => [kind, facts.filter(isSeen)])),
    coverage: snapshot.coverage.map((coverage, index) =>
      denied.has(index)
        ? { ...coverage, state: 'denied', reason: 'forbidden', unknown: 'what it would show' }
        : coverage,
    ),
  };
}
