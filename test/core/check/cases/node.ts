import type { AcceptanceFact } from '../../../../src/core/model/facts.ts';
import type { Case } from '../case.ts';
import { makeClient, makeServer, type World } from '../world.ts';

const PKI = '/etc/kubernetes/pki';
const ETCD_CLIENT = `file:${PKI}/apiserver-etcd-client.crt`;
const etcd = { role: 'etcd-server', manager: 'kubeadm' } as const;

/** A node whose etcd listens where its flags say, with the file that it should serve. */
async function node(world: World, folder = '/etc/kubernetes') {
  const file = `${folder}/pki/etcd/server.crt`;
  world.fact('staticPod', {
    component: 'etcd',
    manifest: `${folder}/manifests/etcd.yaml`,
    files: [file],
    endpoints: [{ role: 'etcd-server', address: '127.0.0.1', port: 3379, file }],
  });
  return world.place(`file:${file}`, [await makeServer(['cp-1'])], etcd);
}

const older = () => makeServer(['cp-1'], { from: -300, to: 10 });

async function refused(world: World, fact: Partial<AcceptanceFact>, { to = 265, served = 80 } = {}) {
  world.place(ETCD_CLIENT, [await makeClient('CN=kube-apiserver-etcd-client', { to })], {
    role: 'apiserver-etcd-client',
    manager: 'kubeadm',
  });
  world.served('tls://127.0.0.1:2379', [await makeServer(['cp-1'], { from: -300, to: served })], {
    ...etcd,
    layer: 'cluster',
  });
  world.fact('acceptance', {
    server: 'tls://127.0.0.1:2379',
    serverRole: 'etcd-server',
    client: ETCD_CLIENT,
    accepted: false,
    answer: 'refuses the client certificate (alert certificate_expired)',
    ...fact,
  });
}

export const nodeCases: readonly Case[] = [
  {
    code: 'SERVED_DIFFERS_FROM_STORED',
    title: 'compares etcd with the file of its flags, and restarts etcd',
    build: async (world) => {
      await node(world);
      world.served('tls://127.0.0.1:3379', [await older()], { ...etcd, layer: 'cluster' });
    },
    expect: [{ placement: 'tls://127.0.0.1:3379', fix: 'mv /etc/kubernetes/manifests/etcd.yaml /etc/kubernetes/' }],
  },
  {
    code: 'SERVED_DIFFERS_FROM_STORED',
    title: 'compares the kubelet with the pair that it requested, not with the one that it made at first',
    build: async (world) => {
      const made = await makeServer(['cp-1'], { from: -300 });
      world.fact('kubelet', { config: 'c', address: '127.0.0.1', port: 10250, rotates: true, requestsServing: true });
      world.place('file:/var/lib/kubelet/pki/kubelet-server-current.pem', [await makeServer(['cp-1'])], {
        role: 'kubelet-serving',
      });
      world.place('file:/var/lib/kubelet/pki/kubelet.crt', [made], { role: 'kubelet-serving-self-signed' });
      world.served('tls://127.0.0.1:10250', [made], { role: 'kubelet-serving-self-signed', layer: 'cluster' });
    },
    expect: [{ placement: 'tls://127.0.0.1:10250', fix: 'systemctl restart kubelet' }],
  },
  {
    code: 'SERVED_DIFFERS_FROM_STORED',
    title: 'is silent where a copied folder meets the ports of another machine, and at ports of somebody else',
    build: async (world) => {
      await node(world, '/copy');
      world.served('tls://127.0.0.1:3379', [await makeServer(['kind'], { from: -300 })], { ...etcd, layer: 'cluster' });
      world.served('tls://127.0.0.1:9379', [await makeServer(['other'], { from: -300 })], {
        ...etcd,
        layer: 'cluster',
      });
    },
    expect: [],
  },
  {
    code: 'CLIENT_REFUSED',
    title: "tells an expired client from a server's expiry, and is explained by it",
    build: (world) => refused(world, {}, { to: -2 }),
    expect: [
      {
        placement: ETCD_CLIENT,
        severity: 'critical',
        message: `tls://127.0.0.1:2379 (etcd serving) refuses the client certificate (alert certificate_expired) to ${ETCD_CLIENT}, which expired 2d ago, at 2026-11-22T12:00:00Z; its own certificate is in its time`,
        explainedBy: 'CERT_EXPIRED',
        fix: 'kubeadm certs renew apiserver-etcd-client',
      },
    ],
  },
  {
    code: 'CLIENT_REFUSED',
    title:
      'points to the trust of the server where the client is in its time, and says when the server has expired too',
    build: (world) => refused(world, { answer: 'answers 401' }, { served: -1 }),
    expect: [{ placement: ETCD_CLIENT, explainedBy: 'none', fix: 'trusted-ca-file', impact: /crash-loops/ }],
  },
  {
    code: 'CLIENT_REFUSED',
    title: 'is silent about what was taken',
    build: (world) => refused(world, { accepted: true, answer: 'answers 200' }),
    expect: [],
  },
];
