import type { GatewayFact } from '../../../core/model/facts.ts';
import { readGateway, withGrants, withParentsAddresses } from '../../../core/parse/kube/gateway.ts';
import { unique } from '../../../core/parse/kube/json.ts';
import { type ReferenceGrant, readReferenceGrant } from '../../../core/parse/kube/reference-grant.ts';
import { asksCluster, finishing, listNeeds, selected } from '../cluster-source.ts';
import { type KubeObject, type ListOptions, listCommand } from '../list.ts';
import { listPages } from '../pages.ts';
import type { Reading } from '../reading.ts';
import type { CollectContext, Source } from '../source.ts';

/** With more, one list of all is cheaper. */
const MOST_NAMESPACES = 5;
const GROUP = 'gateway.networking.k8s.io';
const GRANTS: ListOptions = {
  group: GROUP,
  versions: ['v1', 'v1beta1'],
  resource: 'referencegrants',
  namespaced: true,
  unknown: 'whether Gateways may use Secrets of other namespaces',
};
const GATEWAYS: ListOptions = {
  group: GROUP,
  versions: ['v1', 'v1beta1'],
  resource: 'gateways',
  namespaced: true,
  unknown: 'which hosts Gateways serve with which Secrets',
};
const LISTENER_SETS: ListOptions = {
  ...GATEWAYS,
  versions: ['v1'],
  resource: 'listenersets',
  unknown: 'which hosts ListenerSets serve with which Secrets',
};
/** The name of ListenerSet before Gateway API 1.5. */
const X_LISTENER_SETS: ListOptions = {
  ...LISTENER_SETS,
  group: 'gateway.networking.x-k8s.io',
  versions: ['v1alpha1'],
  resource: 'xlistenersets',
};

/** Gateways and ListenerSets: hosts, the Secrets that they are served with, and whether they may be. */
export const gateways: Source = {
  id: 'gateways',
  layer: 'ingress',
  title: 'Gateways',
  needs: listNeeds(GATEWAYS, LISTENER_SETS, X_LISTENER_SETS, GRANTS),
  inScope: asksCluster('ingress'),
  command: listCommand(GATEWAYS),
  unknown: GATEWAYS.unknown,
  collect: async (context) => {
    const found: Found[] = [];
    const state: { grants?: readonly ReferenceGrant[] | undefined } = {};
    await finishing(
      context.signal,
      async () => {
        if (allAbsent(await list(context, GATEWAYS, 'Gateway', found))) return;
        const sets = await list(context, LISTENER_SETS, 'ListenerSet', found);
        if (allAbsent(sets)) await list(context, X_LISTENER_SETS, 'ListenerSet', found);
        state.grants = await listGrants(context, foreignNamespaces(found));
      },
      () => keepFacts(found, state.grants),
    );
  },
};

interface Found {
  readonly fact: GatewayFact;
  readonly reading: Reading;
}

function list(context: CollectContext, options: ListOptions, kind: GatewayFact['kind'], found: Found[]) {
  return listPages<KubeObject>(context, selected(options, context.scope), (items, reading) => {
    for (const item of items) {
      const fact = readGateway(item, kind);
      if (fact) found.push({ fact, reading });
    }
  });
}

/** Grants live in the Secret's namespace, so those of namespaces that are referred to from elsewhere are read. */
async function listGrants(
  context: CollectContext,
  namespaces: readonly string[],
): Promise<readonly ReferenceGrant[] | undefined> {
  if (namespaces.length === 0) return undefined;
  const grants: ReferenceGrant[] = [];
  const options = { ...GRANTS, namespaces: namespaces.length > MOST_NAMESPACES ? [] : namespaces };
  const readings = await listPages<KubeObject>(context, options, (items) => {
    grants.push(...items.flatMap((item) => readReferenceGrant(item) ?? []));
  });
  return readings.every(({ state }) => state === 'complete') ? grants : undefined;
}

function foreignNamespaces(found: readonly Found[]): string[] {
  const secrets = found.flatMap(({ fact }) =>
    fact.listeners.flatMap((listener) => listener.secrets.filter(({ namespace }) => namespace !== fact.namespace)),
  );
  return unique(secrets.map(({ namespace }) => namespace));
}

/** Where the grants could not be read, the controllers' own verdicts stand. */
function keepFacts(found: readonly Found[], grants: readonly ReferenceGrant[] | undefined): void {
  const facts = withParentsAddresses(found.map(({ fact }) => (grants ? withGrants(fact, grants) : fact)));
  for (const [index, { reading }] of found.entries()) reading.fact('gateway', facts[index]!);
}

function allAbsent(readings: readonly Reading[]): boolean {
  return readings.every(({ state }) => state === 'absent');
}
