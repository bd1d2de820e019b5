import type { PodFact, Seen, ServiceFact } from '../model/facts.ts';
import { KEPT_LABELS } from '../parse/kube/pod.ts';
import type { Inventory } from '../snapshot/inventory.ts';
import { memo } from './memo.ts';

type Selector = Readonly<Record<string, string>>;

/** Labels that were kept of each Pod: the usual ones, and those that something was seen to select by. */
const keptLabels = memo(
  (inventory): ReadonlySet<string> =>
    new Set([...KEPT_LABELS, ...inventory.facts('podLabels').flatMap(({ labels }) => labels)]),
);

/** Whether labels match; undefined where a label decides that is not kept of Pods. */
export function selects(inventory: Inventory, selector: Selector, labels: Selector = {}): boolean | undefined {
  const kept = keptLabels(inventory);
  const terms = Object.entries(selector);
  if (terms.some(([label, value]) => kept.has(label) && labels[label] !== value)) return false;
  return terms.every(([label]) => kept.has(label)) ? true : undefined;
}

/** Labels of a selector that were not kept of Pods, as words; undefined where all of them were. */
export function unkept(inventory: Inventory, selector: Selector = {}): string | undefined {
  const labels = Object.keys(selector).filter((label) => !keptLabels(inventory).has(label));
  return labels.length === 0 ? undefined : `the label${labels.length === 1 ? '' : 's'} ${labels.join(', ')}`;
}

export const podsByNamespace = memo(
  (inventory): ReadonlyMap<string, readonly Seen<PodFact>[]> =>
    Map.groupBy(inventory.facts('pod'), ({ namespace }) => namespace),
);

/** The Pods that a Service selects, those that have ended left out; none where it has no selector. */
export function podsOfService(
  inventory: Inventory,
  { namespace, selector }: Pick<ServiceFact, 'namespace' | 'selector'>,
): readonly Seen<PodFact>[] {
  if (Object.keys(selector).length === 0) return [];
  return (podsByNamespace(inventory).get(namespace) ?? []).filter(
    ({ labels, phase }) => phase !== 'Succeeded' && phase !== 'Failed' && selects(inventory, selector, labels),
  );
}
