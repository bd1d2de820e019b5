import assert from 'node:assert/strict';
import type { Observation } from '../../../../src/core/model/observation.ts';
import type { ProbeAddress, Target } from '../../../../src/core/model/target.ts';
import { parseTarget } from '../../../../src/core/parse/target.ts';
import { apiServerHandshake } from '../../../../src/io/collect/handshake/api-server.ts';
import { probes } from '../../../../src/io/collect/handshake/probes.ts';
import { type Minted, type MintSpec, mint } from '../../../../src/io/demo/mint.ts';
import { PortFailure } from '../../../../src/io/ports/failure.ts';
import type { KubeApi, KubeConnection } from '../../../../src/io/ports/kube-api.ts';
import type { DialResult, DialTarget, TlsDialer } from '../../../../src/io/ports/tls-dialer.ts';
import { type CollectOne, collectOne } from '../../../support/collect-one.ts';
import { noPods } from '../../../support/fake-kube.ts';
import { NOW } from '../../../support/fake-ports.ts';

const life = { notBefore: NOW - 1000, notAfter: NOW + 86_400_000 };
const make = (spec: Partial<MintSpec>) => mint({ ...life, subject: 'CN=leaf', ...spec });

const connection: KubeConnection = {
  server: 'https://10.0.0.5:6443',
  host: '10.0.0.5',
  port: 6443,
  serverName: 'kubernetes',
  context: 'c',
  cluster: 'c',
  user: 'u',
  namespace: 'default',
  insecure: false,
  credential: { kind: 'none' },
};

function kube(parts: Partial<KubeConnection> = {}): KubeApi {
  return {
    connection: async () => ({ ...connection, ...parts }),
    request: async () => assert.fail('not asked'),
    watch: () => assert.fail('not asked'),
    ...noPods,
  };
}

/** Answers every dial by the given function and remembers the dials without their signals. */
function dialer(answer: (target: DialTarget) => Partial<DialResult> | PortFailure) {
  const dials: Omit<DialTarget, 'signal'>[] = [];
  const tls: TlsDialer = {
    dial: async (target) => {
      const { signal: _, ...dial } = target;
      dials.push(dial);
      const result = answer(target);
      if (result instanceof PortFailure) throw result;
      return { address: target.address, chain: [], ms: 12.4, ...result };
    },
  };
  return { tls, dials };
}

const chain = (...minted: Minted[]) => ({
  chain: minted.map(({ certificate }) => certificate.der),
  protocol: 'TLSv1.3',
});
const states = (observations: Observation[]) => observations.map(({ state, reason }) => [state, reason]);
const placements = (observations: Observation[]) => observations.flatMap((one) => one.placements);

describe('the handshake with the API server', () => {
  let serving: Minted;
  let loopback: Minted;

  before(async () => {
    const ca = await make({ subject: 'CN=kubernetes', isCA: true });
    serving = await make({ subject: 'CN=kube-apiserver', issuer: ca, dnsNames: ['kubernetes'] });
    loopback = await make({ subject: 'CN=apiserver-loopback-client@1', dnsNames: ['apiserver-loopback-client'] });
  });

  it('is not applicable where the server is reached in the clear, as by kubectl proxy', async () => {
    const { tls, dials } = dialer(() => assert.fail('nothing is dialled'));
    const ports = { kube: kube({ server: 'http://127.0.0.1:8001' }), tls };
    const observations = await collectOne(apiServerHandshake, { ports });
    assert.deepEqual(states(observations), [['not-applicable', 'http://127.0.0.1:8001 is reached without TLS']]);
    assert.deepEqual(dials, []);
  });

  it('shows what it serves, its clock and the certificate in its memory', async () => {
    const { tls, dials } = dialer(({ sni }) =>
      sni === 'kubernetes'
        ? { ...chain(serving), date: NOW + 5000, dateReadAt: NOW, status: 403, acceptedIssuers: ['CN=kubernetes'] }
        : chain(loopback),
    );
    const observations = await collectOne(apiServerHandshake, { ports: { kube: kube(), tls } });
    assert.deepEqual(dials, [
      { address: '10.0.0.5', port: 6443, get: '/version', sni: 'kubernetes' },
      { address: '10.0.0.5', port: 6443, sni: 'apiserver-loopback-client' },
    ]);
    assert.deepEqual(placements(observations), [
      {
        ref: 'tls://10.0.0.5:6443#kubernetes',
        layer: 'cluster',
        role: 'apiserver-serving',
        manager: 'kubeadm',
        chain: [serving.certificate.sha256],
      },
      {
        ref: 'tls://10.0.0.5:6443#apiserver-loopback-client',
        layer: 'cluster',
        role: 'apiserver-loopback',
        manager: 'apiserver',
        chain: [loopback.certificate.sha256],
      },
    ]);
    assert.deepEqual(observations[0]!.handshakes, [
      {
        ref: 'tls://10.0.0.5:6443#kubernetes',
        ms: 12,
        protocol: 'TLSv1.3',
        status: 403,
        acceptedIssuers: ['CN=kubernetes'],
        date: '2026-11-24T12:00:05.000Z',
        dateReadAt: '2026-11-24T12:00:00.000Z',
      },
    ]);
    assert.deepEqual(states(observations), [
      ['complete', undefined],
      ['complete', undefined],
    ]);
    assert.equal(
      observations[0]!.command,
      'openssl s_client -connect 10.0.0.5:6443 -servername kubernetes -showcerts </dev/null',
    );
  });

  it('does not take the ordinary certificate for the one in memory', async () => {
    const { tls } = dialer(() => chain(serving));
    const observations = await collectOne(apiServerHandshake, { ports: { kube: kube(), tls } });
    assert.equal(placements(observations).length, 1);
    assert.equal(observations[1]!.state, 'not-applicable');
    assert.match(observations[1]!.reason!, /no certificate for apiserver-loopback-client/);
  });

  it('does not look for the one in memory where nothing answers', async () => {
    const refused = new PortFailure('unreachable', '10.0.0.5:6443: connection refused: nothing listens there');
    const { tls, dials } = dialer(() => refused);
    const observations = await collectOne(apiServerHandshake, { ports: { kube: kube(), tls } });
    assert.equal(dials.length, 1);
    assert.deepEqual(states(observations), [['unreachable', refused.message]]);
    assert.deepEqual(observations[0]!.handshakes, [
      { ref: 'tls://10.0.0.5:6443#kubernetes', ms: 0, error: refused.message },
    ]);
  });

  it("goes through the cluster's own proxy", async () => {
    const { tls, dials } = dialer(() => chain(serving));
    await collectOne(apiServerHandshake, { ports: { kube: kube({ proxyUrl: 'http://p:3128' }), tls } });
    assert.deepEqual(
      dials.map(({ proxy }) => proxy),
      ['http://p:3128', 'http://p:3128'],
    );
  });

  it('is absent without a kubeconfig', async () => {
    assert.deepEqual(states(await collectOne(apiServerHandshake)), [['absent', 'no kubeconfig']]);
  });

  for (const [what, scope] of [
    ['no cluster is asked', { cluster: false }],
    ['only another layer is looked at', { layers: ['mesh'] }],
  ] as const) {
    it(`is not made when ${what}`, async () => {
      assert.deepEqual(await collectOne(apiServerHandshake, { scope }), []);
    });
  }

  for (const [host, issuer, manager] of [
    ['x.gr7.eu-west-1.eks.amazonaws.com', 'CN=kubernetes', 'provider'],
    ['a.hcp.westeurope.azmk8s.io', 'CN=ca', 'provider'],
    ['10.0.0.5', 'CN=k3s-server-ca@1764', 'k3s'],
    ['10.0.0.5', 'CN=somebody', 'unknown'],
  ] as const) {
    it(`tells who renews the certificate of ${issuer} on ${host}: ${manager}`, async () => {
      const ca = await make({ subject: issuer, isCA: true });
      const leaf = await make({ issuer: ca });
      const { tls } = dialer(({ sni }) => (sni === 'kubernetes' ? chain(leaf) : {}));
      const observations = await collectOne(apiServerHandshake, { ports: { kube: kube({ host }), tls } });
      assert.equal(placements(observations)[0]!.manager, manager);
    });
  }
});

describe('probing addresses', () => {
  let leaf: Minted;
  before(async () => {
    leaf = await make({ dnsNames: ['app.example.com'] });
  });

  const target = (text: string): Target => parseTarget(text, { pathExists: false, namespace: 'default' });

  async function dialsOf(scope: CollectOne['scope']): Promise<string[]> {
    const { tls, dials } = dialer(() => chain(leaf));
    await collectOne(probes, { ports: { tls }, ...(scope && { scope }) });
    return dials.map(({ scheme, address, port, sni, get }) => `${scheme} ${address} ${port} ${sni} ${get}`);
  }
  const probe = (parts: Partial<ProbeAddress>): ProbeAddress => ({
    scheme: 'tls',
    host: 'a.example',
    port: 443,
    ...parts,
  });

  const wanted: [string, CollectOne['scope'], string[]][] = [
    ['a name by itself', { probes: [probe({})] }, ['tls a.example 443 a.example /']],
    ['an address without a name', { probes: [probe({ host: '::1' })] }, ['tls ::1 443 undefined /']],
    ['a name that was given', { probes: [probe({ sni: 'b' })], host: 'c' }, ['tls a.example 443 b /']],
    ['--host where no name was given', { probes: [probe({ host: '10.0.0.5' })], host: 'c' }, ['tls 10.0.0.5 443 c /']],
    [
      'no page in other protocols',
      { probes: [probe({ scheme: 'smtp', port: 25 })] },
      ['smtp a.example 25 a.example undefined'],
    ],
    [
      'the address of a --resolve rule by the name',
      { probes: [probe({})], resolve: [{ host: 'a.example', port: 443, address: '10.0.0.9' }] },
      ['tls 10.0.0.9 443 a.example /'],
    ],
    [
      'the name itself when the rule is for another port',
      { probes: [probe({})], resolve: [{ host: 'a.example', port: 8443, address: '10.0.0.9' }] },
      ['tls a.example 443 a.example /'],
    ],
    [
      'addresses, URLs and hosts that are targets, each once',
      {
        targets: ['a.example:443', 'https://b.example/x', 'c.example', 'c.example', '10.0.0.5', '*.d.example'].map(
          target,
        ),
      },
      [
        'tls a.example 443 a.example /',
        'https b.example 443 b.example /',
        'https c.example 443 c.example /',
        'https 10.0.0.5 443 undefined /',
      ],
    ],
  ];
  for (const [what, scope, expected] of wanted) {
    it(`dials ${what}`, async () => assert.deepEqual(await dialsOf(scope), expected));
  }

  for (const [host, expected] of [
    ['a.example', 'tls://127.0.0.1:443#a.example'],
    ['10.244.2.50', 'tls://10.244.2.50:443'],
  ] as const)
    it(`says of ${host}, where another address is dialled, ${expected}`, async () => {
      const { tls } = dialer(() => chain(leaf));
      const scope = { probes: [probe({ host })], resolve: [{ host, port: 443, address: '127.0.0.1' }] };
      const [placement] = placements(await collectOne(probes, { ports: { tls }, scope }));
      assert.equal(placement!.ref, expected);
    });

  it('is out of scope without addresses', async () => assert.deepEqual(await collectOne(probes), []));

  it('keeps the chain of a server that demands a client certificate, and what it said', async () => {
    const error = 'demands a client certificate, none was sent (alert certificate_required)';
    const { tls } = dialer(() => ({ ...chain(leaf), error, code: 'X' }));
    const [observation] = await collectOne(probes, { ports: { tls }, scope: { probes: [probe({})] } });
    assert.deepEqual([observation!.state, observation!.placements.length], ['complete', 1]);
    assert.equal(observation!.handshakes[0]!.error, error);
  });

  it('says in its coverage why there is no chain', async () => {
    const { tls } = dialer(() => ({ error: 'answers in plain HTTP, not TLS' }));
    const observations = await collectOne(probes, { ports: { tls }, scope: { probes: [probe({ host: '::1' })] } });
    assert.deepEqual(states(observations), [['unreachable', '[::1]:443: answers in plain HTTP, not TLS']]);
  });

  it('keeps what can be read of a chain with something that is no certificate', async () => {
    const { tls } = dialer(() => ({ chain: [leaf.certificate.der, Buffer.from('3000', 'hex')] }));
    const [observation] = await collectOne(probes, { ports: { tls }, scope: { probes: [probe({})] } });
    assert.deepEqual(observation!.placements[0]!.chain, [leaf.certificate.sha256]);
    assert.equal(observation!.state, 'partial');
    assert.match(
      observation!.reason!,
      /^a\.example:443: a certificate that was sent cannot be read: not a certificate/,
    );
  });

  const ports: [number, Partial<MintSpec>, string, string, string][] = [
    [443, {}, 'none', 'served', 'unknown'],
    [2379, {}, 'cluster', 'etcd-server', 'unknown'],
    [10250, { subject: 'CN=node@1764' }, 'cluster', 'kubelet-serving-self-signed', 'unknown'],
    [10257, {}, 'cluster', 'controller-manager-serving', 'unknown'],
  ];
  for (const [port, spec, layer, role, manager] of ports) {
    it(`takes what port ${port} serves for ${role}`, async () => {
      const served = await make(spec);
      const { tls } = dialer(() => chain(served));
      const observations = await collectOne(probes, { ports: { tls }, scope: { probes: [probe({ port })] } });
      const [placement] = placements(observations);
      assert.deepEqual([placement!.layer, placement!.role, placement!.manager], [layer, role, manager]);
    });
  }

  it('knows a kubelet certificate that the cluster signed', async () => {
    const ca = await make({ subject: 'CN=kubernetes', isCA: true });
    const served = await make({ subject: 'O=system:nodes,CN=system:node:n', issuer: ca });
    const { tls } = dialer(() => chain(served));
    const observations = await collectOne(probes, { ports: { tls }, scope: { probes: [probe({ port: 10250 })] } });
    assert.deepEqual(
      placements(observations).map(({ role, manager }) => [role, manager]),
      [['kubelet-serving', 'kubelet']],
    );
  });

  it('makes at most 32 handshakes at a time and keeps their order', async () => {
    let [open, most] = [0, 0];
    const tls: TlsDialer = {
      dial: async ({ address, port }) => {
        most = Math.max(most, ++open);
        await new Promise((resolve) => setImmediate(resolve));
        open--;
        throw new PortFailure('unreachable', `${address}:${port}: no`);
      },
    };
    const many = Array.from({ length: 100 }, (_, index) => probe({ port: index + 1 }));
    const observations = await collectOne(probes, { ports: { tls }, scope: { probes: many } });
    assert.equal(most, 32);
    assert.deepEqual(
      observations.map(({ reason }) => reason),
      many.map(({ port }) => `a.example:${port}: no`),
    );
  });

  it('says for each silent peer what it waited for when the deadline passes', async () => {
    const tls: TlsDialer = {
      dial: ({ address, signal }) =>
        new Promise((_, reject) => {
          const fail = () => reject(new PortFailure('timed-out', `${address}: silent`));
          if (signal.aborted) fail();
          else signal.addEventListener('abort', fail);
        }),
    };
    const silent = Array.from({ length: 40 }, (_, index) => probe({ host: `h${index}.example` }));
    const observations = await collectOne(probes, { ports: { tls }, scope: { probes: silent }, timeout: 5 });
    assert.deepEqual(
      states(observations),
      silent.map(({ host }) => ['timed-out', `${host}: silent`]),
    );
  });
});
