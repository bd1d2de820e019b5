import type { FactKind, FactKinds } from '../../core/model/facts.ts';
import type { Layer } from '../../core/model/layer.ts';
import type { Observation } from '../../core/model/observation.ts';
import type { KubeObject, ListOptions } from './list.ts';
import { listPages } from './pages.ts';
import type { Reading } from './reading.ts';
import type { Scope } from './scope.ts';
import type { CollectContext, Need, Source } from './source.ts';

/** What sources that read lists of the Kubernetes API have in common. */

/** In scope when a cluster is asked, for one of these layers. */
export function asksCluster(...layers: readonly Layer[]): Source['inScope'] {
  return (scope) => scope.cluster && layers.some((layer) => scope.layers.includes(layer));
}

/** The rights that lists need. */
export function listNeeds(...lists: readonly ListOptions[]): Need[] {
  return lists.map(({ group, resource }) => ({ kind: 'rbac', group, resource, verb: 'list' }));
}

/** Narrowed by the label selector of the run. */
export function selected(options: ListOptions, { selector }: Scope): ListOptions {
  return selector === undefined ? options : { ...options, labelSelector: selector };
}

/** Lists objects and keeps one fact of each; what `read` makes nothing of is left out. */
export async function listFacts<K extends FactKind>(
  context: CollectContext,
  options: ListOptions,
  facts: { readonly kind: K; readonly read: (object: unknown) => FactKinds[K] | undefined },
): Promise<readonly Reading[]> {
  return listPages<KubeObject>(context, options, (items, reading) => {
    for (const item of items) {
      const fact = facts.read(item);
      if (fact) reading.fact(facts.kind, fact);
    }
  });
}

/** All facts of one kind in these observations. */
export function factsIn<K extends FactKind>(observations: readonly Observation[], kind: K): FactKinds[K][] {
  return observations.flatMap(({ facts }) => (facts[kind] ?? []) as FactKinds[K][]);
}

/**
 * Works, then finishes. What was gathered before the deadline is kept too: `finish` then runs in the very moment of
 * the abort, for this listener was there before the run's own, which takes the readings as they are.
 */
export async function finishing(signal: AbortSignal, work: () => Promise<void>, finish: () => void): Promise<void> {
  signal.addEventListener('abort', finish, { once: true });
  try {
    await work();
  } finally {
    signal.removeEventListener('abort', finish);
    if (!signal.aborted) finish();
  }
}
