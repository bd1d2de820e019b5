import { readEvent } from '../../../core/parse/kube/event.ts';
import { asksCluster, listNeeds } from '../cluster-source.ts';
import { type KubeObject, type ListOptions, listCommand } from '../list.ts';
import { listPages } from '../pages.ts';
import type { Scope } from '../scope.ts';
import type { Source } from '../source.ts';

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

/** Everything that controllers said of the links of a chain, asked for only where one of them is a TARGET. */
export const chainEvents: Source = {
  id: 'chain-events',
  layer: 'ingress',
  title: 'events of the chain',
  needs: listNeeds(EVENTS),
  inScope: (scope) => asksCluster('ingress')(scope) && namespacesOf(scope).length > 0,
  command: listCommand(EVENTS),
  unknown: EVENTS.unknown,
  collect: async (context) => {
    const namespaces = namespacesOf(context.scope);
    const everywhere = namespaces.includes('');
    const asked = everywhere ? [] : [...new Set([...namespaces, CLUSTER_WIDE])];
    await listPages<KubeObject>(context, { ...EVENTS, namespaces: asked }, (items, reading) => {
      for (const fact of items.flatMap((item) => readEvent(item) ?? [])) {
        if (KINDS.has(fact.object.split('/')[0] ?? '')) reading.fact('message', fact);
      }
    });
  },
};

/** Namespaces of the links that are named; the empty one stands for all. */
function namespacesOf({ targets }: Scope): string[] {
  return targets.flatMap((target) => {
    if (target.kind === 'host') return [''];
    if (target.kind !== 'object' || !(KINDS.has(target.objectKind) || target.objectKind === 'secret')) return [];
    return [target.elsewhere ? '' : (target.namespace ?? '')];
  });
}
