import type { Case } from '../case.ts';
import { DAY, MINUTE, makeCA, makeClient, makeServer, NOW, type World } from '../world.ts';

const api = { role: 'apiserver-serving', layer: 'cluster', manager: 'kubeadm' } as const;
const ago = (ms: number) => new Date(NOW - ms).toISOString();

/** Two or three API servers with certificates that end so many days from now. */
async function endpoints(world: World, ends: readonly number[], { otherCA = false } = {}) {
  const ca = await makeCA('kubernetes');
  const rebuilt = await makeCA('kubernetes');
  for (const [index, to] of ends.entries()) {
    const address = `10.0.0.${index + 1}`;
    world.fact('apiEndpoint', { address, port: 6443 });
    const issuer = otherCA && index === 0 ? rebuilt : ca;
    world.served(`tls://${address}:6443`, [await makeServer([`cp-${index + 1}`], { from: -300, to, issuer })], api);
  }
  return world;
}

function node(world: World, status: string, lease?: number) {
  world.fact('node', {
    name: 'w1',
    version: 'v1.34.1',
    osImage: '',
    addresses: [],
    controlPlane: false,
    labels: {},
    ready: { status, reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' },
  });
  if (lease !== undefined) {
    const fact = { namespace: 'kube-node-lease', name: 'w1', holder: 'w1', durationSeconds: 40, renewed: ago(lease) };
    world.fact('lease', fact);
  }
  return world;
}

const leader = (world: World, name: string, since: number) =>
  world.fact('lease', { namespace: 'kube-system', name, holder: 'cp-1_7', durationSeconds: 15, renewed: ago(since) });

export const remoteCases: readonly Case[] = [
  {
    code: 'ENDPOINT_LEFT_OUT',
    title: 'finds the node that was left out when the others were renewed',
    build: (world) => endpoints(world, [10, 300, 301]),
    expect: [
      {
        placement: 'tls://10.0.0.1:6443',
        severity: 'warning',
        message:
          'the certificate of tls://10.0.0.1:6443 ends 2026-12-04T12:00:00Z, long before that of others: tls://10.0.0.2:6443 and tls://10.0.0.3:6443',
        also: ['tls://10.0.0.2:6443', 'tls://10.0.0.3:6443'],
        fix: 'kubeadm certs renew apiserver',
      },
    ],
  },
  {
    code: 'ENDPOINTS_DIFFER',
    title: 'finds the one that another CA of the same name signed',
    build: (world) => endpoints(world, [300, 300, 300], { otherCA: true }),
    expect: [{ placement: 'tls://10.0.0.1:6443', severity: 'warning', impact: /clients fail whenever they meet/ }],
  },
  {
    code: 'ENDPOINT_LEFT_OUT',
    title: 'is information where nodes joined on different days and none is due',
    build: (world) => endpoints(world, [200, 300]),
    expect: [{ placement: 'tls://10.0.0.1:6443', severity: 'info' }],
  },
  {
    code: 'ENDPOINT_LEFT_OUT',
    title: 'is silent about equals, one API server, and addresses that are shared or of this machine',
    build: async (world) => {
      await endpoints(world, [300, 310]);
      world.served('tls://10.0.0.99:6443', [await makeServer(['lb'], { to: 5 })], api);
      world.served('tls://127.0.0.1:6443', [await makeServer(['cp'], { to: 5 })], api);
    },
    expect: [],
  },
  {
    code: 'ENDPOINTS_DIFFER',
    title: 'is silent about the same CA, whatever the ages',
    build: (world) => endpoints(world, [10, 300]),
    expect: [],
  },
  {
    code: 'KUBELET_SILENT',
    title: 'sees a lease that is not renewed while the Node still says Ready, and the expired client that explains it',
    build: async (world) => {
      node(world, 'True', 5 * MINUTE);
      world.place(
        'file:/var/lib/kubelet/pki/kubelet-client-current.pem',
        [await makeClient('O=system:nodes,CN=system:node:w1', { to: -1 })],
        { role: 'kubelet-client', manager: 'kubelet' },
      );
    },
    expect: [
      {
        placement: 'node/w1',
        severity: 'warning',
        message:
          'the kubelet of w1 has not renewed its lease for 5m; its Node says Ready=True (NodeStatusUnknown: Kubelet stopped posting node status.)',
        explainedBy: 'CERT_EXPIRED',
        fix: 'journalctl -u kubelet',
      },
    ],
  },
  {
    code: 'KUBELET_SILENT',
    title: 'believes the Node where no lease can be read',
    build: (world) => node(world, 'Unknown'),
    expect: [
      {
        placement: 'node/w1',
        message:
          'the kubelet of w1 does not report; its Node says Ready=Unknown (NodeStatusUnknown: Kubelet stopped posting node status.)',
      },
    ],
  },
  {
    code: 'KUBELET_SILENT',
    title: 'is silent about a fresh lease, a node that is not ready for its own reasons, and a clock that is off',
    build: async (world) => {
      node(world, 'False', MINUTE / 2);
      node(world, 'True', 10 * MINUTE);
      const clock = { date: new Date(NOW - 10 * MINUTE).toISOString(), dateReadAt: new Date(NOW).toISOString() };
      world.served('tls://10.0.0.1:6443', [await makeServer(['cp'])], { ...api, ...clock });
    },
    expect: [],
  },
  {
    code: 'LEADER_SILENT',
    title: 'is explained by the process that is older than its renewed kubeconfig',
    build: async (world) => {
      leader(world, 'kube-scheduler', 2 * DAY);
      const path = '/etc/kubernetes/scheduler.conf';
      world.place(`kubeconfig:${path}#users/s`, [await makeClient('CN=system:kube-scheduler')], {
        role: 'scheduler-client',
        manager: 'kubeadm',
      });
      const files = [{ path, modified: ago(DAY) }];
      world.fact('process', { program: 'kube-scheduler', pid: 3, started: ago(300 * DAY), files });
    },
    expect: [
      {
        placement: 'lease/kube-system/kube-scheduler',
        severity: 'critical',
        message: 'kube-scheduler has not renewed its lease for 2d: no instance of it works (last held by cp-1_7)',
        explainedBy: 'PROCESS_OLDER_THAN_FILE',
        impact: /Pending/,
      },
    ],
  },
  {
    code: 'LEADER_SILENT',
    title: 'is silent about leaders that work and leases of others',
    build: (world) => {
      leader(world, 'kube-controller-manager', MINUTE / 4);
      leader(world, 'my-operator', DAY);
    },
    expect: [],
  },
  {
    code: 'API_NOT_READY',
    title: 'is critical for etcd, and explained by the client that etcd refuses',
    build: async (world) => {
      world.fact('health', { failing: ['etcd', 'etcd-readiness'] });
      world.place('file:/e.crt', [await makeClient('CN=e')], { role: 'apiserver-etcd-client' });
      const fact = { server: 'tls://127.0.0.1:2379', serverRole: 'etcd-server', client: 'file:/e.crt' } as const;
      world.fact('acceptance', {
        ...fact,
        accepted: false,
        answer: 'refuses the client certificate (alert unknown_ca)',
      });
    },
    expect: [
      {
        placement: 'check/readyz',
        severity: 'critical',
        message: 'the API server is not ready: etcd and etcd-readiness fail',
        explainedBy: 'CLIENT_REFUSED',
      },
    ],
  },
  {
    code: 'API_NOT_READY',
    title: 'warns of another check, and is silent where all pass',
    build: (world) => world.fact('health', { failing: ['poststarthook/x'] }),
    expect: [{ placement: 'check/readyz', severity: 'warning' }],
  },
  {
    code: 'API_NOT_READY',
    title: 'is silent where every check passes',
    build: (world) => world.fact('health', { failing: [] }),
    expect: [],
  },
];
