import { readEvent } from '../../../core/parse/kube/event.ts';
import { asksCluster, factsIn, listNeeds } from '../cluster-source.ts';
import { type KubeObject, type ListOptions, listCommand } from '../list.ts';
import { listPages } from '../pages.ts';
import type { Scope } from '../scope.ts';
import type { CollectContext, Source } from '../source.ts';

const EVENTS: ListOptions = {
  group: '',
  versions: ['v1'],
  resource: 'events',
  namespaced: true,
  unknown: 'what the controllers said of the objects of the chain in the last hour',
};

/** Kinds whose events tell how an issuance goes. */
const KINDS: ReadonlySet<string> = new Set([
  'ingress',
  'gateway',
  'listenerset',
  'certificate',
  'certificaterequest',
  'order',
  'challenge',
  'issuer',
  'clusterissuer',
]);

/** Events of ClusterIssuers, which have no namespace, stand here. */
const CLUSTER_WIDE = 'default';

/** In a Challenge's reason, in place of what a DNS provider said (cert-manager pkg/controller/acmechallenges/sync.go). */
const WITHHELD = /see events and logs for details/;

/**
 * Everything that controllers said of the links of a chain where one of them is a TARGET; else only the warnings about
 * Challenges that refer to their events, where alone it stands what the DNS provider answered.
 */
export const chainEvents: Source = {
  id: 'chain-events',
  layer: 'ingress',
  title: 'events of the chain',
  needs: listNeeds(EVENTS),
  after: ['acme'],
  inScope: asksCluster('ingress'),
  command: listCommand(EVENTS),
  unknown: EVENTS.unknown,
  collect: async (context) => {
    const namespaces = namespacesOf(context.scope);
    if (namespaces.length > 0) {
      const asked = namespaces.includes('') ? [] : [...new Set([...namespaces, CLUSTER_WIDE])];
      await keepEvents(context, { ...EVENTS, namespaces: asked });
    }
    const challenges = factsIn(await context.from('acme'), 'challenge');
    const withheld = challenges.filter(({ reason = '' }) => WITHHELD.test(reason)).map(({ namespace }) => namespace);
    const more = [...new Set(withheld)].filter((each) => !namespaces.includes(each) && !namespaces.includes(''));
    if (more.length > 0) await keepEvents(context, { ...EVENTS, namespaces: more, fieldSelector: OF_CHALLENGES });
  },
};

const OF_CHALLENGES = 'involvedObject.kind=Challenge,type!=Normal';

async function keepEvents(context: CollectContext, events: ListOptions): Promise<void> {
  await listPages<KubeObject>(context, events, (items, reading) => {
    for (const fact of items.flatMap((item) => readEvent(item) ?? [])) {
      if (KINDS.has(fact.object.split('/')[0] ?? '')) reading.fact('message', fact);
    }
  });
}

/** Namespaces of the links that are named; the empty one stands for all. */
function namespacesOf({ targets }: Scope): string[] {
  return targets.flatMap((target) => {
    if (target.kind === 'host') return [''];
    if (target.kind !== 'object' || !(KINDS.has(target.objectKind) || target.objectKind === 'secret')) return [];
    return [target.elsewhere ? '' : (target.namespace ?? '')];
  });
}
