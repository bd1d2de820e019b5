import type { FactKinds } from '../../../../src/core/model/facts.ts';
import type { Case } from '../case.ts';
import { HOUR, MINUTE, makeCA, makeServer, NOW, type World } from '../world.ts';

const iso = (at: number) => new Date(at).toISOString();
const HOOK = 'validatingwebhookconfiguration/policy#0';
const SERVING = 'kubernetes.io/kubelet-serving';
const request = (name: string, parts: Partial<FactKinds['csr']> = {}): FactKinds['csr'] => ({
  name,
  signerName: SERVING,
  username: 'system:node:n1',
  state: 'pending',
  created: iso(NOW - HOUR),
  subject: 'O=system:nodes,CN=system:node:n1',
  dnsNames: ['n1'],
  ipAddresses: [],
  ...parts,
});
const hook = (parts: Partial<FactKinds['caBundle']> = {}): FactKinds['caBundle'] => ({
  kind: 'ValidatingWebhookConfiguration',
  name: 'policy',
  index: 0,
  ref: HOOK,
  service: { namespace: 'apps', name: 'hook', port: 443 },
  failurePolicy: 'Fail',
  empty: false,
  ...parts,
});
const SECRET = 'secret/shop/web-tls#tls.crt';

export const objectCases: readonly Case[] = [
  {
    code: 'CA_BUNDLE_MISMATCH',
    title: 'compares the bundle with the Secret that the service serves',
    build: (world) => withHook(world, hook(), { matching: false }),
    expect: [
      {
        placement: HOOK,
        severity: 'critical',
        message: `the caBundle of ${HOOK} does not verify secret/apps/hook-tls#tls.crt, which service apps/hook serves`,
        impact: /every write that the webhook matches is refused/,
        fix: 'kubectl edit ValidatingWebhookConfiguration policy',
      },
    ],
  },
  {
    code: 'CA_BUNDLE_MISMATCH',
    title: 'is a warning with failurePolicy Ignore',
    build: (world) => withHook(world, hook({ failurePolicy: 'Ignore' }), { matching: false }),
    expect: [{ placement: HOOK, severity: 'warning' }],
  },
  {
    code: 'CA_BUNDLE_MISMATCH',
    title: 'believes a handshake before a Secret',
    build: async (world) => {
      await withHook(world, hook(), { matching: true });
      world.served('tls://10.96.0.9:443#hook.apps.svc', [await makeServer(['hook.apps.svc'])], {
        role: 'webhook-serving',
      });
    },
    expect: [{ placement: HOOK }],
  },
  {
    code: 'CA_BUNDLE_MISMATCH',
    title: 'speaks of a bundle that was never injected',
    build: (world) => world.fact('caBundle', hook({ empty: true, injectedFrom: 'certificate/apps/hook' })),
    expect: [{ placement: HOOK, severity: 'critical', fix: 'deploy/cert-manager-cainjector' }],
  },
  {
    code: 'CA_BUNDLE_MISMATCH',
    title: 'warns of an empty bundle for a Service',
    build: (world) => world.fact('caBundle', hook({ empty: true })),
    expect: [{ placement: HOOK, severity: 'warning' }],
  },
  {
    code: 'CA_BUNDLE_MISMATCH',
    title: 'is silent where it verifies, the server is not known, TLS is not checked, or the API is available',
    build: async (world) => {
      await withHook(world, hook(), { matching: true });
      world.bundle('crd/widgets', [await makeCA('other')], { role: 'crd-conversion-ca' });
      world.fact(
        'caBundle',
        hook({
          kind: 'CustomResourceDefinition',
          ref: 'crd/widgets',
          service: { namespace: 'none', name: 'x', port: 443 },
        }),
      );
      world.fact('caBundle', hook({ kind: 'APIService', ref: 'apiservice/a', insecure: true, empty: true }));
      world.bundle('apiservice/b', [await makeCA('other')], { role: 'apiservice-ca' });
      world.fact(
        'caBundle',
        hook({ kind: 'APIService', ref: 'apiservice/b', available: { status: 'True', reason: 'Passed', message: '' } }),
      );
      world.fact(
        'caBundle',
        hook({
          ref: 'validatingwebhookconfiguration/url#0',
          service: undefined as never,
          url: 'https://hooks.example.com/x',
          empty: true,
        }),
      );
    },
    expect: [],
  },
  {
    code: 'CA_BUNDLE_MISMATCH',
    title: 'is silent where the bundle is the self-signed certificate itself',
    build: async (world) => {
      const own = await makeServer(['hook.apps.svc']);
      world
        .tlsSecret('apps', 'hook-tls', [own], { role: 'webhook-serving' })
        .bundle(HOOK, [own], { role: 'webhook-ca' })
        .fact('caBundle', hook());
    },
    expect: [],
  },
  {
    code: 'CSR_PENDING',
    title: 'speaks once for the requests of one node, and says what to compare',
    build: (world) =>
      world
        .fact('csr', request('csr-a', { created: iso(NOW - 3 * HOUR) }))
        .fact('csr', request('csr-b', { created: iso(NOW - 2 * HOUR) })),
    expect: [
      {
        placement: 'csr/csr-b',
        severity: 'warning',
        message:
          'the request csr-b of system:node:n1 for its serving certificate waits for approval, made 120m ago (2 requests alike)',
        fix: 'kubectl certificate approve csr-b',
      },
    ],
  },
  {
    code: 'CSR_PENDING',
    title:
      'is silent about fresh requests, approved ones, issued ones, older ones that a newer one followed, and other signers',
    build: (world) => {
      world.fact('csr', request('fresh', { created: iso(NOW - MINUTE), username: 'system:node:n2' }));
      world.fact('csr', request('approved', { state: 'approved', username: 'system:node:n3' }));
      world.fact('csr', request('old')).fact('csr', request('done', { state: 'issued', created: iso(NOW - MINUTE) }));
      world.fact('csr', request('user', { signerName: 'kubernetes.io/kube-apiserver-client', username: 'me' }));
    },
    expect: [],
  },
  {
    code: 'CSR_DENIED',
    title: 'repeats the reason',
    build: (world) =>
      world.fact(
        'csr',
        request('csr-a', { state: 'denied', reason: 'AutoDenied', message: 'address is not of the Node' }),
      ),
    expect: [
      {
        placement: 'csr/csr-a',
        message:
          'the request csr-a of system:node:n1 for its serving certificate was denied (AutoDenied: address is not of the Node), made 60m ago',
        fix: 'kubectl delete csr csr-a',
      },
    ],
  },
  {
    code: 'CSR_DENIED',
    title: 'is silent when a later request was issued',
    build: (world) =>
      world
        .fact('csr', request('a', { state: 'failed' }))
        .fact('csr', request('b', { state: 'issued', created: iso(NOW) })),
    expect: [],
  },
  {
    code: 'SECRET_UNUSED',
    title: 'is information, and only when everything that could name it was read',
    build: async (world) =>
      world.readAll().tlsSecret('shop', 'web-tls', [await makeServer(['a'])], { role: 'tls-secret' }),
    expect: [
      {
        placement: SECRET,
        severity: 'info',
        message: 'Secret shop/web-tls is named by no Ingress, Gateway, Pod, webhook, issuer or mesh that was read',
      },
    ],
  },
  ...(['denied', 'partial', 'unreachable', 'timed-out'] as const).map(
    (state): Case => ({
      code: 'SECRET_UNUSED',
      title: `is silent where Pods are ${state}`,
      build: async (world) =>
        world
          .readAll()
          .read('pods', state)
          .tlsSecret('shop', 'web-tls', [await makeServer(['a'])], { role: 'tls-secret' }),
      expect: [],
    }),
  ),
  {
    code: 'SECRET_UNUSED',
    title: 'is silent where one namespace was asked',
    build: async (world) => {
      world.namespaces = ['shop'];
      world.readAll().tlsSecret('shop', 'web-tls', [await makeServer(['a'])], { role: 'tls-secret' });
    },
    expect: [],
  },
  {
    code: 'SECRET_UNUSED',
    title: 'is silent about Secrets that something names, whoever it is',
    build: async (world) => {
      world.readAll();
      const leaf = [await makeServer(['a'])];
      for (const name of ['ingress', 'gateway', 'pod', 'issuer', 'injected', 'annotated'])
        world.tlsSecret('shop', name, leaf, { role: 'tls-secret' });
      world
        .tlsSecret('kube-system', 'k3s-serving', leaf, { role: 'tls-secret', manager: 'k3s' })
        .tlsSecret('shop', 'hook', leaf, { role: 'webhook-serving' });
      world.tlsSecret('shop', 'opaque', leaf, { role: 'tls-secret', type: 'Opaque' });
      world.ingress('shop', 'web', [{ hosts: ['a'], secretName: 'ingress' }], {
        annotations: { 'nginx.ingress.kubernetes.io/auth-tls-secret': 'shop/annotated' },
      });
      world.gateway('shop', 'gw', { secrets: [{ namespace: 'shop', name: 'gateway', granted: true }] });
      world.fact('pod', { namespace: 'shop', name: 'p', secrets: ['pod'], configMaps: [] }, 'pods');
      world.fact(
        'issuer',
        { kind: 'ClusterIssuer', namespace: 'shop', name: 'i', type: 'ca', caSecretName: 'issuer' },
        'issuers',
      );
      world.fact('certificate', {
        namespace: 'shop',
        name: 'cert',
        secretName: 'injected',
        dnsNames: [],
        issuer: { name: 'i', kind: 'Issuer', group: '' },
        isCA: false,
      });
      world.fact('caBundle', hook({ injectedFrom: 'certificate/shop/cert' }), 'cabundles');
    },
    expect: [],
  },
  {
    code: 'BAD_DATA',
    title: 'is critical where an Ingress needs the Secret',
    build: (world) => {
      world.fact('secret', {
        namespace: 'shop',
        name: 'web-tls',
        type: 'kubernetes.io/tls',
        keys: [],
        resourceVersion: '1',
        problems: ['tls.crt holds no certificate'],
      });
      world
        .place(SECRET, [], { role: 'ingress-tls', layer: 'ingress' })
        .ingress('shop', 'web', [{ hosts: ['a'], secretName: 'web-tls' }]);
    },
    expect: [
      {
        placement: SECRET,
        severity: 'critical',
        message: 'secret/shop/web-tls cannot be read: tls.crt holds no certificate',
      },
    ],
  },
  {
    code: 'BAD_DATA',
    title: 'warns about files, kubeconfigs, caBundles, requests and ConfigMaps',
    build: (world) => {
      world
        .fact('caBundle', hook({ problems: ['caBundle, line 1: no PEM'] }))
        .fact('csr', request('odd', { problems: ['the request is cut off'] }));
      world.fact('configMap', { namespace: 'shop', name: 'trust', problems: ['ca.crt, line 3: a block has no end'] });
      world.fact('file', {
        path: '/x.pem',
        format: 'unreadable',
        mode: '0600',
        uid: 0,
        gid: 0,
        modified: iso(NOW),
        hasPrivateKey: false,
        problems: ['a block has no end'],
      });
      world.fact('kubeconfig', {
        path: '/c',
        contexts: [],
        clusters: [],
        problems: ['user me: client-certificate-data is no base64'],
      });
    },
    expect: ['file:/x.pem', 'file:/c', HOOK, 'csr/odd', 'configmap/shop/trust'].map((placement) => ({
      placement,
      severity: 'warning',
    })),
  },
  {
    code: 'BAD_DATA',
    title: 'counts a Secret that lacks what it is named for',
    build: (world) => {
      world.fact('secret', {
        namespace: 'shop',
        name: 'web-tls',
        type: 'Opaque',
        keys: ['x'],
        resourceVersion: '1',
        problems: [],
      });
      world.place(SECRET, [], {
        role: 'ingress-tls',
        layer: 'ingress',
        missing: 'Secret shop/web-tls holds no certificate under tls.crt',
      });
    },
    expect: [
      {
        placement: SECRET,
        message: 'secret/shop/web-tls cannot be read: Secret shop/web-tls holds no certificate under tls.crt',
      },
    ],
  },
  {
    code: 'BAD_DATA',
    title: 'is silent about what reads well',
    build: async (world) => world.tlsSecret('shop', 'web-tls', [await makeServer(['a'])]),
    expect: [],
  },
  {
    code: 'EXPECTED_FILE_MISSING',
    title: 'warns of what the next restart needs',
    build: (world) =>
      world.place('file:/etc/kubernetes/pki/apiserver.crt', [], {
        role: 'apiserver-serving',
        manager: 'kubeadm',
        missing: 'no such file',
      }),
    expect: [
      {
        placement: 'file:/etc/kubernetes/pki/apiserver.crt',
        severity: 'warning',
        message: 'file:/etc/kubernetes/pki/apiserver.crt is missing: no such file',
      },
    ],
  },
  {
    code: 'EXPECTED_FILE_MISSING',
    title: 'is information for files that may be away, and for etcd files where etcd runs elsewhere',
    build: (world) => {
      world.place('kubeconfig:/etc/kubernetes/super-admin.conf#users/kubernetes-super-admin', [], {
        role: 'super-admin-client',
        manager: 'kubeadm',
        missing: 'no such file',
      });
      world.place('file:/etc/kubernetes/pki/etcd/server.crt', [], {
        role: 'etcd-server',
        manager: 'kubeadm',
        missing: 'no such file',
      });
    },
    expect: [
      { placement: 'kubeconfig:/etc/kubernetes/super-admin.conf#users/kubernetes-super-admin', severity: 'info' },
      { placement: 'file:/etc/kubernetes/pki/etcd/server.crt', severity: 'info' },
    ],
  },
  {
    code: 'EXPECTED_FILE_MISSING',
    title: 'warns of one etcd file among others that are there',
    build: async (world) => {
      world.place('file:/etc/kubernetes/pki/etcd/ca.crt', [await makeCA('etcd-ca')], {
        role: 'etcd-ca',
        manager: 'kubeadm',
      });
      world.place('file:/etc/kubernetes/pki/etcd/server.crt', [], {
        role: 'etcd-server',
        manager: 'kubeadm',
        missing: 'no such file',
      });
    },
    expect: [{ placement: 'file:/etc/kubernetes/pki/etcd/server.crt', severity: 'warning' }],
  },
  {
    code: 'EXPECTED_FILE_MISSING',
    title: 'is silent about files that are there',
    build: async (world) =>
      world.place('file:/etc/kubernetes/pki/ca.crt', [await makeCA('kubernetes')], {
        role: 'cluster-ca',
        manager: 'kubeadm',
      }),
    expect: [],
  },
  ...(['denied', 'partial', 'unreachable', 'timed-out'] as const).map(
    (state): Case => ({
      code: 'SOURCE_UNREAD',
      title: `makes what is ${state} unknown`,
      build: (world) => world.read('secrets', state, 'the server said no'),
      expect: [
        {
          placement: 'source/secrets',
          severity: 'unknown',
          message: `secrets is ${state}: the server said no; unknown: what secrets would show`,
        },
      ],
    }),
  ),
  {
    code: 'SOURCE_UNREAD',
    title: 'puts the sources that failed for one reason under the first',
    build: (world) =>
      world
        .read('a', 'unreachable', 'connection refused')
        .read('b', 'unreachable', 'connection refused')
        .read('c', 'denied', 'forbidden'),
    expect: [
      { placement: 'source/a', explainedBy: 'none' },
      { placement: 'source/b', explainedBy: 'SOURCE_UNREAD' },
      { placement: 'source/c', explainedBy: 'none' },
    ],
  },
  {
    code: 'SOURCE_UNREAD',
    title: "is explained by the API server's certificate that clients refuse",
    build: async (world) => {
      world
        .read('secrets', 'unreachable', '10.0.0.1:6443: certificate has expired')
        .read('pods', 'unreachable', '10.0.0.1:6443: certificate has expired');
      world.served('tls://10.0.0.1:6443', [await makeServer(['cp1'], { to: -1 })], {
        role: 'apiserver-serving',
        layer: 'cluster',
      });
    },
    expect: [
      { placement: 'source/secrets', explainedBy: 'CERT_EXPIRED' },
      { placement: 'source/pods', explainedBy: 'CERT_EXPIRED' },
    ],
  },
  {
    code: 'SOURCE_UNREAD',
    title: "is explained by the user's own certificate or token that has ended",
    build: (world) => {
      world.read('secrets', 'denied', '401 Unauthorized');
      world.fact('credential', { kind: 'token', user: 'me', context: 'c', notAfter: iso(NOW - HOUR) });
    },
    expect: [{ placement: 'source/secrets', explainedBy: 'CREDENTIAL_EXPIRED' }],
  },
  {
    code: 'SOURCE_UNREAD',
    title: 'is silent about what was read, is absent, or does not apply',
    build: (world) => world.read('a').read('b', 'absent').read('c', 'not-applicable'),
    expect: [],
  },
];

async function withHook(world: World, fact: FactKinds['caBundle'], { matching }: { matching: boolean }): Promise<void> {
  const ca = await makeCA('hook-ca');
  world.tlsSecret(
    'apps',
    'hook-tls',
    [await makeServer(['hook.apps.svc'], { issuer: matching ? ca : await makeCA('hook-ca') })],
    { role: 'webhook-serving' },
  );
  world.bundle(fact.ref, [ca], { role: 'webhook-ca' }).fact('caBundle', fact);
}
