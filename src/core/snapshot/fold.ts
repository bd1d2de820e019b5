import type { Coverage } from '../model/coverage.ts';
import type { FactKind, Facts } from '../model/facts.ts';
import type { Observation } from '../model/observation.ts';
import { SNAPSHOT_SCHEMA_VERSION, type Snapshot, type SnapshotScope } from '../model/snapshot.ts';
import { distributionIn, managersOf } from './managers.ts';

export interface FoldOptions {
  /** RFC 3339 UTC. */
  readonly takenAt: string;
  readonly tool: { readonly name: string; readonly version: string };
  readonly scope: SnapshotScope;
}

/**
 * Folds observations into one snapshot. The result depends on what was observed, not on which source answered
 * first: coverage keeps the given (catalogue) order, all else is sorted by its identity.
 */
export function fold(observations: readonly Observation[], options: FoldOptions): Snapshot {
  const numbered = observations.map((observation, seen) => ({ observation, seen }));
  const certificates = new Map(observations.flatMap((observation) => Object.entries(observation.certificates)));
  const distribution = distributionIn(observations);
  const keys = new Map(observations.flatMap((observation) => observation.keys.map((key) => [key.spki, key] as const)));
  return {
    schemaVersion: SNAPSHOT_SCHEMA_VERSION,
    takenAt: options.takenAt,
    tool: options.tool,
    scope: options.scope,
    certificates: Object.fromEntries([...certificates].sort(byKey)),
    crls: numbered.flatMap(({ observation, seen }) => observation.crls.map((der) => ({ der, seen }))),
    keys: [...keys].sort(byKey).map(([, key]) => key),
    placements: firstOfEach(
      numbered.flatMap(({ observation, seen }) => {
        const managed = managersOf(observation, distribution);
        return observation.placements.map((placement) => ({ ...managed(placement), seen }));
      }),
    ),
    facts: foldFacts(numbered),
    handshakes: firstOfEach(
      numbered.flatMap(({ observation, seen }) => observation.handshakes.map((handshake) => ({ ...handshake, seen }))),
    ),
    tools: numbered.flatMap(({ observation, seen }) => (observation.tool ? [{ ...observation.tool, seen }] : [])),
    coverage: observations.map(coverageOf),
  };
}

function coverageOf({ source, layer, state, reason, unknown, at, command }: Observation): Coverage {
  return {
    source,
    layer,
    state,
    ...(reason !== undefined && { reason }),
    ...(unknown !== undefined && { unknown }),
    at,
    command,
  };
}

/** Two sources may reach the same place; the first in the catalogue's order speaks for it. */
function firstOfEach<T extends { ref: string }>(items: readonly T[]): T[] {
  const first = new Map<string, T>();
  for (const item of items) if (!first.has(item.ref)) first.set(item.ref, item);
  return [...first].sort(byKey).map(([, item]) => item);
}

function foldFacts(numbered: readonly { observation: Observation; seen: number }[]): Facts {
  const facts: Record<string, object[]> = {};
  for (const { observation, seen } of numbered) {
    for (const [kind, records] of Object.entries(observation.facts)) {
      facts[kind] ??= [];
      facts[kind].push(...records.map((record) => ({ ...record, seen })));
    }
  }
  return Object.fromEntries(Object.entries(facts).sort(byKey)) as { [K in FactKind]?: never };
}

/** By code units: the same order in every locale. */
function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
