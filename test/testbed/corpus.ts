import assert from 'node:assert/strict';
import { check } from '../../src/core/check/check.ts';
import type { Finding } from '../../src/core/model/finding.ts';
import { DEFAULT_POLICY } from '../../src/core/model/policy.ts';
import { takeInventory } from '../../src/core/snapshot/inventory.ts';
import type { ExpectedFinding, Incident } from '../../src/io/demo/planting/form.ts';
import { seenFrom } from '../../src/io/demo/planting/node-view.ts';
import { corpusOf, forbiddenIn, missingFrom, probesOf } from '../support/corpus.ts';
import { useOwnBed } from './fixture.ts';
import { asPlanted, lookAtBed } from './look.ts';
import { plant } from './plant.ts';

const PLANT_WITHIN_MS = 180_000;

export interface CorpusOnBed {
  readonly layer: Parameters<typeof corpusOf>[0];
  /** What of the corpus the bed cannot show, and why: the rest is found on it. */
  readonly notOnTheBed: readonly (readonly [codeAndPlacement: RegExp, why: string])[];
  /** Codes of what only time makes of an object: they are looked for a little later. */
  readonly byAge: ReadonlySet<string>;
  /** With kwok, ports and logs of the planted Pods answer; without it they are skipped by name. */
  readonly kwok?: boolean;
}

/** A request counts as waiting after five minutes, and those of the bed are new. */
const LATER_MS = 10 * 60_000;

interface Seen {
  readonly findings: readonly Pick<Finding, 'code' | 'placement'>[];
  readonly skipped: readonly string[];
}

/** One test for each incident of a layer: planted on a real API server, it shows what it is expected to. */
export function onTheBed({ layer, notOnTheBed, byAge, kwok = false }: CorpusOnBed): void {
  describe(`the ${layer} layer of the corpus on a real API server`, function () {
    this.timeout(PLANT_WITHIN_MS);
    const bed = useOwnBed('core', ...(kwok ? ['kwok'] : []));

    /** By the names of the demo. */
    async function seen(incident: Incident): Promise<Seen> {
      const planted = await plant(bed, incident);
      const snapshot = await lookAtBed(planted, { probes: probesOf(incident) });
      const inventory = takeInventory(snapshot);
      const now = Date.parse(snapshot.takenAt);
      const name = asPlanted(planted);
      const findings = [
        ...check(inventory, DEFAULT_POLICY, now).findings,
        ...check(inventory, DEFAULT_POLICY, now + LATER_MS).findings.filter(({ code }) => byAge.has(code)),
      ].map(({ code, placement }) => ({ code, placement: name(placement) }));
      return { findings, skipped: planted.skipped };
    }

    const reasonAgainst = ({ code, placement = '' }: ExpectedFinding) =>
      notOnTheBed.find(([pattern]) => pattern.test(`${code} ${placement}`))?.[1];

    for (const incident of corpusOf(layer)) {
      const expected = incident.expect?.findings ?? [];
      for (const from of new Set([undefined, ...expected.map((finding) => finding.from)])) {
        const own = expected.filter((finding) => finding.from === from);
        const reasons = [...new Set(own.flatMap((finding) => reasonAgainst(finding) ?? []))];
        it(titleOf(incident, from, reasons), async () => {
          const { findings, skipped } = await seen(from === undefined ? incident : seenFrom(incident, from));
          const wanted = own.filter((finding) => reasonAgainst(finding) === undefined);
          assert.deepEqual(missingFrom(findings, wanted), []);
          assert.deepEqual(forbiddenIn(findings, incident), []);
          const hasLogs = incident.logs?.some(({ pod }) => pod !== undefined);
          assert.deepEqual(skipped, hasLogs && !kwok ? ['logs of Pods: kwok is not up'] : []);
        });
      }
    }
  });
}

function titleOf({ id }: Incident, from: string | undefined, reasons: readonly string[]): string {
  return `${id}${from === undefined ? '' : `, seen from ${from}`}${reasons.length > 0 ? ` (${reasons.join('; ')})` : ''}`;
}
