import assert from 'node:assert/strict';
import { nodes } from '../../../../src/io/collect/cluster/nodes.ts';
import { version } from '../../../../src/io/collect/cluster/version.ts';
import { fakeKube, kubeFailure, kubeList } from '../../../support/fake-kube.ts';
import { observe } from '../../../support/observe.ts';

const worker = {
  metadata: {
    name: 'w1',
    labels: { 'minikube.k8s.io/name': 'm', 'kubernetes.io/os': 'linux', 'example.com/secret-plan': 'x' },
    annotations: { 'kubeadm.alpha.kubernetes.io/cri-socket': 'unix:///run/containerd.sock', other: 'x' },
  },
  spec: { providerID: 'aws:///eu/i-1' },
  status: {
    addresses: [{ type: 'InternalIP', address: '10.0.0.2' }],
    conditions: [{ type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting' }],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    nodeInfo: { kubeletVersion: 'v1.34.0', osImage: 'Debian' },
  },
};

/** Answers by path; what is not there is 404. */
const api = (bodies: Record<string, unknown>) =>
  fakeKube(({ path }) => {
    if (!(path in bodies)) throw kubeFailure.notFound();
    const body = bodies[path];
    if (body instanceof Error) throw body;
    return body;
  });

describe('nodes', () => {
  it('are projected to what recognition and handshakes need', async () => {
    const bare = { metadata: { name: 'cp', labels: { 'node-role.kubernetes.io/control-plane': '' } } };
    const [observation] = await observe([nodes], { kube: api({ '/api/v1/nodes': kubeList([worker, bare]) }) });
    assert.deepEqual(observation?.facts.node, [
      {
        name: 'w1',
        version: 'v1.34.0',
        osImage: 'Debian',
        providerID: 'aws:///eu/i-1',
        addresses: [{ type: 'InternalIP', address: '10.0.0.2' }],
        kubeletPort: 10250,
        controlPlane: false,
        ready: { status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting' },
        labels: { 'minikube.k8s.io/name': 'm', 'kubernetes.io/os': 'linux' },
        kubeadm: true,
      },
      {
        name: 'cp',
        version: '',
        osImage: '',
        addresses: [],
        controlPlane: true,
        labels: { 'node-role.kubernetes.io/control-plane': '' },
      },
    ]);
  });
});

describe('the cluster and its version', () => {
  const full = {
    '/version': { gitVersion: 'v1.34.1' },
    '/api/v1/namespaces/kube-system': { metadata: { uid: 'u-1' } },
    '/apis': { groups: [{ name: 'apps' }] },
    '/api/v1/namespaces/kube-system/configmaps/kubeadm-config': {},
    '/api/v1/nodes': kubeList([]),
  };

  it('are told with the evidence for the distribution', async () => {
    const [observation] = await observe([nodes, version], { kube: api(full) });
    assert.deepEqual(observation?.facts.cluster, [
      {
        server: 'https://10.0.0.1:6443',
        version: 'v1.34.1',
        distribution: 'kubeadm',
        evidence: 'ConfigMap kube-system/kubeadm-config',
        uid: 'u-1',
      },
    ]);
    assert.equal(observation?.state, 'complete');
  });

  it('use what the nodes say', async () => {
    const [observation] = await observe([nodes, version], {
      kube: api({ ...full, '/api/v1/nodes': kubeList([worker]) }),
    });
    assert.equal(observation?.facts.cluster?.[0]?.distribution, 'minikube');
  });

  it('leave out what is denied, which hides no certificate', async () => {
    const denied = kubeFailure.forbidden();
    const kube = api({
      '/version': full['/version'],
      '/api/v1/namespaces/kube-system': denied,
      '/apis': denied,
      '/api/v1/nodes': denied,
    });
    const [observation] = await observe([nodes, version], { kube });
    assert.equal(observation?.state, 'complete');
    assert.deepEqual(observation?.facts.cluster?.[0], {
      server: 'https://10.0.0.1:6443',
      version: 'v1.34.1',
      distribution: 'unknown',
      evidence: 'nothing that was read tells',
    });
  });

  it('are told as far as the address tells when nothing answers', async () => {
    const kube = fakeKube(
      () => {
        throw kubeFailure.down();
      },
      { server: 'https://x.gr7.eu-west-1.eks.amazonaws.com', host: 'x.gr7.eu-west-1.eks.amazonaws.com' },
    );
    const [observation] = await observe([nodes, version], { kube });
    assert.equal(observation?.state, 'unreachable');
    assert.equal(observation?.facts.cluster?.[0]?.distribution, 'eks');
    assert.equal(kube.requests.filter(({ path }) => path !== '/api/v1/nodes').length, 1);
  });
});
