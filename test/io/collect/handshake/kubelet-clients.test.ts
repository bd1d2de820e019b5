import assert from 'node:assert/strict';
import { nodes } from '../../../../src/io/collect/cluster/nodes.ts';
import { factsIn } from '../../../../src/io/collect/cluster-source.ts';
import { kubeletClients } from '../../../../src/io/collect/handshake/kubelet-clients.ts';
import { kubeletHandshakes } from '../../../../src/io/collect/handshake/kubelets.ts';
import { nodeHandshakes } from '../../../../src/io/collect/handshake/node.ts';
import { kubeletConfig } from '../../../../src/io/collect/local/kubelet-config.ts';
import { processes } from '../../../../src/io/collect/local/processes.ts';
import { staticPods } from '../../../../src/io/collect/local/static-pods.ts';
import { type Minted, mint } from '../../../../src/io/demo/mint.ts';
import { PortFailure } from '../../../../src/io/ports/failure.ts';
import type { DialResult, DialTarget } from '../../../../src/io/ports/tls-dialer.ts';
import { NOW } from '../../../support/fake-ports.ts';
import { memoryFiles } from '../../../support/memory-files.ts';
import { objectKube, serve } from '../../../support/object-kube.ts';
import { observe } from '../../../support/observe.ts';

const CRT = '/etc/kubernetes/pki/k.crt';
const API = JSON.stringify({
  spec: {
    containers: [
      {
        command: [
          'kube-apiserver',
          `--kubelet-client-certificate=${CRT}`,
          '--kubelet-client-key=/etc/kubernetes/pki/k.key',
        ],
      },
    ],
  },
});
const node = (name: string, address: string) =>
  serve.other('/api/v1', 'nodes', {
    metadata: { name },
    status: { addresses: [{ type: 'InternalIP', address }], conditions: [{ type: 'Ready', status: 'True' }] },
  });

describe("the API server's client certificate before the kubelets of other nodes", () => {
  let serving: Minted;
  before(async () => {
    serving = await mint({ subject: 'CN=w', notBefore: NOW - 1000, notAfter: NOW + 86_400_000 });
  });

  async function show(answers: Readonly<Record<string, number | PortFailure>>, files: Record<string, string> = {}) {
    const shown: string[] = [];
    const dial = async ({ address, get, client }: DialTarget): Promise<DialResult> => {
      const answer = answers[address] ?? new PortFailure('unreachable', 'connection refused');
      if (answer instanceof PortFailure) throw answer;
      if (client) shown.push(`${address}${get} ${client.certificate}`);
      return { address, ms: 1, chain: [serving.certificate.der], ...(client && { status: answer }) };
    };
    const kube = objectKube([node('w1', '10.0.0.21'), node('w2', '10.0.0.22')], { served: ['/api/v1/nodes'] });
    const observations = await observe(
      [nodes, staticPods, processes, kubeletConfig, nodeHandshakes, kubeletHandshakes, kubeletClients],
      { kube, tls: { dial }, files: memoryFiles({ '/etc/kubernetes/manifests/kube-apiserver.yaml': API, ...files }) },
    );
    return { shown, accepted: factsIn(observations, 'acceptance'), observations };
  }

  it('is shown to each that answers, and a 401 tells which of them verifies by another CA', async () => {
    const { shown, accepted } = await show({ '10.0.0.21': 401, '10.0.0.22': 200 });
    assert.deepEqual(shown, [`10.0.0.21/healthz ${CRT}`, `10.0.0.22/healthz ${CRT}`]);
    assert.deepEqual(
      accepted.map((fact) => [fact.server, fact.client, fact.accepted]),
      [
        ['tls://10.0.0.21:10250', `file:${CRT}`, false],
        ['tls://10.0.0.22:10250', `file:${CRT}`, true],
      ],
    );
  });

  it('is not shown where nothing answers', async () => {
    const { shown } = await show({ '10.0.0.22': 200 });
    assert.deepEqual(shown, [`10.0.0.22/healthz ${CRT}`]);
  });

  it('is nothing that a machine without an API server has', async () => {
    const { observations } = await show(
      { '10.0.0.21': 200 },
      { '/etc/kubernetes/manifests/kube-apiserver.yaml': '{}' },
    );
    assert.deepEqual(observations, []);
  });
});
