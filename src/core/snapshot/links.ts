import { memo } from '../check/memo.ts';
import type { IssuerFact } from '../model/facts.ts';
import { ref } from '../model/ref.ts';
import { issuanceIndex } from './cert-manager/issuance.ts';
import { clusterResourceNamespace } from './cert-manager/namespace.ts';
import type { Inventory } from './inventory.ts';

/** That one object leads to another on the way from a name to the CA: how, as a clause for people. */
export interface Link {
  readonly from: string;
  readonly to: string;
  readonly how: string;
}

/** Links by both ends. Refs are those of objects: `ingress/NS/NAME`, `secret/NS/NAME`, `host/NAME`, ... */
export interface Links {
  readonly down: ReadonlyMap<string, readonly Link[]>;
  readonly up: ReadonlyMap<string, readonly Link[]>;
}

/** Ref of a host, which is no object of its own. */
export function hostRef(host: string): string {
  return `host/${host.toLowerCase()}`;
}

/** Everything that leads from what serves to what issues, whether or not it is there. */
export const linksOf = memo((inventory): Links => {
  const found = [
    ...servingLinks(inventory),
    ...routeLinks(inventory),
    ...secretLinks(inventory),
    ...issuanceLinks(inventory),
    ...issuerLinks(inventory),
  ];
  const unique = [...new Map(found.map((link) => [`${link.from} ${link.to}`, link])).values()];
  return { down: Map.groupBy(unique, ({ from }) => from), up: Map.groupBy(unique, ({ to }) => to) };
});

function servingLinks(inventory: Inventory): Link[] {
  const ingresses = inventory.facts('ingress').flatMap(({ namespace, name, tls, hosts }) => {
    const from = ref.object('ingress', name, namespace);
    const all = [...hosts, ...tls.flatMap((block) => block.hosts)];
    return [
      ...all.map((host) => ({ from, to: hostRef(host), how: 'serves' })),
      ...tls.flatMap(({ secretName }) =>
        secretName ? [{ from, to: ref.object('secret', secretName, namespace), how: 'shows what is in' }] : [],
      ),
    ];
  });
  const gateways = inventory.facts('gateway').flatMap(({ kind, namespace, name, listeners, parent }) => {
    const from = ref.object(kind, name, namespace);
    const hangs = parent ? [{ from, to: ref.object('gateway', parent.name, parent.namespace), how: 'hangs on' }] : [];
    const own = listeners.flatMap((listener) => [
      ...(listener.hostname ? [{ from, to: hostRef(listener.hostname), how: 'serves' }] : []),
      ...listener.secrets.map((secret) => ({
        from,
        to: ref.object('secret', secret.name, secret.namespace),
        how: `listener ${listener.name} shows what is in`,
      })),
    ]);
    return [...hangs, ...own];
  });
  return [...ingresses, ...gateways, ...servedLinks(inventory)];
}

/** What was dialled for a host. */
function servedLinks(inventory: Inventory): Link[] {
  return inventory.placements.flatMap(({ placement }) => {
    const host = /^tls:\/\/[^#]+#(.+)$/.exec(placement.ref)?.[1];
    return host === undefined ? [] : [{ from: hostRef(host), to: placement.ref, how: 'was dialled at' }];
  });
}

function routeLinks(inventory: Inventory): Link[] {
  return inventory.facts('route').flatMap((route) => {
    const from = ref.object(route.kind, route.name, route.namespace);
    return [
      ...route.parents.map(({ kind, namespace, name }) => ({
        from,
        to: ref.object(kind, name, namespace),
        how: 'hangs on',
      })),
      ...route.hosts.map((host) => ({ from, to: hostRef(host), how: 'serves' })),
      ...route.secrets.map(({ namespace, name }) => ({
        from,
        to: ref.object('secret', name, namespace),
        how: 'shows what is in',
      })),
      ...(route.clientCas ?? []).map(({ namespace, name }) => ({
        from,
        to: ref.object('secret', name, namespace),
        how: 'verifies clients by what is in',
      })),
    ];
  });
}

function secretLinks(inventory: Inventory): Link[] {
  const kept = inventory.facts('certificate').map(({ namespace, name, secretName }) => ({
    from: ref.object('secret', secretName, namespace),
    to: ref.object('certificate', name, namespace),
    how: 'is kept by',
  }));
  const holding = new Set([
    ...kept.map(({ from }) => from),
    ...inventory.facts('secret').map(({ namespace, name }) => ref.object('secret', name, namespace)),
  ]);
  const mounted = inventory.facts('pod').flatMap(({ namespace, name, secrets }) =>
    secrets
      .map((secret) => ref.object('secret', secret, namespace))
      .filter((secret) => holding.has(secret))
      .map((from) => ({ from, to: ref.object('pod', name, namespace), how: 'is used by' })),
  );
  const copied = inventory.facts('externalSecret').map(({ namespace, name, target }) => ({
    from: ref.object('secret', target, namespace),
    to: ref.object('externalsecret', name, namespace),
    how: 'is written by',
  }));
  return [...kept, ...copied, ...mounted];
}

function issuanceLinks(inventory: Inventory): Link[] {
  const index = issuanceIndex(inventory);
  return inventory.facts('certificate').flatMap((certificate) => {
    const from = ref.object('certificate', certificate.name, certificate.namespace);
    const requests = index.requests(certificate).flatMap((request) => {
      const to = ref.object('certificaterequest', request.name, request.namespace);
      return [{ from, to, how: 'asked with' }, ...orderLinks(inventory, to, index.orders(request))];
    });
    const { issuer, namespace } = certificate;
    return [...requests, { from, to: issuerRef(issuer, namespace), how: 'is issued by' }];
  });
}

type Orders = ReturnType<ReturnType<typeof issuanceIndex>['orders']>;

function orderLinks(inventory: Inventory, from: string, orders: Orders): Link[] {
  const index = issuanceIndex(inventory);
  return orders.flatMap((order) => {
    const to = ref.object('order', order.name, order.namespace);
    const challenges = index.challenges(order).flatMap((challenge) => {
      const own = ref.object('challenge', challenge.name, challenge.namespace);
      const solvers = inventory.facts('ingress').filter(({ solver, owner }) => solver && owner === challenge.uid);
      return [
        { from: to, to: own, how: 'proves a name with' },
        ...solvers.map(({ namespace, name }) => ({
          from: own,
          to: ref.object('ingress', name, namespace),
          how: 'is answered through',
        })),
      ];
    });
    return [{ from, to, how: 'ordered with' }, ...challenges];
  });
}

/** How kinds of issuers for every namespace are called: `AWSPCAClusterIssuer`, `ClusterOriginIssuer`. */
const CLUSTER_WIDE = /cluster/i;

/** cert-manager's own issuers by their kind; those of other groups bear it in their ref. */
export function issuerRef(
  { kind, name, group }: { readonly kind: string; readonly name: string; readonly group: string },
  namespace: string,
): string {
  if (group !== 'cert-manager.io') {
    const within = CLUSTER_WIDE.test(kind) ? '' : `${namespace}/`;
    return `${kind.toLowerCase()}.${group}/${within}${name}`;
  }
  return ref.object(kind, name, kind === 'ClusterIssuer' ? undefined : namespace);
}

function issuerLinks(inventory: Inventory): Link[] {
  const shared = clusterResourceNamespace(inventory.facts('controller'), inventory.facts('caBundle'));
  return inventory.facts('issuer').flatMap((issuer) => {
    const from = ref.object(issuer.kind, issuer.name, issuer.namespace);
    return secretsOf(issuer).map(({ name, how }) => ({
      from,
      to: ref.object('secret', name, issuer.namespace ?? shared),
      how,
    }));
  });
}

function secretsOf({ caSecretName, credentials = [] }: IssuerFact): { name: string; how: string }[] {
  return [
    ...(caSecretName ? [{ name: caSecretName, how: 'signs with' }] : []),
    ...credentials.map(({ name, use }) => ({ name, how: `reads its ${use} from` })),
  ];
}
