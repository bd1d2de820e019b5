import type { PodFact } from '../../../core/model/facts.ts';
import type { Scope } from '../scope.ts';

/** Proxies that are asked where nobody asks for all: each is a connection through the API server to a kubelet. */
export const SAMPLE = 64;

/**
 * Which of the proxies are asked: those that were named; all with `--all`; else of each workload the one that has run
 * longest and the one that started last, since what a proxy trusts and holds depends on when it started.
 */
export function proxySample(proxies: readonly PodFact[], { targets, all }: Pick<Scope, 'targets' | 'all'>): PodFact[] {
  if (all) return [...proxies];
  const named = namedProxies(proxies, targets);
  const ends = [...Map.groupBy(proxies, workloadOf).values()].map((pods) => {
    const byStart = pods.toSorted((a, b) => compare(a.started ?? '', b.started ?? ''));
    return [byStart[0]!, byStart.at(-1)!] as const;
  });
  // The oldest of each workload first: where not all of them fit, more workloads are seen.
  const sample = [...ends.map(([first]) => first), ...ends.map(([, last]) => last)];
  return [...new Set([...named, ...sample])].slice(0, Math.max(SAMPLE, named.length));
}

/** Those of the proxies that were named on the command line, by themselves or by who owns them. */
export function namedProxies(proxies: readonly PodFact[], targets: Scope['targets']): PodFact[] {
  return proxies.filter((pod) => targets.some((target) => target.kind === 'object' && isNamed(pod, target)));
}

/** What a command says of proxies that are left out; empty where none is. */
export function partNote(asked: readonly PodFact[], all: readonly PodFact[]): string {
  return asked.length === all.length ? '' : ` (${asked.length} of ${all.length} proxies; --all asks each)`;
}

function isNamed(
  { namespace, name, owner }: PodFact,
  target: { readonly objectKind: string; readonly name: string; readonly namespace?: string },
): boolean {
  if (target.namespace !== undefined && target.namespace !== namespace) return false;
  return target.objectKind === 'pod' ? target.name === name : `${target.objectKind}/${target.name}` === owner;
}

function workloadOf({ namespace, owner, name, serviceAccount }: PodFact): string {
  return [namespace, owner ?? name, serviceAccount].join(' ');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
