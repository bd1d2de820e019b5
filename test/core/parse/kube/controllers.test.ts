import assert from 'node:assert/strict';
import { readController, readIngressClass } from '../../../../src/core/parse/kube/controllers.ts';
import { oddVariants } from './support/odd.ts';

const workload = (image: string, args: readonly string[] = []) => ({
  metadata: { namespace: 'edge', name: 'ctl' },
  spec: {
    replicas: 2,
    template: { spec: { serviceAccountName: 'sa', containers: [{ image: 'x/sidecar:1' }, { image, args }] } },
  },
  status: { readyReplicas: 1 },
});
const IMAGES: [image: string, product: string | undefined, version?: string][] = [
  ['quay.io/jetstack/cert-manager-controller:v1.21.1', 'cert-manager', 'v1.21.1'],
  ['quay.io/jetstack/cert-manager-webhook:v1.21.1@sha256:abc', 'cert-manager-webhook', 'v1.21.1'],
  ['registry.k8s.io/ingress-nginx/controller:v1.15.1', 'ingress-nginx', 'v1.15.1'],
  ['registry.example.com:5000/mirror/ingress-nginx/controller', 'ingress-nginx'],
  ['docker.io/library/traefik:v3.5', 'traefik', 'v3.5'],
  ['haproxytech/kubernetes-ingress:3.1', 'haproxy-kubernetes-ingress', '3.1'],
  ['ghcr.io/projectcontour/contour:v1.33', 'contour', 'v1.33'],
  ['docker.io/envoyproxy/gateway:v1.6', 'envoy-gateway', 'v1.6'],
  ['nginx:1.29', undefined],
  ['example.com/my-traefik-dashboard:1', undefined],
];

describe('recognising controllers', () => {
  for (const [image, product, version] of IMAGES) {
    it(`takes ${image} for ${product ?? 'nothing of the kind'}`, () => {
      const found = readController(workload(image), 'Deployment');
      assert.deepEqual([found?.product, found?.version], [product, version]);
    });
  }

  it('keeps flags about certificates, and no other', () => {
    const args = [
      '--ingress-class=public',
      '--watch-ingress-without-class',
      '--dns01-recursive-nameservers=1.1.1.1:53',
      '--password=x',
      '--v=2',
    ];
    assert.deepEqual(readController(workload('traefik:3', args), 'DaemonSet'), {
      kind: 'DaemonSet',
      namespace: 'edge',
      name: 'ctl',
      product: 'traefik',
      version: '3',
      replicas: 2,
      ready: 1,
      serviceAccount: 'sa',
      flags: {
        'ingress-class': 'public',
        'watch-ingress-without-class': '',
        'dns01-recursive-nameservers': '1.1.1.1:53',
      },
    });
  });

  it('counts the Pods of a DaemonSet', () => {
    const { spec, ...rest } = workload('traefik:3');
    const { replicas: _, ...template } = spec;
    const status = { desiredNumberScheduled: 3, numberReady: 2 };
    const { replicas, ready } = readController({ ...rest, spec: template, status }, 'DaemonSet')!;
    assert.deepEqual([replicas, ready], [3, 2]);
  });

  it('reads odd objects as far as they make sense', () => {
    for (const odd of oddVariants(workload('traefik:3', ['--x']))) readController(odd, 'Deployment');
  });
});

describe('reading an IngressClass', () => {
  it('keeps its controller, and whether it is the default', () => {
    const metadata = { name: 'nginx', annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } };
    assert.deepEqual(readIngressClass({ metadata, spec: { controller: 'k8s.io/ingress-nginx' } }), {
      name: 'nginx',
      controller: 'k8s.io/ingress-nginx',
      default: true,
    });
  });
});
