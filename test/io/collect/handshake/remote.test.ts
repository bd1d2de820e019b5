import assert from 'node:assert/strict';
import { apiEndpoints } from '../../../../src/io/collect/cluster/api-endpoints.ts';
import { nodes } from '../../../../src/io/collect/cluster/nodes.ts';
import { controlPlaneHandshakes } from '../../../../src/io/collect/handshake/control-planes.ts';
import { kubeletHandshakes } from '../../../../src/io/collect/handshake/kubelets.ts';
import type { Scope } from '../../../../src/io/collect/scope.ts';
import { type Minted, mint } from '../../../../src/io/demo/mint.ts';
import { PortFailure } from '../../../../src/io/ports/failure.ts';
import type { DialResult, DialTarget } from '../../../../src/io/ports/tls-dialer.ts';
import { NOW } from '../../../support/fake-ports.ts';
import { objectKube, type Served, serve } from '../../../support/object-kube.ts';
import { observe } from '../../../support/observe.ts';

const far = new PortFailure('timed-out', 'no answer to the connection attempt', { code: 'ETIMEDOUT' });
const refused = new PortFailure('unreachable', 'connection refused: nothing listens there', { code: 'ECONNREFUSED' });

const node = (
  name: string,
  address: string,
  more: { controlPlane?: true; ready?: string; port?: number } = {},
): Served =>
  serve.other('/api/v1', 'nodes', {
    metadata: { name, labels: more.controlPlane ? { 'node-role.kubernetes.io/control-plane': '' } : {} },
    status: {
      addresses: [
        { type: 'Hostname', address: name },
        { type: 'InternalIP', address },
      ],
      conditions: [{ type: 'Ready', status: more.ready ?? 'True' }],
      daemonEndpoints: { kubeletEndpoint: { Port: more.port ?? 10250 } },
    },
  });
const slice = (...addresses: string[]): Served =>
  serve.other('/apis/discovery.k8s.io/v1', 'endpointslices', {
    metadata: { name: 'kubernetes', namespace: 'default', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
    endpoints: addresses.map((address) => ({ addresses: [address] })),
    ports: [
      { name: 'metrics', port: 1 },
      { name: 'https', port: 7443 },
    ],
  });

describe('looking at a cluster from afar', () => {
  let serving: Minted;
  let loopback: Minted;
  before(async () => {
    const life = { notBefore: NOW - 1000, notAfter: NOW + 86_400_000 };
    serving = await mint({ ...life, subject: 'CN=kube-apiserver', dnsNames: ['cp-1'] });
    loopback = await mint({ ...life, subject: 'CN=l', dnsNames: ['apiserver-loopback-client'] });
  });

  async function look(
    source: typeof controlPlaneHandshakes,
    objects: readonly Served[],
    answer: (target: DialTarget) => PortFailure | undefined = () => undefined,
    resolve: Scope['resolve'] = [],
  ) {
    const dials: string[] = [];
    const dial = async (target: DialTarget): Promise<DialResult> => {
      dials.push(`${target.address}:${target.port}${target.sni ? `#${target.sni}` : ''}`);
      const failure = answer(target);
      if (failure) throw failure;
      const leaf = target.sni ? loopback : serving;
      return { address: target.address, ms: 3, chain: [leaf.certificate.der], protocol: 'TLSv1.3' };
    };
    const kube = objectKube(objects, { served: ['/api/v1/nodes'] });
    const observations = await observe([nodes, apiEndpoints, source], { kube, tls: { dial } }, { resolve });
    return { dials, observations, refs: observations.flatMap(({ placements }) => placements.map(({ ref }) => ref)) };
  }

  describe('asks each API server by itself', () => {
    it('at the addresses that the cluster knows, once each, with the certificate in its memory', async () => {
      const { refs } = await look(controlPlaneHandshakes, [slice('10.0.0.2', '10.0.0.3', '10.0.0.2')]);
      assert.deepEqual(refs, [
        'tls://10.0.0.2:7443',
        'tls://10.0.0.3:7443',
        'tls://10.0.0.2:7443#apiserver-loopback-client',
        'tls://10.0.0.3:7443#apiserver-loopback-client',
      ]);
    });

    it('at the control-plane nodes where it may not read those, but not at the address of the kubeconfig again', async () => {
      const cluster = [
        node('cp-1', '10.0.0.1', { controlPlane: true }),
        node('cp-2', '10.0.0.2', { controlPlane: true }),
        node('w', '10.0.0.9'),
      ];
      const { dials } = await look(controlPlaneHandshakes, cluster);
      assert.deepEqual(dials, ['10.0.0.2:6443', '10.0.0.2:6443#apiserver-loopback-client']);
    });

    it('and is not applicable, not unknown, where none can be reached from outside', async () => {
      const { observations } = await look(controlPlaneHandshakes, [slice('172.31.0.2', '172.31.0.3')], () => far);
      assert.deepEqual(
        observations.map(({ state, reason }) => [state, reason]),
        [
          [
            'not-applicable',
            'none of 172.31.0.2:7443, 172.31.0.3:7443 can be reached from this side: the API servers are seen through 10.0.0.1:6443 alone',
          ],
        ],
      );
    });

    it('and one that is dead beside others is unreachable', async () => {
      const answer = ({ address }: DialTarget) => (address === '10.0.0.3' ? refused : undefined);
      const { observations } = await look(controlPlaneHandshakes, [slice('10.0.0.2', '10.0.0.3')], answer);
      assert.deepEqual(
        observations.map(({ state }) => state),
        ['complete', 'unreachable', 'complete'],
      );
    });
  });

  describe('asks each kubelet', () => {
    it('at the address and port of its Node', async () => {
      const { refs } = await look(kubeletHandshakes, [node('a', '10.0.0.2', { port: 11250 }), node('b', '10.0.0.3')]);
      assert.deepEqual(refs, ['tls://10.0.0.2:11250', 'tls://10.0.0.3:10250']);
    });

    it('at the address that --resolve gives for it, and calls it by its own', async () => {
      const resolve = [{ host: '10.0.0.2', port: 10250, address: '127.0.0.1' }];
      const { dials, refs } = await look(kubeletHandshakes, [node('a', '10.0.0.2')], undefined, resolve);
      assert.deepEqual([dials, refs], [['127.0.0.1:10250'], ['tls://10.0.0.2:10250']]);
    });

    it('tries no more than a few of those that no way leads to', async () => {
      const many = Array.from({ length: 40 }, (_, index) => node(`n${index}`, `10.1.0.${index}`));
      const { dials, observations } = await look(kubeletHandshakes, many, () => far);
      assert.equal(dials.length, 8);
      assert.deepEqual(
        observations.map(({ state }) => state),
        ['not-applicable'],
      );
      const reached = await look(kubeletHandshakes, many);
      assert.equal(reached.dials.length, 40);
    });

    it('leaves one that its Node has given up to that', async () => {
      const cluster = [node('a', '10.0.0.2'), node('b', '10.0.0.3', { ready: 'Unknown' }), node('c', '10.0.0.4')];
      const answer = ({ address }: DialTarget) => (address === '10.0.0.2' ? undefined : refused);
      const { observations } = await look(kubeletHandshakes, cluster, answer);
      assert.deepEqual(
        observations.map(({ state }) => state),
        ['complete', 'not-applicable', 'unreachable'],
      );
    });
  });
});
