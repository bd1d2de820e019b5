import assert from 'node:assert/strict';
import { readPod } from '../../../../src/core/parse/kube/pod.ts';
import { oddVariants } from './support/odd.ts';

const pod = {
  metadata: {
    namespace: 'shop',
    name: 'web-6f7-abc',
    labels: { app: 'web', 'pod-template-hash': '6f7', secretive: 'no' },
    ownerReferences: [
      { kind: 'Other', name: 'x' },
      { kind: 'ReplicaSet', name: 'web-6f7', controller: true },
    ],
  },
  spec: {
    nodeName: 'n1',
    serviceAccountName: 'web',
    imagePullSecrets: [{ name: 'registry' }],
    volumes: [
      { name: 'a', secret: { secretName: 'web-tls' } },
      { name: 'b', projected: { sources: [{ secret: { name: 'client' } }, { configMap: { name: 'trust' } }, {}] } },
      { name: 'c', configMap: { name: 'settings' } },
      { name: 'd', projected: { sources: [{ configMap: { name: 'kube-root-ca.crt' } }] } },
    ],
    containers: [
      {
        name: 'web',
        env: [
          { name: 'PASSWORD', value: 'hunter2' },
          { name: 'A', valueFrom: { secretKeyRef: { name: 'env-secret', key: 'k' } } },
          { name: 'B', valueFrom: { configMapKeyRef: { name: 'env-map', key: 'k' } } },
        ],
        envFrom: [{ secretRef: { name: 'all-secret' } }, { configMapRef: { name: 'all-map' } }],
      },
    ],
    initContainers: [{ name: 'i', envFrom: [{ secretRef: { name: 'web-tls' } }] }],
  },
  status: { phase: 'Running', podIP: '10.1.1.1', startTime: '2026-11-01T00:00:00Z' },
};

const meshed = (metadata: object, spec: object) => readPod({ metadata: { name: 'p', ...metadata }, spec })?.mesh;
const proxy = (name: string) => [{ name: 'app' }, { name }];

describe('reading a Pod', () => {
  it('keeps where it runs, for whom, since when, and what it mounts or takes into its environment', () => {
    assert.deepEqual(readPod(pod), {
      namespace: 'shop',
      name: 'web-6f7-abc',
      node: 'n1',
      owner: 'deployment/web',
      serviceAccount: 'web',
      started: '2026-11-01T00:00:00Z',
      phase: 'Running',
      ip: '10.1.1.1',
      secrets: ['web-tls', 'client', 'env-secret', 'all-secret'],
      frozenSecrets: ['env-secret', 'all-secret'],
      configMaps: ['trust', 'settings', 'env-map', 'all-map'],
      labels: { app: 'web' },
    });
  });

  it('tells what a container that runs on never sees change: a subPath and its environment', () => {
    const volumes = [
      { name: 'a', secret: { secretName: 'whole' } },
      { name: 'b', secret: { secretName: 'part' } },
    ];
    const mounts = [{ name: 'a' }, { name: 'b', subPath: 'tls.crt' }];
    const init = { name: 'i', envFrom: [{ secretRef: { name: 'once' } }] };
    const sidecar = { name: 's', restartPolicy: 'Always', envFrom: [{ secretRef: { name: 'side' } }] };
    const spec = { volumes, containers: [{ name: 'c', volumeMounts: mounts }], initContainers: [init, sidecar] };
    assert.deepEqual(readPod({ metadata: { name: 'p' }, spec })?.frozenSecrets, ['part', 'side']);
  });

  it('says why it is not ready, where its condition says that it is not', () => {
    const unready = (status: object) => readPod({ metadata: { name: 'p' }, status })?.unready;
    const no = { conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady' }] };
    const waiting = {
      containerStatuses: [{ state: { running: {} } }, { state: { waiting: { reason: 'CrashLoopBackOff' } } }],
    };
    assert.equal(unready({ ...no, ...waiting }), 'CrashLoopBackOff');
    assert.equal(unready(no), 'ContainersNotReady');
    assert.equal(unready(waiting), undefined);
    assert.equal(unready({ ...waiting, conditions: [{ type: 'Ready', status: 'True' }] }), undefined);
  });

  it('says when a driver hands it a certificate that no Secret holds', () => {
    const volumes = (driver: string) => ({ metadata: { name: 'a' }, spec: { volumes: [{ csi: { driver } }] } });
    assert.equal(readPod(volumes('csi.cert-manager.io'))?.csiCertificates, 'csi.cert-manager.io');
    assert.equal(readPod(volumes('ebs.csi.aws.com'))?.csiCertificates, undefined);
  });

  it('counts from the oldest container that runs, a native sidecar included', () => {
    const runs = (startedAt: string) => ({ state: { running: { startedAt } } });
    const status = {
      startTime: '2026-11-01T00:00:00Z',
      containerStatuses: [runs('2026-11-04T00:00:00Z'), { state: { waiting: {} } }],
      initContainerStatuses: [
        runs('2026-11-03T00:00:00Z'),
        { state: { terminated: { startedAt: '2026-11-02T00:00:00Z' } } },
      ],
    };
    assert.equal(readPod({ metadata: { name: 'p' }, status })?.started, '2026-11-03T00:00:00Z');
  });

  const owners: [title: string, ownerReference: object, owner: string | undefined][] = [
    ['a ReplicaSet of its own name', { kind: 'ReplicaSet', name: 'lone', controller: true }, 'replicaset/lone'],
    ['a DaemonSet', { kind: 'DaemonSet', name: 'proxy', controller: true }, 'daemonset/proxy'],
    ['an owner that does not control it', { kind: 'Node', name: 'n' }, undefined],
  ];
  for (const [title, ownerReference, owner] of owners) {
    it(`knows ${title}`, () => {
      const labels = { 'pod-template-hash': '6f7' };
      assert.equal(readPod({ metadata: { name: 'p', labels, ownerReferences: [ownerReference] } })?.owner, owner);
    });
  }

  const meshes: [title: string, actual: ReturnType<typeof meshed>, expected: ReturnType<typeof meshed>][] = [
    ['no proxy', meshed({}, { containers: proxy('other') }), undefined],
    ['an Istio sidecar', meshed({}, { containers: proxy('istio-proxy') }), { kind: 'istio' }],
    [
      'a native Istio sidecar of a revision',
      meshed({ labels: { 'istio.io/rev': 'canary' } }, { initContainers: proxy('istio-proxy') }),
      { kind: 'istio', revision: 'canary' },
    ],
    [
      'a Linkerd proxy',
      meshed(
        { labels: { 'linkerd.io/control-plane-ns': 'linkerd' }, annotations: { 'linkerd.io/proxy-version': 'v2' } },
        { containers: proxy('linkerd-proxy') },
      ),
      { kind: 'linkerd', revision: 'v2' },
    ],
    [
      'a Linkerd label without a proxy',
      meshed({ labels: { 'linkerd.io/control-plane-ns': 'linkerd' } }, {}),
      undefined,
    ],
    [
      'an ambient Pod',
      meshed({ annotations: { 'ambient.istio.io/redirection': 'enabled' } }, { containers: proxy('app') }),
      { kind: 'ambient' },
    ],
    [
      'ambient redirection that is not done yet',
      meshed({ annotations: { 'ambient.istio.io/redirection': 'pending' } }, {}),
      undefined,
    ],
  ];
  for (const [title, actual, expected] of meshes) it(`sees ${title}`, () => assert.deepEqual(actual, expected));

  it('keeps no value of the environment', () => {
    assert.ok(!JSON.stringify(readPod(pod)).includes('hunter2'));
  });

  it('reads odd Pods as far as they make sense, and never throws', () => {
    for (const odd of oddVariants(pod)) {
      const fact = readPod(odd);
      for (const name of [...(fact?.secrets ?? []), ...(fact?.configMaps ?? [])]) assert.equal(typeof name, 'string');
    }
  });
});
