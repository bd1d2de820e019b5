import type { ManagerId } from '../../../../src/core/model/manager.ts';
import type { Minted } from '../../../../src/io/demo/mint.ts';
import type { Case } from '../case.ts';
import { make, makeCA, type World } from '../world.ts';

const BUNDLE = 'configmap/linkerd/linkerd-identity-trust-roots#ca-bundle.crt';
const ISSUER = 'secret/linkerd/linkerd-identity-issuer#tls.crt';
const ROOT = 'root.linkerd.cluster.local';
const HOUR = 1 / 24;

const mesh = { layer: 'mesh' } as const;

/** A root and an issuer under it. */
async function tree(from = -30): Promise<{ root: Minted; issuer: Minted }> {
  const root = await makeCA(ROOT, { from });
  return { root, issuer: await makeCA('identity.linkerd.cluster.local', { from, to: 300, issuer: root }) };
}

async function leafOf(name: string, issuer: Minted, from = -2 * HOUR): Promise<Minted> {
  const dnsNames = [`${name}.shop.serviceaccount.identity.linkerd.cluster.local`];
  return make(from, from + 1, { subject: '', dnsNames, issuer, extKeyUsages: ['serverAuth', 'clientAuth'] });
}

interface Proxy {
  readonly trusts?: Minted[];
  /** Leaf and issuer. */
  readonly shows?: Minted[];
}

function linkerd(world: World, published: Minted[], issuer?: Minted[]): World {
  world.bundle(BUNDLE, published, { ...mesh, role: 'linkerd-trust-anchor', source: 'mesh-bundles' });
  if (issuer) world.place(ISSUER, issuer, { ...mesh, role: 'linkerd-issuer', source: 'secrets' });
  return world;
}

function proxy(world: World, name: string, { trusts, shows }: Proxy): World {
  world.fact('pod', {
    namespace: 'shop',
    name,
    phase: 'Running',
    secrets: [],
    configMaps: [],
    mesh: { kind: 'linkerd' },
    labels: { 'linkerd.io/control-plane-ns': 'linkerd' },
  });
  const env = `pod/shop/${name}#env/LINKERD2_PROXY_IDENTITY_TRUST_ANCHORS`;
  if (trusts) world.bundle(env, trusts, { ...mesh, role: 'pod-env', source: 'pods' });
  if (shows)
    world.place(`pod/shop/${name}#sds/default`, shows, {
      ...mesh,
      role: 'workload-svid',
      manager: 'linkerd',
      source: 'linkerd-proxies',
    });
  return world;
}

function istioProxy(world: World, name: string, { trusts = [], shows = [] }: Proxy): World {
  world.fact('meshProxy', {
    mesh: 'istio',
    kind: 'sidecar',
    namespace: 'shop',
    name,
    means: 'port-forward',
    resources: [],
  });
  world.bundle(`pod/shop/${name}#sds/ROOTCA`, trusts, { ...mesh, role: 'istio-root' });
  return world.place(`pod/shop/${name}#sds/default`, shows, { ...mesh, role: 'workload-svid', manager: 'istiod' });
}

const ISTIO = 'configmap/istio-system/istio-ca-root-cert#root-cert.pem';
const svid = (issuer: Minted) => make(-HOUR, 1, { subject: '', issuer, uris: ['spiffe://cluster.local/ns/shop/sa/a'] });

/** A ztunnel with certificates of two accounts, each with the root that came with it. */
async function ztunnel(world: World, name: string, roots: readonly Minted[]): Promise<World> {
  const resources = roots.map((_, index) => ({
    name: `spiffe://cluster.local/ns/shop/sa/a${index}`,
    state: 'active' as const,
  }));
  const pod = { namespace: 'istio-system', name };
  world.fact('meshProxy', { mesh: 'istio', kind: 'ztunnel', ...pod, means: 'port-forward', resources });
  for (const [index, root] of roots.entries()) {
    const at = `pod/istio-system/${name}#sds/${resources[index]?.name}`;
    world.place(at, [await svid(root), root], { ...mesh, role: 'workload-svid', manager: 'istiod' });
    world.bundle(`${at}/roots`, [root], { ...mesh, role: 'istio-root' });
  }
  return world;
}

const ZTUNNELS: Case[] = [
  {
    code: 'ROOT_REPLACED_WITHOUT_OVERLAP',
    title: 'is said of a ztunnel that still has certificates of the former root',
    build: async (world) => {
      const [{ root: old }, { root: now }] = [await tree(), await tree(-1)];
      world.bundle(ISTIO, [now], { ...mesh, role: 'istio-root', source: 'mesh-bundles' });
      await ztunnel(world, 'z-a', [now, now]);
      await ztunnel(world, 'z-b', [old, old]);
    },
    expect: [{ placement: ISTIO, severity: 'critical', also: [ISTIO, 'pod/istio-system/z-b'] }],
  },
  {
    code: 'ROOT_REPLACED_WITHOUT_OVERLAP',
    title: 'is silent where every ztunnel has the root that is published',
    build: async (world) => {
      const { root } = await tree();
      world.bundle(ISTIO, [root], { ...mesh, role: 'istio-root', source: 'mesh-bundles' });
      await ztunnel(world, 'z-a', [root, root]);
    },
    expect: [],
  },
];

const REPLACED: Case[] = [
  {
    code: 'ROOT_REPLACED_WITHOUT_OVERLAP',
    title: 'is said of a bundle that running proxies trust nothing of, by their environment alone',
    build: async (world) => {
      const [old, now] = [await tree(), await tree(-1)];
      proxy(linkerd(world, [now.root], [now.issuer]), 'a', { trusts: [old.root] });
      proxy(world, 'b', { trusts: [now.root] });
    },
    expect: [
      {
        placement: BUNDLE,
        severity: 'critical',
        also: [BUNDLE, 'pod/shop/a'],
        evidence: /pod\/shop\/a trusts [0-9a-f]{12} alone/,
        fix: 'kubectl -n linkerd rollout restart deploy',
        impact: /the 1 that have the new root/,
      },
    ],
  },
  {
    code: 'ROOT_REPLACED_WITHOUT_OVERLAP',
    title: 'is said of a CA that was plugged into Istio, at its root, and names who refuses whom',
    build: async (world) => {
      const [old, now] = [await makeCA('cluster.local'), await makeCA('Mesh Root', { from: -1 })];
      world.bundle(ISTIO, [now], { ...mesh, role: 'istio-root' });
      world.bundle('secret/istio-system/cacerts#root-cert.pem', [now], { ...mesh, role: 'istio-root' });
      istioProxy(world, 'a', { trusts: [old], shows: [await svid(old), old] });
      istioProxy(world, 'b', { trusts: [now], shows: [await svid(now), now] });
    },
    expect: [
      {
        placement: 'secret/istio-system/cacerts#root-cert.pem',
        evidence: /certificate of pod\/shop\/b chains to CN=Mesh Root .* which pod\/shop\/a does not trust/,
      },
    ],
  },
  {
    code: 'ROOT_REPLACED_WITHOUT_OVERLAP',
    title: 'is not said where a root was made anew with its key',
    build: async (world) => {
      const { root, issuer } = await tree();
      const renewed = await makeCA(ROOT, { from: -1, key: root.key });
      proxy(linkerd(world, [renewed], [issuer]), 'a', { trusts: [root] });
    },
    expect: [],
  },
  {
    code: 'ROOT_REPLACED_WITHOUT_OVERLAP',
    title: 'is not said of proxies that trust both',
    build: async (world) => {
      const [old, now] = [await tree(), await tree(-1)];
      proxy(linkerd(world, [old.root, now.root], [now.issuer]), 'a', { trusts: [now.root, old.root] });
    },
    expect: [],
  },
];

const EARLY: Case[] = [
  {
    code: 'OLD_ROOT_REMOVED_EARLY',
    title: 'is said where leaves of the former root meet proxies that trust the new one alone',
    build: async (world) => {
      const [old, now] = [await tree(), await tree(-1)];
      linkerd(world, [now.root], [now.issuer]);
      proxy(world, 'a', { trusts: [old.root, now.root], shows: [await leafOf('a', old.issuer), old.issuer] });
      proxy(world, 'b', { trusts: [now.root], shows: [await leafOf('b', now.issuer), now.issuer] });
    },
    expect: [
      {
        placement: BUNDLE,
        also: [BUNDLE, 'pod/shop/a'],
        evidence: /chains to CN=root\.linkerd\.cluster\.local [0-9a-f]{12}, which pod\/shop\/b does not trust/,
      },
    ],
  },
  {
    code: 'OLD_ROOT_REMOVED_EARLY',
    title: 'is not said while everybody still trusts both',
    build: async (world) => {
      const [old, now] = [await tree(), await tree(-1)];
      linkerd(world, [now.root], [now.issuer]);
      proxy(world, 'a', { trusts: [old.root, now.root], shows: [await leafOf('a', old.issuer), old.issuer] });
      proxy(world, 'b', { trusts: [old.root, now.root] });
    },
    expect: [],
  },
];

const STALE: Case[] = [
  {
    code: 'PROXY_TRUST_STALE',
    title: 'names those that were not restarted since a root was added',
    build: async (world) => {
      const [old, now] = [await tree(), await tree(-1)];
      linkerd(world, [old.root, now.root], [old.issuer]);
      proxy(world, 'a', { trusts: [old.root] });
      proxy(world, 'b', { trusts: [old.root, now.root] });
    },
    expect: [{ placement: BUNDLE, severity: 'warning', also: ['pod/shop/a'], fix: 'kubectl -n shop rollout restart' }],
  },
  {
    code: 'PROXY_TRUST_STALE',
    title: 'is critical once certificates of the new root are shown',
    build: async (world) => {
      const [old, now] = [await tree(), await tree(-1)];
      linkerd(world, [old.root, now.root], [now.issuer]);
      proxy(world, 'a', { trusts: [old.root] });
      proxy(world, 'b', { trusts: [old.root, now.root], shows: [await leafOf('b', now.issuer), now.issuer] });
    },
    expect: [{ placement: BUNDLE, severity: 'critical' }],
  },
  {
    code: 'PROXY_TRUST_STALE',
    title: 'is silent where all have what is published, and of proxies whose trust was not seen',
    build: async (world) => {
      const { root, issuer } = await tree();
      proxy(linkerd(world, [root], [issuer]), 'a', { trusts: [root], shows: [await leafOf('a', issuer), issuer] });
      proxy(world, 'b', {});
    },
    expect: [],
  },
];

const ISSUERS: Case[] = [
  {
    code: 'ISSUER_OUTSIDE_ANCHORS',
    title: 'is said of an issuer that another anchor of the same name signed',
    build: async (world) => {
      const [old, now] = [await tree(), await tree(-1)];
      linkerd(world, [old.root], [now.issuer]);
    },
    expect: [{ placement: ISSUER, severity: 'critical', also: [BUNDLE], evidence: /issued by CN=root\.linkerd/ }],
  },
  {
    code: 'ISSUER_OUTSIDE_ANCHORS',
    title: 'is silent where one of two anchors signed it',
    build: async (world) => {
      const [old, now] = [await tree(), await tree(-1)];
      linkerd(world, [old.root, now.root], [now.issuer]);
    },
    expect: [],
  },
  {
    code: 'MESH_ISSUER_UNFIT',
    title: 'is said of an issuer that is no CA and has a key that Linkerd does not take',
    build: async (world) => {
      const { root } = await tree();
      const leaf = await make(-1, 300, { subject: 'CN=identity.linkerd.cluster.local', issuer: root, key: 'RSA-2048' });
      linkerd(world, [root], [leaf]);
    },
    expect: [
      {
        placement: ISSUER,
        severity: 'critical',
        evidence: /is no CA|ECDSA on P-256 alone/,
        fix: 'have its issuer make a new certificate',
      },
    ],
  },
  {
    code: 'MESH_ISSUER_UNFIT',
    title: 'is said of one that stands in the layout of the other scheme',
    build: async (world) => {
      const { root, issuer } = await tree();
      linkerd(withValues(world, 'linkerd.io/tls'), [root], [issuer]);
    },
    expect: [{ placement: ISSUER, evidence: /stands under tls\.crt, .* linkerd\.io\/tls, which reads crt\.pem/ }],
  },
  {
    code: 'MESH_ISSUER_UNFIT',
    title: 'is silent of a CA on P-256 in its layout',
    build: async (world) => {
      const { root, issuer } = await tree();
      linkerd(withValues(world), [root], [issuer]);
    },
    expect: [],
  },
  {
    code: 'ISSUER_NOT_TAKEN_OVER',
    title: 'is said where a certificate that was issued since has the issuer of before',
    build: async (world) => {
      const { root, issuer } = await tree();
      const next = await makeCA('identity.linkerd.cluster.local', { from: -1, to: 300, issuer: root });
      linkerd(world, [root], [next]);
      proxy(world, 'a', { trusts: [root], shows: [await leafOf('a', issuer), issuer] });
    },
    expect: [{ placement: ISSUER, severity: 'warning', also: ['pod/shop/a'], fix: 'deploy/linkerd-identity' }],
  },
  {
    code: 'ISSUER_NOT_TAKEN_OVER',
    title: 'is silent of certificates that are older than the issuer',
    build: async (world) => {
      const { root, issuer } = await tree();
      const next = await makeCA('identity.linkerd.cluster.local', { from: -HOUR, to: 300, issuer: root });
      linkerd(world, [root], [next]);
      proxy(world, 'a', { trusts: [root], shows: [await leafOf('a', issuer), issuer] });
    },
    expect: [],
  },
];

const IDENTITY = 'linkerd-gateway.linkerd-multicluster.serviceaccount.identity.linkerd.cluster.local';

function link(world: World, gateway: Minted[]): void {
  world.fact('linkerdLink', {
    namespace: 'linkerd-multicluster',
    name: 'foo',
    cluster: 'foo',
    clusterDomain: 'foo.cluster.local',
    gatewayAddresses: ['198.51.100.40'],
    gatewayPort: 4143,
    gatewayIdentity: IDENTITY,
  });
  world.served(`tls://198.51.100.40:4143#${IDENTITY}`, gateway, { ...mesh, role: 'workload-svid', manager: 'linkerd' });
}

const gatewayLeaf = (issuer: Minted, name = IDENTITY) => make(-HOUR, 1, { subject: '', dnsNames: [name], issuer });

const OTHERS: Case[] = [
  {
    code: 'SVID_OF_OTHER_ROOT',
    title: 'is said of a certificate under a root that nobody trusts, not even who shows it',
    build: async (world) => {
      const [root, other] = [await makeCA('cluster.local'), await makeCA('elsewhere')];
      const svid = (issuer: Minted) =>
        make(-HOUR, 1, { subject: '', issuer, uris: ['spiffe://cluster.local/ns/shop/sa/a'] });
      world.bundle('configmap/istio-system/istio-ca-root-cert#root-cert.pem', [root], { ...mesh, role: 'istio-root' });
      istioProxy(world, 'a', { trusts: [root], shows: [await svid(other), other] });
      istioProxy(world, 'b', { trusts: [root], shows: [await svid(root), root] });
    },
    expect: [
      {
        placement: 'pod/shop/a#sds/default',
        severity: 'critical',
        also: ['pod/shop/a'],
        evidence: /certificate of pod\/shop\/a chains to CN=elsewhere [0-9a-f]{12}, which pod\/shop\/b does not trust/,
      },
    ],
  },
  {
    code: 'SVID_OF_OTHER_ROOT',
    title: 'is silent about a former root that some proxies still trust: that is a rotation',
    build: async (world) => {
      const [old, now] = [await tree(), await tree(-1)];
      linkerd(world, [now.root], [now.issuer]);
      proxy(world, 'a', { trusts: [old.root, now.root], shows: [await leafOf('a', old.issuer), old.issuer] });
      proxy(world, 'b', { trusts: [now.root], shows: [await leafOf('b', now.issuer), now.issuer] });
    },
    expect: [],
  },
  {
    code: 'OLD_ROOT_REMOVED_EARLY',
    title: 'is said of an account that a ztunnel speaks for',
    build: async (world) => {
      const [old, now] = [await makeCA('old'), await makeCA('new', { from: -1 })];
      const id = 'spiffe://cluster.local/ns/shop/sa/a';
      const svid = (issuer: Minted) => make(-HOUR, 1, { subject: '', issuer, uris: [id] });
      world.bundle('configmap/istio-system/istio-ca-root-cert#root-cert.pem', [now], { ...mesh, role: 'istio-root' });
      istioProxy(world, 'b', { trusts: [now], shows: [await svid(now), now] });
      const resources = [{ name: id, state: 'active' }] as const;
      const common = { mesh: 'istio', kind: 'ztunnel', means: 'port-forward', resources } as const;
      world.fact('meshProxy', { ...common, namespace: 'istio-system', name: 'ztunnel' });
      const at = `pod/istio-system/ztunnel#sds/${id}`;
      world.bundle(`${at}/roots`, [old, now], { ...mesh, role: 'istio-root' });
      world.place(at, [await svid(old), old], { ...mesh, role: 'workload-svid', manager: 'istiod' });
    },
    expect: [
      {
        placement: 'configmap/istio-system/istio-ca-root-cert#root-cert.pem',
        also: ['configmap/istio-system/istio-ca-root-cert#root-cert.pem', 'pod/istio-system/ztunnel'],
      },
    ],
  },
];

const ROTATION: Case[] = [
  {
    code: 'ROOT_ROTATION_UNFINISHED',
    title: 'is not sure where a sample of the proxies was asked: the others may still show the former root',
    build: async (world) => {
      const [old, now] = [await makeCA('old'), await makeCA('new', { from: -3 })];
      const issuer = await makeCA('intermediate', { from: -0.5, issuer: now });
      const svid = await make(-HOUR, 1, { subject: '', issuer, uris: ['spiffe://cluster.local/ns/shop/sa/a'] });
      world.bundle('configmap/istio-system/istio-ca-root-cert#root-cert.pem', [old, now], {
        ...mesh,
        role: 'istio-root',
      });
      world.place('secret/istio-system/cacerts#ca-cert.pem', [issuer, now], { ...mesh, role: 'istio-ca' });
      istioProxy(world, 'a', { trusts: [old, now], shows: [svid, issuer, now] });
      const unasked = { namespace: 'shop', name: 'b', phase: 'Running', secrets: [], configMaps: [] };
      world.fact('pod', { ...unasked, mesh: { kind: 'istio' } });
    },
    expect: [{ placement: 'configmap/istio-system/istio-ca-root-cert#root-cert.pem[0]', severity: 'warning' }],
  },
  {
    code: 'ROOT_ROTATION_UNFINISHED',
    title: 'names who still shows a certificate of the former root, and who lacks the newer one',
    build: async (world) => {
      const [old, now] = [await tree(), await tree(-3)];
      linkerd(world, [old.root, now.root], [now.issuer]);
      const both = [old.root, now.root];
      proxy(world, 'a', { trusts: both, shows: [await leafOf('a', old.issuer), old.issuer] });
      proxy(world, 'b', { trusts: both, shows: [await leafOf('b', now.issuer), now.issuer] });
      proxy(world, 'c', { trusts: [old.root], shows: [await leafOf('c', now.issuer), now.issuer] });
    },
    expect: [{ placement: `${BUNDLE}[0]`, severity: 'warning', also: ['pod/shop/a', 'pod/shop/c'] }],
  },
  {
    code: 'ROOT_ROTATION_UNFINISHED',
    title: 'is not sure of proxies that could not be asked, within a day of the new issuer',
    build: async (world) => {
      const [old, now] = [await tree(), await tree(-0.5)];
      proxy(linkerd(world, [old.root, now.root], [now.issuer]), 'a', { trusts: [old.root, now.root] });
    },
    expect: [{ placement: `${BUNDLE}[0]`, severity: 'warning' }],
  },
  {
    code: 'ROOT_ROTATION_UNFINISHED',
    title: 'is silent of a single root, whatever proxies trust besides',
    build: async (world) => {
      const [old, now] = [await tree(), await tree(-3)];
      proxy(linkerd(world, [now.root], [now.issuer]), 'a', { trusts: [old.root, now.root] });
    },
    expect: [],
  },
  {
    code: 'OLD_ROOT_REMOVABLE',
    title: 'says that the former root may go, and disturbs nobody with it',
    build: async (world) => {
      const [old, now] = [await tree(), await tree(-3)];
      linkerd(world, [old.root, now.root], [now.issuer]);
      const trusts = [old.root, now.root];
      proxy(world, 'a', { trusts, shows: [await leafOf('a', now.issuer), now.issuer] });
      proxy(world, 'b', { trusts });
    },
    expect: [{ placement: `${BUNDLE}[0]`, severity: 'info', fix: 'take it out of' }],
  },
  {
    code: 'OLD_ROOT_REMOVABLE',
    title: 'is not said of a new root that nothing is signed under yet',
    build: async (world) => {
      const [old, now] = [await tree(), await tree(-3)];
      linkerd(world, [old.root, now.root], [old.issuer]);
      proxy(world, 'a', { trusts: [old.root, now.root], shows: [await leafOf('a', old.issuer), old.issuer] });
    },
    expect: [],
  },
  {
    code: 'TRUST_ROOTS_MISSING',
    title: 'is said where the control plane is there and its anchors are not',
    build: (world) => withValues(world).read('mesh-bundles', 'complete', 'read', 'mesh'),
    expect: [{ placement: 'configmap/linkerd/linkerd-identity-trust-roots', severity: 'critical' }],
  },
  {
    code: 'TRUST_ROOTS_MISSING',
    title: 'is silent where ConfigMaps could not be read, and where the anchors are there',
    build: async (world) => {
      withValues(world).read('mesh-bundles', 'denied', 'forbidden', 'mesh');
    },
    expect: [],
  },
  {
    code: 'TRUST_ROOTS_MISSING',
    title: 'is silent where the anchors are there',
    build: async (world) => linkerd(withValues(world), [(await tree()).root]),
    expect: [],
  },
];

function withValues(world: World, scheme = 'kubernetes.io/tls'): World {
  return world.fact('linkerdConfig', {
    namespace: 'linkerd',
    trustDomain: 'cluster.local',
    scheme,
    externalCA: false,
    anchors: [],
  });
}

const CLOCKS: Case[] = [
  {
    code: 'CLOCK_SKEW',
    title: 'is said of the node of a proxy that tells another time',
    build: (world) =>
      onNode(proxy(world, 'a', {}), 'a').fact('meshProxy', {
        mesh: 'linkerd',
        kind: 'sidecar',
        namespace: 'shop',
        name: 'a',
        means: 'port-forward',
        resources: [],
        clockAhead: -3600,
      }),
    expect: [
      { placement: 'node/node-a', severity: 'critical', message: 'the clock of node node-a is 60m behind ours' },
    ],
  },
  {
    code: 'CLOCK_SKEW',
    title: 'is said of the node of a verifier for which something had ended that has not',
    build: (world) => judged(world, 'current time 2026-11-27T12:00:00Z is after 2026-11-26T00:00:00Z'),
    expect: [{ placement: 'node/node-a', evidence: /current time 2026-11-27/ }],
  },
  {
    code: 'CLOCK_SKEW',
    title: 'is said of one for which something was not valid yet, when its lease is as late',
    build: (world) => {
      judged(world, 'current time 2026-11-21T12:00:00Z is before 2026-11-23T00:00:00Z');
      world.fact('lease', {
        namespace: 'kube-node-lease',
        name: 'node-a',
        holder: 'node-a',
        durationSeconds: 40,
        renewed: '2026-11-21T11:59:00Z',
      });
    },
    expect: [{ placement: 'node/node-a' }],
  },
  {
    code: 'CLOCK_SKEW',
    title: 'is not said of an old line, nor of one that is right',
    build: (world) => {
      judged(world, 'current time 2026-11-21T12:00:00Z is before 2026-11-23T00:00:00Z');
      world.fact('lease', {
        namespace: 'kube-node-lease',
        name: 'node-a',
        holder: 'node-a',
        durationSeconds: 40,
        renewed: '2026-11-24T11:59:50Z',
      });
      judged(world, 'current time 2026-11-24T11:00:00Z is after 2026-11-23T00:00:00Z', 'b');
    },
    expect: [],
  },
];

function onNode(world: World, name: string): World {
  return world.fact('pod', { namespace: 'shop', name, node: 'node-a', phase: 'Running', secrets: [], configMaps: [] });
}

function judged(world: World, text: string, name = 'a'): World {
  const said = {
    from: 'log',
    object: `pod/shop/${name}`,
    text: `x509: certificate has expired or is not yet valid: ${text}`,
  } as const;
  return onNode(world, name).fact('message', said);
}

const LINKS: Case[] = [
  {
    code: 'LINK_IDENTITY_WRONG',
    title: 'is said where the gateway proves another name',
    build: async (world) => {
      const { root, issuer } = await tree();
      linkerd(world, [root], [issuer]);
      link(world, [await gatewayLeaf(issuer, IDENTITY.replace('cluster.local', 'foo.cluster.local')), issuer]);
    },
    expect: [
      {
        placement: 'link/linkerd-multicluster/foo',
        severity: 'critical',
        also: [`tls://198.51.100.40:4143#${IDENTITY}`],
        evidence: /names linkerd-gateway.*identity\.linkerd\.foo\.cluster\.local/,
      },
    ],
  },
  {
    code: 'LINK_IDENTITY_WRONG',
    title: 'is silent where the name is the expected one',
    build: async (world) => {
      const { root, issuer } = await tree();
      linkerd(world, [root], [issuer]);
      link(world, [await gatewayLeaf(issuer), issuer]);
    },
    expect: [],
  },
  {
    code: 'NAME_NOT_COVERED',
    title: 'is not said besides of a gateway that proves another name',
    build: async (world) => {
      const { root, issuer } = await tree();
      linkerd(world, [root], [issuer]);
      link(world, [await gatewayLeaf(issuer, 'other.example.com'), issuer]);
    },
    expect: [],
  },
  {
    code: 'MESH_ROOTS_DIFFER',
    title: 'is said where the gateway has a certificate of a root of the same name that is not ours',
    build: async (world) => {
      const [ours, theirs] = [await tree(), await tree(-10)];
      linkerd(world, [ours.root], [ours.issuer]);
      link(world, [await gatewayLeaf(theirs.issuer), theirs.issuer]);
    },
    expect: [{ placement: 'link/linkerd-multicluster/foo', severity: 'critical' }],
  },
  {
    code: 'MESH_ROOTS_DIFFER',
    title: 'is silent where both clusters have the root in common',
    build: async (world) => {
      const { root } = await tree();
      const other = await makeCA('identity.linkerd.cluster.local', { to: 300, issuer: root });
      linkerd(world, [root]);
      link(world, [await gatewayLeaf(other), other]);
    },
    expect: [],
  },
];

/** A workload certificate of a day that has run for these hours, at a proxy of Istio, in a Pod of this phase. */
const held =
  (hours: number, { phase = 'Running', manager = 'istiod' }: { phase?: string; manager?: ManagerId } = {}) =>
  async (world: World) => {
    const root = await makeCA('cluster.local');
    const svid = async (name: string, since: number) => {
      const uris = [`spiffe://cluster.local/ns/shop/sa/${name}`];
      return [await make(-since * HOUR, 1 - since * HOUR, { subject: '', issuer: root, uris }), root];
    };
    const at = (name: string) => `pod/shop/${name}#sds/default`;
    const options = { ...mesh, role: 'workload-svid', manager } as const;
    world.fact('pod', { namespace: 'shop', name: 'late', phase, secrets: [], configMaps: [], mesh: { kind: 'istio' } });
    world.place(at('late'), await svid('late', hours), options).place(at('fresh'), await svid('fresh', 2), options);
  };

const LATE = 'pod/shop/late#sds/default';

const STUCK: readonly Case[] = [
  {
    code: 'ROTATION_STUCK',
    title: 'is said of a proxy of Istio that is well past half of the life of its certificate',
    build: held(17),
    expect: [
      {
        placement: LATE,
        severity: 'warning',
        also: ['pod/shop/late'],
        evidence: /istiod rotates at 50 % of that/,
        fix: 'kubectl logs -n shop late -c istio-proxy',
        explainedBy: 'none',
      },
    ],
  },
  {
    code: 'CERT_EXPIRING',
    title: 'is explained by the rotation that is stuck',
    build: held(21),
    expect: [{ placement: LATE, severity: 'critical', explainedBy: 'ROTATION_STUCK' }],
  },
  {
    code: 'ROTATION_STUCK',
    title: 'is said of a proxy of Linkerd by its own rotation point',
    build: async (world) => {
      const { root, issuer } = await tree();
      proxy(linkerd(world, [root], [issuer]), 'late', {
        trusts: [root],
        shows: [await leafOf('late', issuer, -20 * HOUR), issuer],
      });
    },
    expect: [{ placement: LATE, severity: 'warning', fix: 'kubectl logs -n linkerd deploy/linkerd-identity' }],
  },
  {
    code: 'ROTATION_STUCK',
    title: 'is silent where the rotation has only just come due, as it may take some tries',
    build: held(14),
    expect: [],
  },
  {
    code: 'ROTATION_STUCK',
    title: 'is silent where the Pod has ended',
    build: held(17, { phase: 'Succeeded' }),
    expect: [],
  },
  {
    code: 'ROTATION_STUCK',
    title: 'is silent of a certificate that has expired: that is said instead',
    build: held(25),
    expect: [],
  },
  ...(['istio-agent', 'spire'] as const).map(
    (manager): Case => ({
      code: 'ROTATION_STUCK',
      title: `is said where ${manager} renews it, whoever signs`,
      build: held(17, { manager }),
      expect: [{ placement: LATE, severity: 'warning', fix: manager === 'spire' ? 'spire-agent' : 'istio-csr' }],
    }),
  ),
  {
    code: 'ROTATION_STUCK',
    title: 'is silent about a certificate of a minute that was just issued: it begins two minutes before',
    build: async (world) => {
      const root = await makeCA('cluster.local');
      const uris = ['spiffe://cluster.local/ns/shop/sa/late'];
      const [from, to] = [-2.2 / 60, 0.8 / 60].map((hours) => hours * HOUR) as [number, number];
      return istioProxy(world, 'late', {
        trusts: [root],
        shows: [await make(from, to, { subject: '', issuer: root, uris }), root],
      });
    },
    expect: [],
  },
  {
    code: 'ROTATION_STUCK',
    title: 'is silent where nobody is known to rotate it, as with a CA outside',
    build: held(17, { manager: 'unknown' }),
    expect: [],
  },
];

export const meshCases: readonly Case[] = [
  ...OTHERS,
  ...STUCK,
  ...REPLACED,
  ...ZTUNNELS,
  ...EARLY,
  ...STALE,
  ...ISSUERS,
  ...ROTATION,
  ...CLOCKS,
  ...LINKS,
];
