import { type PlainCaller, plainCallers } from '../check/mesh-callers.ts';
import { type GuardedWorkload, guardedWorkloads } from '../check/mesh-guarded.ts';
import type { Inventory } from '../snapshot/inventory.ts';

/** Rows of the table. */
export const MOST_ROWS = 60;

export interface MtlsViewOptions {
  /** Only namespaces that one of these refs is in; undefined: all. */
  readonly selected?: ReadonlySet<string> | undefined;
  /** All of them even so. */
  readonly wholeMesh?: boolean;
}

/** Workloads of one namespace that let in the same callers by the word of the same object. */
export interface Group {
  readonly first: GuardedWorkload;
  readonly workloads: readonly GuardedWorkload[];
  /** Those who are known to call one of them, and have no identity. */
  readonly callers: readonly PlainCaller[];
}

/** Groups of those that the options leave; none where the mesh was not asked. */
export function groupsOf(inventory: Inventory, { selected: refs, wholeMesh }: MtlsViewOptions): Group[] {
  const { layers } = inventory.snapshot.scope;
  // Pods are read for other layers as well, and policies are not: whom they let in would be guessed.
  if (layers.length > 0 && !layers.includes('mesh')) return [];
  const selected = wholeMesh ? undefined : refs;
  const callers = Map.groupBy(plainCallers(inventory), ({ to }) => to);
  const namespaces = selected && new Set([...selected].flatMap((ref) => /^[a-z]+\/([^/#]+)\//.exec(ref)?.[1] ?? []));
  const shown = guardedWorkloads(inventory).filter(({ namespace }) => namespaces?.has(namespace) ?? true);
  const key = ({ mesh, namespace, mode, by, ports, unknown, pods }: GuardedWorkload) =>
    JSON.stringify([mesh, namespace, mode, mesh === 'istio' ? by : undefined, ports, unknown, pods[0]?.mesh?.traffic]);
  return [...Map.groupBy(shown, key).values()].map((workloads) => ({
    first: workloads[0]!,
    workloads,
    callers: workloads.flatMap((workload) => callers.get(workload) ?? []).filter((one) => one.reception !== 'let-in'),
  }));
}
