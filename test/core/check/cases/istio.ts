import type { FactKinds, MtlsMode, ProxyResource } from '../../../../src/core/model/facts.ts';
import type { Case } from '../case.ts';
import { makeCA, type World } from '../world.ts';

function pod(world: World, name: string, parts: Partial<FactKinds['pod']> = {}): World {
  return world.fact('pod', {
    namespace: 'shop',
    name,
    phase: 'Running',
    node: 'worker-1',
    serviceAccount: name,
    secrets: [],
    configMaps: [],
    mesh: { kind: 'istio' },
    labels: { app: name },
    ...parts,
  });
}

function strict(world: World, mode: MtlsMode = 'STRICT'): World {
  return world.fact('peerAuthentication', { namespace: 'istio-system', name: 'default', mode, ports: {} });
}

function selecting(world: World, selector: Readonly<Record<string, string>>): World {
  return world.fact('peerAuthentication', { namespace: 'shop', name: 'odd', selector, mode: 'PERMISSIVE', ports: {} });
}

function serving(world: World, selector: Readonly<Record<string, string>>): World {
  const ports = [{ port: 80 }];
  return world.fact('service', {
    ...{ namespace: 'shop', name: 'web', type: 'ClusterIP', clusterIPs: [], addresses: [] },
    ports,
    selector,
  });
}

function disable(world: World): World {
  const tls = [{ mode: 'DISABLE' }] as const;
  return world.fact('destinationRule', { namespace: 'shop', name: 'web', host: 'web', exportTo: [], tls });
}

function plainPort(world: World, port: string): World {
  const ports = { [port]: 'DISABLE' } as const;
  const policy = { namespace: 'shop', name: 'web', selector: { app: 'web' }, mode: 'STRICT', ports } as const;
  return world.fact('peerAuthentication', policy);
}

function mutual(world: World): World {
  const tls = [{ mode: 'ISTIO_MUTUAL' }] as const;
  return world.fact('destinationRule', { namespace: 'shop', name: 'web', host: 'web', exportTo: [], tls });
}

function gateway(world: World, server: Partial<FactKinds['istioGateway']['servers'][number]>): World {
  const full = { port: 443, protocol: 'HTTPS', hosts: ['a.example'], mode: 'SIMPLE', ...server };
  pod(world, 'edge', { namespace: 'istio-system', labels: { istio: 'ingressgateway' } });
  return world.fact('istioGateway', {
    namespace: 'shop',
    name: 'edge',
    selector: { istio: 'ingressgateway' },
    servers: [full],
  });
}

function proxy(world: World, name: string, kind: 'gateway' | 'ztunnel', resources: readonly ProxyResource[]): World {
  return world.fact('meshProxy', {
    mesh: 'istio',
    kind,
    namespace: 'istio-system',
    name,
    means: 'port-forward',
    resources,
  });
}

const secret = (world: World, namespace: string) =>
  world.fact('secret', {
    namespace,
    name: 'edge-tls',
    type: 'kubernetes.io/tls',
    keys: [],
    resourceVersion: '1',
    problems: [],
  });
const CREDENTIAL = { credentialName: 'edge-tls' };
const WAITS = [{ name: 'kubernetes://edge-tls', state: 'warming' }] as const;
const ACTIVE = [{ name: 'kubernetes://edge-tls', state: 'active' }] as const;

const MODES: readonly Case[] = [
  {
    code: 'MTLS_MODE_CONFLICT',
    title: 'is said where a rule turns mTLS off and the workload takes nothing else',
    build: (world) => disable(strict(pod(world, 'web'))),
    expect: [
      {
        placement: 'destinationrule/shop/web',
        severity: 'critical',
        also: ['peerauthentication/istio-system/default', 'pod/shop/web'],
        evidence: /mtls.mode is STRICT/,
        fix: 'kubectl edit -n shop destinationrule web',
      },
    ],
  },
  {
    code: 'MTLS_MODE_CONFLICT',
    title: 'is silent where the workload takes plain text too',
    build: (world) => disable(strict(pod(world, 'web'), 'PERMISSIVE')),
    expect: [],
  },
  {
    code: 'MTLS_MODE_CONFLICT',
    title: 'is said where clients are told ISTIO_MUTUAL and a port takes plain text alone',
    build: (world) => mutual(plainPort(pod(serving(world, { app: 'web' }), 'web'), '80')),
    expect: [
      {
        placement: 'destinationrule/shop/web',
        also: ['peerauthentication/shop/web', 'pod/shop/web'],
        message:
          'destinationrule/shop/web tells clients of web to speak mTLS (ISTIO_MUTUAL), and shop/web take plain text alone on port 80 (DISABLE by peerauthentication/shop/web)',
        evidence: /mtls.mode is DISABLE on port 80/,
      },
    ],
  },
  {
    code: 'MTLS_MODE_CONFLICT',
    title: 'is silent where plain text is taken at a port that the Service does not lead to',
    build: (world) => mutual(plainPort(pod(serving(world, { app: 'web' }), 'web'), '9090')),
    expect: [],
  },
  {
    code: 'MTLS_MODE_UNKNOWN',
    title: 'is said where a policy selects by a label that is not kept, with the label',
    build: (world) => disable(selecting(strict(pod(world, 'web')), { team: 'x' })),
    expect: [
      {
        placement: 'destinationrule/shop/web',
        severity: 'unknown',
        also: ['peerauthentication/shop/odd'],
        evidence: /peerauthentication\/shop\/odd selects by the label team, which is not kept/,
      },
    ],
  },
  {
    code: 'MTLS_MODE_UNKNOWN',
    title: 'is said where the Service selects by a label that is not kept',
    build: (world) => disable(strict(pod(serving(world, { team: 'x' }), 'web'))),
    expect: [{ placement: 'destinationrule/shop/web', severity: 'unknown', also: ['service/shop/web'] }],
  },
  {
    code: 'MTLS_MODE_UNKNOWN',
    title: 'is said where mTLS is demanded of a Service whose Pods are not known',
    build: (world) => mutual(pod(serving(world, { team: 'x' }), 'web')),
    expect: [{ placement: 'destinationrule/shop/web', also: ['service/shop/web'], impact: /no proxy/ }],
  },
  {
    code: 'MTLS_MODE_UNKNOWN',
    title: 'is silent where the label was kept since something selects by it',
    build: (world) =>
      mutual(
        pod(serving(world, { team: 'x' }), 'web', { labels: { team: 'x' } }).fact('podLabels', { labels: ['team'] }),
      ),
    expect: [],
  },
  {
    code: 'MTLS_MODE_UNKNOWN',
    title: 'is silent where a label that is kept already says no',
    build: (world) => disable(selecting(strict(pod(world, 'web'), 'PERMISSIVE'), { app: 'cart', team: 'x' })),
    expect: [],
  },
  {
    code: 'MTLS_MODE_UNKNOWN',
    title: 'is silent where all of it is known: then it is a conflict',
    build: (world) => disable(strict(pod(serving(world, { app: 'web' }), 'web'))),
    expect: [],
  },
];

const GATEWAYS: readonly Case[] = [
  {
    code: 'SECRET_WRONG_NAMESPACE',
    title: 'is said of a Secret beside the Gateway, when its Pods are elsewhere',
    build: (world) => secret(gateway(world, CREDENTIAL), 'shop'),
    expect: [
      {
        placement: 'gateway/shop/edge',
        severity: 'critical',
        message:
          'gateway/shop/edge names the credential edge-tls, which is looked for in istio-system, where its pods run, and is in shop',
      },
    ],
  },
  {
    code: 'SECRET_WRONG_NAMESPACE',
    title: 'is silent where the Pods have their own',
    build: (world) => secret(secret(gateway(world, CREDENTIAL), 'shop'), 'istio-system'),
    expect: [],
  },
  {
    code: 'GATEWAY_CREDENTIAL_MISSING',
    title: 'is said where a gateway that verifies its clients waits for their CA',
    build: (world) => {
      secret(gateway(world, { ...CREDENTIAL, mode: 'MUTUAL' }), 'istio-system');
      proxy(world, 'edge', 'gateway', [...ACTIVE, { name: 'kubernetes://edge-tls-cacert', state: 'warming' }]);
    },
    expect: [{ placement: 'gateway/shop/edge', severity: 'critical', fix: '--from-file=cacert=clients-ca.pem' }],
  },
  {
    code: 'GATEWAY_CREDENTIAL_MISSING',
    title: 'is silent about a CA that a gateway of mode SIMPLE does not need, and one that has come',
    build: (world) => {
      secret(gateway(world, { ...CREDENTIAL }), 'istio-system');
      proxy(world, 'edge', 'gateway', [...ACTIVE, { name: 'kubernetes://edge-tls-cacert', state: 'warming' }]);
    },
    expect: [],
  },
  {
    code: 'GATEWAY_CREDENTIAL_MISSING',
    title: 'is said where the proxy waits for a Secret that is nowhere',
    build: (world) => proxy(gateway(world, CREDENTIAL), 'edge', 'gateway', WAITS),
    expect: [{ placement: 'gateway/shop/edge', severity: 'critical', fix: 'auth can-i list secrets -n istio-system' }],
  },
  {
    code: 'GATEWAY_CREDENTIAL_MISSING',
    title: 'is silent where the proxy has it',
    build: (world) => proxy(gateway(world, CREDENTIAL), 'edge', 'gateway', ACTIVE),
    expect: [],
  },
  {
    code: 'GATEWAY_TERMINATES_MTLS',
    title: 'is said where the port between clusters has a mode of its own',
    build: (world) => gateway(world, { port: 15443, protocol: 'TLS', hosts: ['*.local'], mode: 'ISTIO_MUTUAL' }),
    expect: [{ placement: 'gateway/shop/edge', severity: 'critical' }],
  },
  {
    code: 'GATEWAY_TERMINATES_MTLS',
    title: 'is silent where mTLS is passed on',
    build: (world) => gateway(world, { port: 15443, protocol: 'TLS', hosts: ['*.local'], mode: 'AUTO_PASSTHROUGH' }),
    expect: [],
  },
];

const meshed = (world: World) => {
  pod(world, 'web');
  return world.fact('meshNamespace', { name: 'shop', istioInjection: 'enabled' });
};
const { mesh: _none } = { mesh: undefined };

const IDENTITIES: readonly Case[] = [
  {
    code: 'MESH_IDENTITY_MISSING',
    title: 'is said of a Pod without a proxy in an injected namespace',
    build: (world) => {
      world.fact('meshNamespace', { name: 'shop', istioInjection: 'enabled' });
      const plain = { namespace: 'shop', name: 'bare', phase: 'Running', secrets: [], configMaps: [] };
      return world.fact('pod', { ...plain, owner: 'deployment/bare' });
    },
    expect: [
      { placement: 'namespace/shop', severity: 'info', impact: /refuses that/, fix: 'rollout restart deployment/bare' },
    ],
  },
  {
    code: 'MESH_IDENTITY_MISSING',
    title: 'is a warning where a workload of that mesh takes mTLS alone',
    build: (world) => {
      world.fact('meshNamespace', { name: 'shop', istioInjection: 'enabled' });
      return pod(strict(pod(world, 'web')), 'bare', { mesh: undefined! });
    },
    expect: [{ placement: 'namespace/shop', severity: 'warning', impact: /refuse them/ }],
  },
  { code: 'MESH_IDENTITY_MISSING', title: 'is silent where it has one', build: meshed, expect: [] },
  {
    code: 'AMBIENT_IDENTITY_MISSING',
    title: "is said where the node's ztunnel has nothing for the account",
    build: (world) => {
      pod(pod(world, 'cart', { mesh: { kind: 'ambient' } }), 'ztunnel', { namespace: 'istio-system' });
      return proxy(world, 'ztunnel', 'ztunnel', [{ name: 'spiffe://cluster.local/ns/shop/sa/web', state: 'active' }]);
    },
    expect: [{ placement: 'pod/shop/cart', severity: 'warning', also: ['pod/istio-system/ztunnel'] }],
  },
  {
    code: 'AMBIENT_IDENTITY_MISSING',
    title: 'is silent where it has it, and where the ztunnel of its node was not asked',
    build: (world) => {
      pod(pod(world, 'cart', { mesh: { kind: 'ambient' } }), 'ztunnel', { namespace: 'istio-system' });
      pod(world, 'far', { mesh: { kind: 'ambient' }, node: 'worker-2' });
      return proxy(world, 'ztunnel', 'ztunnel', [{ name: 'spiffe://cluster.local/ns/shop/sa/cart', state: 'active' }]);
    },
    expect: [],
  },
  {
    code: 'TOKEN_AUDIENCE_WRONG',
    title: 'is said of a Pod whose own volume asks for another audience',
    build: (world) =>
      pod(world, 'report', { phase: 'Pending', mesh: { kind: 'istio', audience: 'https://kubernetes.default.svc' } }),
    expect: [{ placement: 'pod/shop/report', severity: 'critical' }],
  },
  {
    code: 'TOKEN_AUDIENCE_WRONG',
    title: 'is silent where the injected volume stands',
    build: (world) => pod(world, 'report'),
    expect: [],
  },
];

const copies =
  (root: Awaited<ReturnType<typeof makeCA>>, other = root) =>
  (world: World) =>
    world
      .bundle('configmap/istio-system/istio-ca-root-cert#root-cert.pem', [root], { role: 'istio-root', layer: 'mesh' })
      .bundle('configmap/shop/istio-ca-root-cert#root-cert.pem', [other], { role: 'istio-root', layer: 'mesh' });

const COPIES: readonly Case[] = [
  {
    code: 'NAMESPACE_ROOT_STALE',
    title: "is said of a copy with another root than the control plane's",
    build: async (world) => copies(await makeCA('cluster.local'), await makeCA('cluster.local'))(world),
    expect: [{ placement: 'configmap/shop/istio-ca-root-cert#root-cert.pem', severity: 'warning' }],
  },
  {
    code: 'NAMESPACE_ROOT_STALE',
    title: 'is silent where they are the same',
    build: async (world) => copies(await makeCA('cluster.local'))(world),
    expect: [],
  },
];

export const istioCases: readonly Case[] = [...MODES, ...GATEWAYS, ...IDENTITIES, ...COPIES];
