import type { FactKinds, MtlsMode } from '../../../../src/core/model/facts.ts';
import type { Case } from '../case.ts';
import type { World } from '../world.ts';

type Mesh = NonNullable<FactKinds['pod']['mesh']>;

const ISTIO: Mesh = { kind: 'istio' };
const LINKERD: Mesh = { kind: 'linkerd' };

function pod(world: World, name: string, mesh: Mesh | undefined, parts: Partial<FactKinds['pod']> = {}): World {
  return world.fact('pod', {
    namespace: 'shop',
    name,
    owner: `deployment/${name}`,
    phase: 'Running',
    secrets: [],
    configMaps: [],
    ...(mesh && { mesh }),
    labels: { app: name },
    ...parts,
  });
}

function mode(world: World, is: MtlsMode, ports: Readonly<Record<string, MtlsMode>> = {}): World {
  const selector = Object.keys(ports).length > 0 ? { selector: { app: 'web' } } : {};
  return world.fact('peerAuthentication', { namespace: 'shop', name: 'default', mode: is, ports, ...selector });
}

function service(world: World, type = 'ClusterIP', targetPort = '8080'): World {
  return world.fact('service', {
    ...{ namespace: 'shop', name: 'web', type, clusterIPs: [], addresses: [] },
    ports: [{ port: 80, targetPort }],
    selector: { app: 'web' },
  });
}

/** An Ingress that the one controller serves, whose Pod is in the mesh or not. */
function ingress(world: World, controller: Mesh | undefined): World {
  world.controller('ingress-nginx').ingress('shop', 'web', [], { services: ['web'] });
  return pod(world, 'controller', controller, {
    namespace: 'ingress-nginx',
    labels: { 'app.kubernetes.io/name': 'ingress-nginx' },
  });
}

const HOOK = 'validatingwebhookconfiguration/policy#0';

function webhook(world: World): World {
  return world.fact('caBundle', {
    kind: 'ValidatingWebhookConfiguration',
    name: 'policy',
    ref: HOOK,
    service: { namespace: 'shop', name: 'web', port: 80 },
    empty: false,
  });
}

const CALLERS: readonly Case[] = [
  {
    code: 'MTLS_CALLER_REFUSED',
    title: 'is said of an Ingress whose controller is outside the mesh, and whose workload is under STRICT',
    build: (world) => ingress(service(mode(pod(world, 'web', ISTIO), 'STRICT')), undefined),
    expect: [
      {
        placement: 'ingress/shop/web',
        severity: 'warning',
        message:
          'the controller for ingress/shop/web has no identity of the mesh, and shop/web takes nobody without one (STRICT by peerauthentication/shop/default)',
        also: ['service/shop/web', 'peerauthentication/shop/default'],
        evidence: /pod ingress-nginx\/controller, which has no identity of the mesh, serves ingress\/shop\/web/,
        fix: 'istioctl x describe pod web.shop',
      },
    ],
  },
  {
    code: 'MTLS_CALLER_REFUSED',
    title: 'is said of a webhook whose server is under STRICT: the API server has no identity',
    build: (world) => webhook(service(mode(pod(world, 'web', ISTIO), 'STRICT'))),
    expect: [
      {
        placement: HOOK,
        severity: 'warning',
        impact: /failurePolicy/,
        also: ['service/shop/web', 'peerauthentication/shop/default'],
      },
    ],
  },
  {
    code: 'MTLS_CALLER_REFUSED',
    title: 'is said of a probe that the injector did not turn to the agent',
    build: (world) => mode(pod(world, 'web', { ...ISTIO, probes: [8080] }), 'STRICT'),
    expect: [{ placement: 'pod/shop/web', severity: 'warning', impact: /restarted/ }],
  },
  {
    code: 'MTLS_CALLER_REFUSED',
    title: 'tells of a load balancer before a workload under STRICT',
    build: (world) => service(mode(pod(world, 'web', ISTIO), 'STRICT'), 'LoadBalancer'),
    expect: [{ placement: 'service/shop/web', severity: 'info' }],
  },
  {
    code: 'MTLS_CALLER_REFUSED',
    title: "tells of a controller that Linkerd's policy refuses where no other policy lets it in",
    build: (world) =>
      ingress(service(pod(world, 'web', { ...LINKERD, traffic: { inboundPolicy: 'all-authenticated' } })), undefined),
    expect: [{ placement: 'ingress/shop/web', severity: 'info', impact: /unless a Server/ }],
  },
  {
    code: 'MTLS_CALLER_REFUSED',
    title: 'is silent where the controller is in the mesh',
    build: (world) => ingress(service(mode(pod(world, 'web', ISTIO), 'STRICT')), ISTIO),
    expect: [],
  },
  {
    code: 'MTLS_CALLER_REFUSED',
    title: 'is silent where the mode lets everybody in, or does so on the port that is called',
    build: (world) => {
      const permissive = ingress(webhook(service(mode(pod(world, 'web', ISTIO), 'PERMISSIVE'))), undefined);
      return pod(permissive, 'strict', ISTIO, { namespace: 'other' }).fact('peerAuthentication', {
        namespace: 'other',
        name: 'default',
        mode: 'STRICT',
        ports: {},
      });
    },
    expect: [],
  },
  {
    code: 'MTLS_CALLER_REFUSED',
    title: 'is silent where the port that is called is PERMISSIVE',
    build: (world) =>
      ingress(webhook(service(mode(pod(world, 'web', ISTIO), 'STRICT', { '8080': 'PERMISSIVE' }))), undefined),
    expect: [],
  },
  {
    code: 'MTLS_CALLER_REFUSED',
    title: 'is silent where the port goes past the proxy',
    build: (world) =>
      webhook(service(mode(pod(world, 'web', { ...ISTIO, traffic: { skipsInbound: '8000-8090' } }), 'STRICT'))),
    expect: [],
  },
  {
    code: 'MTLS_CALLER_REFUSED',
    title: 'is silent about a gateway: its listeners say what they take',
    build: (world) => {
      const labels = { app: 'web', istio: 'ingressgateway' };
      return service(mode(pod(world, 'web', ISTIO, { labels }), 'STRICT'), 'LoadBalancer');
    },
    expect: [],
  },
];

const LINKERD_VALUES = {
  ...{
    namespace: 'linkerd',
    trustDomain: 'cluster.local',
    scheme: 'kubernetes.io/tls',
    externalCA: false,
    anchors: [],
  },
};

const SKIPS: readonly Case[] = [
  {
    code: 'MESH_PORTS_SKIPPED',
    title: 'tells of ports that are taken out of the mesh, once for the pods of a namespace that have it so',
    build: (world) => {
      const traffic = { skipsInbound: '25', skipsOutbound: '5432' };
      pod(pod(world, 'a', { ...LINKERD, traffic }), 'b', { ...LINKERD, traffic });
      pod(world, 'c', { ...ISTIO, traffic: { onlyInbound: '' } });
    },
    expect: [
      {
        placement: 'pod/shop/a',
        severity: 'info',
        message:
          'pods of deployment/a and deployment/b in shop are reached past their proxies on ports 25, and reach ports 5432 of others past their proxies, though they are in the mesh',
        also: ['pod/shop/b'],
      },
      { placement: 'pod/shop/c', severity: 'info', evidence: /on all ports but none/ },
    ],
  },
  {
    code: 'MESH_PORTS_SKIPPED',
    title: "tells of an installation that skips more than Linkerd's own ports",
    build: (world) => {
      const skipped = { skippedInboundPorts: '4567,4568,25', skippedOutboundPorts: '4567,4568' };
      return world.fact('linkerdConfig', { ...LINKERD_VALUES, ...skipped });
    },
    expect: [{ placement: 'configmap/linkerd/linkerd-config', severity: 'info' }],
  },
  {
    code: 'MESH_PORTS_SKIPPED',
    title: 'is silent where everything is as it is installed, and for opaque ports: these keep mTLS',
    build: (world) => {
      pod(pod(world, 'a', LINKERD), 'b', { ...LINKERD, traffic: { opaque: '3306', inboundPolicy: 'deny' } });
      const skipped = { skippedInboundPorts: '4567,4568', skippedOutboundPorts: '4567,4568' };
      return world.fact('linkerdConfig', { ...LINKERD_VALUES, ...skipped });
    },
    expect: [],
  },
];

function edge(world: World, parts: Partial<FactKinds['linkerdEdge']> = {}): World {
  const [source, destination] = ['web', 'db'].map((name) => ({ namespace: 'shop', name })) as [Place, Place];
  return world.fact('linkerdEdge', { source, destination, ...parts });
}
type Place = FactKinds['linkerdEdge']['source'];

const both = (world: World, traffic: Mesh['traffic'] = undefined) =>
  pod(pod(world, 'web', LINKERD), 'db', { ...LINKERD, ...(traffic && { traffic }) });

const EDGES: readonly Case[] = [
  {
    code: 'LINKERD_EDGE_PLAIN',
    title: 'is said of two workloads of the mesh between which there is no TLS, with the reason',
    build: (world) => edge(both(world), { reason: 'not_provided_by_service_discovery' }),
    expect: [
      {
        placement: 'deployment/shop/db',
        severity: 'warning',
        also: ['deployment/shop/web'],
        evidence: /no server_id, no_tls_reason not_provided_by_service_discovery/,
        fix: 'linkerd diagnostics proxy-metrics -n shop deploy/web',
      },
    ],
  },
  {
    code: 'LINKERD_EDGE_PLAIN',
    title: 'is no warning where the port is skipped, and is explained by that',
    build: (world) => edge(both(world, { skipsInbound: '5432' }), { reason: 'no_tls_from_remote' }),
    expect: [{ placement: 'deployment/shop/db', severity: 'info', explainedBy: 'MESH_PORTS_SKIPPED' }],
  },
  {
    code: 'LINKERD_EDGE_PLAIN',
    title: 'says that it is not known where neither an identity nor a reason was seen',
    build: (world) => edge(both(world)),
    expect: [{ placement: 'deployment/shop/db', severity: 'info', evidence: /no_tls_reason empty/ }],
  },
  {
    code: 'LINKERD_EDGE_PLAIN',
    title: 'is silent about a secured edge, within one Pod, and where an end is not in the mesh',
    build: (world) => {
      edge(both(world), { serverId: 'db.shop' });
      edge(world, { reason: 'loopback' });
      const outside = { namespace: 'monitoring', name: 'prometheus' };
      pod(world, 'prometheus', undefined, { namespace: 'monitoring' });
      return edge(world, { source: outside, reason: 'no_tls_from_remote' });
    },
    expect: [],
  },
];

const IN_ORDER = { istiods: 2, connected: 40, unconnectedCount: 0, unconnected: [], behindCount: 0, behind: [] };
const WEB = { namespace: 'shop', name: 'web' };
const DB = { namespace: 'shop', name: 'db' };

const SYNC: readonly Case[] = [
  {
    code: 'PROXY_UNCONNECTED',
    title: 'is said of proxies that no istiod has a connection to',
    build: (world) => world.fact('istioSync', { ...IN_ORDER, unconnectedCount: 60, unconnected: [WEB, DB] }),
    expect: [
      {
        placement: 'pod/shop/web',
        severity: 'warning',
        message:
          'shop/web and shop/db and 58 more run with a proxy of Istio and have no connection to any of 2 istiods',
        also: ['pod/shop/db'],
        fix: 'kubectl logs -n shop web -c istio-proxy',
      },
    ],
  },
  {
    code: 'PROXY_UNCONNECTED',
    title: 'is silent where each is connected',
    build: (world) => world.fact('istioSync', IN_ORDER),
    expect: [],
  },
  {
    code: 'PROXY_BEHIND',
    title: 'tells of a proxy that refused what istiod sent, and of one that did not take it yet',
    build: (world) => {
      const behind = [
        { ...WEB, behind: ['SDS'], error: 'key does not match' },
        { ...DB, behind: ['CDS', 'LDS'] },
      ];
      return world.fact('istioSync', { ...IN_ORDER, behindCount: 2, behind });
    },
    expect: [
      {
        placement: 'pod/shop/web',
        severity: 'info',
        evidence: /pod shop\/web: SDS not acknowledged; refused: key does not match\npod shop\/db: CDS, LDS not/,
      },
    ],
  },
  {
    code: 'PROXY_BEHIND',
    title: 'is silent where each took it',
    build: (world) => world.fact('istioSync', IN_ORDER),
    expect: [],
  },
];

export const meshTrafficCases: readonly Case[] = [...CALLERS, ...SKIPS, ...EDGES, ...SYNC];
