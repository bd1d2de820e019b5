import type { Case } from '../case.ts';
import { DAY, MINUTE, makeCA, makeServer, NOW } from '../world.ts';

const iso = (at: number) => new Date(at).toISOString();
const TLS = 'tls://10.0.0.1:6443';
const KUBECONFIG = {
  path: '/home/me/.kube/config',
  contexts: [{ name: 'prod', cluster: 'prod', user: 'me' }],
  clusters: [{ name: 'prod', server: 'https://10.0.0.1:6443' }],
  problems: [],
};

export const timeCases: readonly Case[] = [
  {
    code: 'CERT_NOT_YET_VALID',
    title: 'says when it begins',
    build: async (world) => world.place('file:/x.pem', [await makeServer(['x'], { from: 0.5 })]),
    expect: [
      {
        placement: 'file:/x.pem',
        severity: 'critical',
        message: 'certificate x in file:/x.pem begins in 12h, at 2026-11-25T00:00:00Z',
      },
    ],
  },
  {
    code: 'CERT_NOT_YET_VALID',
    title: 'is information for a new CA that waits in a bundle',
    build: async (world) =>
      world.bundle('configmap/a/b#ca.crt', [await makeCA('old'), await makeCA('new', { from: 1 })], {
        role: 'configmap-bundle',
      }),
    expect: [{ placement: 'configmap/a/b#ca.crt[1]', severity: 'info' }],
  },
  {
    code: 'CERT_NOT_YET_VALID',
    title: 'is explained by a clock that is behind',
    build: async (world) =>
      world.served(TLS, [await makeServer(['x'], { from: 0.01 })], { date: iso(NOW + DAY), dateReadAt: iso(NOW) }),
    expect: [{ placement: TLS, explainedBy: 'CLOCK_SKEW' }],
  },
  {
    code: 'CERT_NOT_YET_VALID',
    title: 'is silent from the first moment on',
    build: async (world) => world.place('file:/x.pem', [await makeServer(['x'], { from: 0 })]),
    expect: [],
  },
  {
    code: 'CLOCK_SKEW',
    title: 'says which side is ahead',
    build: async (world) =>
      world.served(TLS, [await makeServer(['x'])], { date: iso(NOW + 5 * MINUTE), dateReadAt: iso(NOW) }),
    expect: [{ placement: TLS, severity: 'warning', message: `the clock of ${TLS} is 5m ahead of ours` }],
  },
  {
    code: 'CLOCK_SKEW',
    title: 'suspects our own clock when every server differs the same way',
    build: async (world) => {
      world.served(TLS, [await makeServer(['x'])], { date: iso(NOW - 5 * MINUTE), dateReadAt: iso(NOW) });
      world.served('tls://10.0.0.2:443#b', [await makeServer(['b'])], {
        date: iso(NOW - 5 * MINUTE),
        dateReadAt: iso(NOW),
      });
    },
    expect: [
      {
        placement: TLS,
        message: `the clock of ${TLS} is 5m behind ours; every server says so: this machine's clock is the one that is off`,
      },
      { placement: 'tls://10.0.0.2:443#b' },
    ],
  },
  {
    code: 'CLOCK_SKEW',
    title: 'speaks once for an address that was asked by several names',
    build: async (world) => {
      world.served(`${TLS}#a`, [await makeServer(['a'])], { date: iso(NOW + 5 * MINUTE), dateReadAt: iso(NOW) });
      world.served(`${TLS}#b`, [await makeServer(['b'])], { date: iso(NOW + 5 * MINUTE), dateReadAt: iso(NOW) });
    },
    expect: [{ placement: `${TLS}#a` }],
  },
  {
    code: 'CLOCK_SKEW',
    title: 'is silent within the tolerance, to which a Date header adds its second, and without a Date',
    build: async (world) => {
      world.served(TLS, [await makeServer(['x'])], { date: iso(NOW - 61_000), dateReadAt: iso(NOW) });
      world.served('tls://10.0.0.2:443', [await makeServer(['b'])]);
    },
    expect: [],
  },
  {
    code: 'CREDENTIAL_EXPIRED',
    title: 'names user and context, and how a service account gets a new token',
    build: (world) =>
      world.fact('kubeconfig', KUBECONFIG).fact('credential', {
        kind: 'token',
        user: 'me',
        context: 'prod',
        notAfter: iso(NOW - DAY),
        subject: 'system:serviceaccount:ci:robot',
      }),
    expect: [
      {
        placement: 'kubeconfig:/home/me/.kube/config#users/me',
        severity: 'critical',
        message: 'the token credential of user me (context prod) expired 24h ago, at 2026-11-23T12:00:00Z',
        fix: 'kubectl -n ci create token robot',
      },
    ],
  },
  {
    code: 'CREDENTIAL_EXPIRED',
    title: 'counts for a plugin only what had ended when it was read',
    build: (world) => {
      world.now = NOW + 90 * DAY;
      world.fact('credential', { kind: 'exec', user: 'me', context: 'prod', notAfter: iso(NOW + DAY) });
      world.fact('credential', { kind: 'exec', user: 'you', context: 'prod', notAfter: iso(NOW - DAY) });
    },
    expect: [{ placement: 'user/you' }],
  },
  {
    code: 'CREDENTIAL_EXPIRED',
    title: 'is silent about a token that goes on, one that does not say, and client certificates',
    build: (world) => {
      world.fact('credential', { kind: 'token', user: 'a', context: 'c', notAfter: iso(NOW + 1000) });
      world.fact('credential', { kind: 'token', user: 'b', context: 'c' });
      world.fact('credential', { kind: 'certificate', user: 'd', context: 'c', notAfter: iso(NOW - DAY) });
    },
    expect: [],
  },
];
