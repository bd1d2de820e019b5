import { KEPT_LABELS } from './pod.ts';

type Selector = Readonly<Record<string, string>>;

/** Most labels that are kept of each Pod beside the usual ones: memory is bounded by it on clusters of any size. */
const MOST = 64;

/**
 * Labels by which selectors choose Pods, beside those that are kept of each Pod anyway. Where they are too many, those
 * go first that stand first in the list of lists, and within one list those that most selectors name.
 */
export function labelsSelecting(lists: readonly (readonly Selector[])[]): string[] {
  const chosen = new Set<string>();
  for (const selectors of lists) {
    const uses = new Map<string, number>();
    for (const label of selectors.flatMap((selector) => Object.keys(selector))) {
      if (!KEPT_LABELS.has(label)) uses.set(label, (uses.get(label) ?? 0) + 1);
    }
    for (const [label] of [...uses].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))) chosen.add(label);
  }
  return [...chosen].slice(0, MOST);
}
