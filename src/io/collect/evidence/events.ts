import type { MessageFact } from '../../../core/model/facts.ts';
import { readEvent } from '../../../core/parse/kube/event.ts';
import { asksCluster, finishing, listNeeds } from '../cluster-source.ts';
import { type ListOptions, listCommand } from '../list.ts';
import { listPages } from '../pages.ts';
import type { Reading } from '../reading.ts';
import type { Source } from '../source.ts';

const EVENTS: ListOptions = {
  group: '',
  versions: ['v1'],
  resource: 'events',
  namespaced: true,
  fieldSelector: 'type!=Normal',
  unknown: 'what controllers and kubelets warned of in the last hour',
};

/** Warnings that are kept, the newest: a cluster in trouble has thousands that say the same. */
const MOST = 1000;

/** Warnings of controllers and kubelets. The server keeps them for an hour (--event-ttl). */
export const events: Source = {
  id: 'events',
  layer: 'cluster',
  title: 'events',
  needs: listNeeds(EVENTS),
  inScope: asksCluster('cluster', 'ingress', 'mesh'),
  command: listCommand(EVENTS),
  unknown: EVENTS.unknown,
  collect: async (context) => {
    const newest = new Map<Reading, MessageFact[]>();
    const list = () =>
      listPages(context, EVENTS, (items, reading) => {
        const known = newest.get(reading) ?? [];
        newest.set(reading, latest([...known, ...items.flatMap((item) => readEvent(item) ?? [])]));
      });
    const finish = () => {
      for (const [reading, facts] of newest) for (const fact of facts) reading.fact('message', fact);
    };
    await finishing(context.signal, async () => void (await list()), finish);
  },
};

function latest(facts: readonly MessageFact[]): MessageFact[] {
  if (facts.length <= MOST) return [...facts];
  return facts.toSorted((a, b) => Date.parse(b.at ?? '') - Date.parse(a.at ?? '')).slice(0, MOST);
}
