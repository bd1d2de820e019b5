import type { RouteFact } from '../../../core/model/facts.ts';
import { readDelegation, readRoute } from '../../../core/parse/kube/routes.ts';
import { asksCluster, listFacts, listNeeds, selected } from '../cluster-source.ts';
import { type ListOptions, listCommand } from '../list.ts';
import type { Source } from '../source.ts';

const list = (group: string, versions: readonly string[], resource: string): ListOptions => ({
  group,
  versions,
  resource,
  namespaced: true,
  unknown: `which hosts ${resource} serve`,
});
const GATEWAY = 'gateway.networking.k8s.io';
const HTTP_ROUTES = list(GATEWAY, ['v1', 'v1beta1'], 'httproutes');
const DELEGATIONS = list('projectcontour.io', ['v1'], 'tlscertificatedelegations');

const ROUTES: readonly (readonly [ListOptions, RouteFact['kind']])[] = [
  [HTTP_ROUTES, 'HTTPRoute'],
  [list(GATEWAY, ['v1', 'v1alpha3', 'v1alpha2'], 'tlsroutes'), 'TLSRoute'],
  [list(GATEWAY, ['v1'], 'grpcroutes'), 'GRPCRoute'],
  [list('projectcontour.io', ['v1'], 'httpproxies'), 'HTTPProxy'],
  [list('traefik.io', ['v1alpha1'], 'ingressroutes'), 'IngressRoute'],
  [list('traefik.io', ['v1alpha1'], 'ingressroutetcps'), 'IngressRouteTCP'],
  [list('traefik.io', ['v1alpha1'], 'tlsstores'), 'TLSStore'],
  [list('traefik.io', ['v1alpha1'], 'tlsoptions'), 'TLSOption'],
  [list('route.openshift.io', ['v1'], 'routes'), 'Route'],
];

/** Routes of the Gateway API and of controllers with kinds of their own; kinds that are not served are absent. */
export const routes: Source = {
  id: 'routes',
  layer: 'ingress',
  title: 'routes of the Gateway API, Contour, Traefik and OpenShift',
  needs: listNeeds(...ROUTES.map(([options]) => options), DELEGATIONS),
  inScope: asksCluster('ingress'),
  command: listCommand(HTTP_ROUTES),
  unknown: HTTP_ROUTES.unknown,
  collect: async (context) => {
    const listRoutes = ([options, kind]: (typeof ROUTES)[number]) =>
      listFacts(context, selected(options, context.scope), { kind: 'route', read: (item) => readRoute(item, kind) });
    await Promise.all([
      ...ROUTES.map(listRoutes),
      listFacts(context, { ...DELEGATIONS, namespaces: [] }, { kind: 'delegation', read: readDelegation }),
    ]);
  },
};
