import assert from 'node:assert/strict';
import type { Observation } from '../../../../src/core/model/observation.ts';
import type { Target } from '../../../../src/core/model/target.ts';
import { factsIn } from '../../../../src/io/collect/cluster-source.ts';
import { hostHandshakes } from '../../../../src/io/collect/handshake/hosts.ts';
import { gateways } from '../../../../src/io/collect/ingress/gateways.ts';
import { ingresses } from '../../../../src/io/collect/ingress/ingresses.ts';
import { routes } from '../../../../src/io/collect/ingress/routes.ts';
import { collect } from '../../../../src/io/collect/run.ts';
import type { Scope } from '../../../../src/io/collect/scope.ts';
import { type Minted, mint } from '../../../../src/io/demo/mint.ts';
import { PortFailure } from '../../../../src/io/ports/failure.ts';
import type { DialResult, DialTarget } from '../../../../src/io/ports/tls-dialer.ts';
import { fakePorts, NOW } from '../../../support/fake-ports.ts';
import { objectKube, type Served, serve } from '../../../support/object-kube.ts';
import { scopeOf } from '../../../support/scope.ts';

const DAY = 86_400_000;
const far = new PortFailure('timed-out', 'no answer to the connection attempt', { code: 'ETIMEDOUT' });
const refused = new PortFailure('unreachable', 'connection refused: nothing listens there', { code: 'ECONNREFUSED' });
const noSuchHost = new PortFailure('unreachable', 'no such host', { code: 'ENOTFOUND' });

const ingress = (name: string, hosts: string[], ...addresses: string[]): Served =>
  serve.ingress({
    metadata: { namespace: 'shop', name },
    spec: { rules: hosts.map((host) => ({ host })), tls: [{ hosts, secretName: name }] },
    status: {
      loadBalancer: {
        ingress: addresses.map((address) =>
          /[a-z]/.test(address) && !address.includes(':') ? { hostname: address } : { ip: address },
        ),
      },
    },
  });

const gateway = (name: string, listeners: object[], ...addresses: string[]): Served =>
  serve.gateway({
    metadata: { namespace: 'edge', name },
    spec: { listeners },
    status: { addresses: addresses.map((value) => ({ value })) },
  });

interface Answers {
  readonly dial?: (target: DialTarget, nth: number) => Partial<DialResult> | PortFailure | Promise<never>;
  readonly names?: Readonly<Record<string, readonly string[] | PortFailure>>;
  readonly scope?: Partial<Scope>;
  readonly timeout?: number;
}

describe('asking what is served for hosts', () => {
  let fresh: Minted;
  let stale: Minted;
  before(async () => {
    const make = (days: number) =>
      mint({ subject: 'CN=x', dnsNames: ['a.example.com'], notBefore: NOW - 90 * DAY, notAfter: NOW + days * DAY });
    [fresh, stale] = await Promise.all([make(80), make(-1)]);
  });

  const chainOf = (...minted: Minted[]) => minted.map(({ certificate }) => certificate.der);

  async function ask(objects: readonly Served[], { dial, names = {}, scope, timeout = 0 }: Answers = {}) {
    const dials: string[] = [];
    const progress: string[] = [];
    const observations = (
      await collect({
        sources: [ingresses, gateways, routes, hostHandshakes],
        scope: scopeOf({ layers: ['ingress'], ...scope }),
        signal: new AbortController().signal,
        timeout,
        onProgress: ({ waitingFor }) => progress.push(...waitingFor),
        ports: fakePorts({
          kube: objectKube(objects),
          resolver: {
            addressesOf: async (host) => {
              const found = names[host] ?? noSuchHost;
              if (found instanceof PortFailure) throw found;
              return found;
            },
          },
          tls: {
            dial: async (target) => {
              const where = `${target.address}:${target.port}#${target.sni}`;
              dials.push(where);
              const nth = dials.filter((one) => one === where).length;
              const answer = await (dial?.(target, nth) ?? {});
              if (answer instanceof PortFailure) throw answer;
              return { address: target.address, ms: 3, chain: chainOf(fresh), protocol: 'TLSv1.3', ...answer };
            },
          },
        }),
      })
    ).filter(({ source }) => source === 'host-handshakes');
    return {
      dials: [...new Set(dials)],
      count: dials.length,
      progress,
      observations,
      ways: factsIn(observations, 'hostWay'),
      unasked: factsIn(observations, 'unaskedHost'),
      places: observations.flatMap(({ placements }) => placements),
      ends: observations.map(({ state, reason }: Observation) =>
        reason === undefined ? state : `${state}: ${reason}`,
      ),
    };
  }

  describe('finds the addresses', () => {
    it('in the status of the object and behind the name, each once', async () => {
      const names = { 'a.example.com': ['203.0.113.1', '203.0.113.9'] };
      const { ways } = await ask([ingress('a', ['a.example.com'], '203.0.113.1', '2001:db8::1')], { names });
      assert.deepEqual(
        ways.map(({ address, by }) => [address, by]),
        [
          ['203.0.113.1', ['status', 'dns']],
          ['2001:db8::1', ['status']],
          ['203.0.113.9', ['dns']],
        ],
      );
    });

    it("behind a load balancer's name, which is kept", async () => {
      const names = { 'lb.elb.example': ['203.0.113.1', '203.0.113.2'] };
      const { ways } = await ask([ingress('a', ['a.example.com'], 'lb.elb.example')], { names });
      assert.deepEqual(
        ways.map(({ address, named }) => [address, named]),
        [
          ['203.0.113.1', 'lb.elb.example'],
          ['203.0.113.2', 'lb.elb.example'],
        ],
      );
    });

    it('at --resolve alone where that speaks of the host', async () => {
      const resolve = [{ host: 'a.example.com', port: 443, address: '127.0.0.9' }];
      const names = { 'a.example.com': ['203.0.113.9'] };
      const { dials, ways } = await ask([ingress('a', ['a.example.com'], '203.0.113.1')], {
        names,
        scope: { resolve },
      });
      assert.deepEqual(dials, ['127.0.0.9:443#a.example.com']);
      assert.deepEqual(ways[0]?.by, ['resolve']);
    });

    it('of Gateways, with the ports of their TLS listeners', async () => {
      const listeners = [
        { name: 'web', protocol: 'HTTP', port: 80, hostname: 'a.example.com' },
        { name: 'tls', protocol: 'HTTPS', port: 8443, hostname: 'a.example.com', tls: {} },
        { name: 'db', protocol: 'TLS', port: 5432, hostname: 'db.example.com', tls: { mode: 'Passthrough' } },
      ];
      const { dials } = await ask([gateway('gw', listeners, '203.0.113.5')]);
      assert.deepEqual(dials, ['203.0.113.5:8443#a.example.com', '203.0.113.5:5432#db.example.com']);
    });

    it('of the listeners that a route hangs on, and those that the names of other routes lead to', async () => {
      const listeners = [
        { name: 'web', protocol: 'HTTPS', port: 443, hostname: '*.example.com', tls: {} },
        { name: 'any', protocol: 'HTTPS', port: 8443, tls: {} },
      ];
      const route = (name: string, parent: object, hostnames: string[]) =>
        serve.other('/apis/gateway.networking.k8s.io/v1', 'httproutes', {
          metadata: { namespace: 'edge', name },
          spec: { hostnames, parentRefs: [{ name: 'gw', ...parent }] },
        });
      const proxy = serve.other('/apis/projectcontour.io/v1', 'httpproxies', {
        metadata: { namespace: 'edge', name: 'p' },
        spec: { virtualhost: { fqdn: 'p.example.com', tls: { secretName: 'p' } } },
      });
      const { ways } = await ask(
        [
          gateway('gw', listeners, '203.0.113.5'),
          route('r', {}, ['a.example.com', 'b.example.net']),
          route('s', { sectionName: 'any' }, ['a.example.com']),
          proxy,
        ],
        { names: { 'p.example.com': ['203.0.113.7'] } },
      );
      assert.deepEqual(
        ways.map(({ host, port, address, objects }) => [`${host}:${port}`, address, objects]),
        [
          ['a.example.com:443', '203.0.113.5', ['gateway/edge/gw', 'httproute/edge/r']],
          ['a.example.com:8443', '203.0.113.5', ['gateway/edge/gw', 'httproute/edge/r', 'httproute/edge/s']],
          ['b.example.net:8443', '203.0.113.5', ['gateway/edge/gw', 'httproute/edge/r']],
          ['p.example.com:443', '203.0.113.7', ['httpproxy/edge/p']],
        ],
      );
    });

    it('of a host that several objects serve, asked for once', async () => {
      const { ways, count } = await ask([
        ingress('a', ['a.example.com', 'b.example.com'], '203.0.113.1'),
        ingress('b', ['A.example.com'], '203.0.113.1'),
      ]);
      assert.deepEqual(
        ways.map(({ host, objects }) => [host, objects]),
        [
          ['a.example.com', ['ingress/shop/a', 'ingress/shop/b']],
          ['b.example.com', ['ingress/shop/a']],
        ],
      );
      assert.equal(count, 8);
    });
  });

  describe('says why it does not ask', () => {
    it('for wildcards, for no host at all, and for names that are none', async () => {
      const listeners = [
        { name: 'any', protocol: 'HTTPS', port: 443, tls: {} },
        { name: 'odd', protocol: 'HTTPS', port: 443, hostname: 'a b', tls: {} },
      ];
      const { unasked, dials } = await ask([
        ingress('w', ['*.example.com'], '203.0.113.1'),
        gateway('gw', listeners, '203.0.113.1'),
      ]);
      assert.deepEqual(dials, []);
      assert.deepEqual(
        unasked.map(({ host, reason }) => [host, reason.slice(0, 24)]),
        [
          ['*.example.com', 'a wildcard is no name th'],
          ['', 'it takes every host: the'],
          ['a b', 'a b names the host "a b"'],
        ],
      );
    });

    it('where neither status nor name leads anywhere', async () => {
      const { unasked, ends } = await ask([ingress('a', ['a.example.com'])]);
      assert.deepEqual(
        unasked.map(({ reason }) => reason),
        ['no controller has given its objects an address, and no such host'],
      );
      assert.deepEqual(ends, ['complete']);
    });

    it('a name server that never answers more than a few times', async () => {
      const hosts = Array.from({ length: 100 }, (_, index) => `h${index}.example.com`);
      const dead = new PortFailure('timed-out', 'the name server does not answer');
      let lookedUp = 0;
      const get = () => {
        lookedUp++;
        return dead;
      };
      const names = new Proxy({}, { get });
      const { unasked } = await ask([ingress('a', hosts)], { names });
      assert.equal(unasked.length, 100);
      assert.ok(lookedUp <= 32, String(lookedUp));
    });
  });

  it('asks in letters of the wire for hosts in other scripts', async () => {
    const listeners = [{ name: 'tls', protocol: 'HTTPS', port: 443, hostname: 'bücher.example', tls: {} }];
    const { dials } = await ask([gateway('gw', listeners, '203.0.113.5')]);
    assert.deepEqual(dials, ['203.0.113.5:443#xn--bcher-kva.example']);
  });

  it('asks again where it was answered, and keeps each chain that came, the one that ends last first', async () => {
    const dial = (_: DialTarget, nth: number) => ({ chain: chainOf(nth % 2 === 1 ? stale : fresh) });
    const { places, ways, ends, count } = await ask([ingress('a', ['a.example.com'], '203.0.113.1')], { dial });
    assert.equal(count, 4);
    assert.deepEqual(
      places.map(({ ref, role, layer, chain }) => [ref, role, layer, chain[0] === fresh.certificate.sha256]),
      [
        ['tls://203.0.113.1:443#a.example.com', 'ingress-served', 'ingress', true],
        ['tls://203.0.113.1:443#a.example.com~2', 'ingress-served', 'ingress', false],
      ],
    );
    assert.deepEqual([ways[0]?.asked, ways[0]?.answers.length, ends], [4, 2, ['complete']]);
  });

  it('asks once where there is much to ask', async () => {
    const hosts = Array.from({ length: 500 }, (_, index) => `h${index}.example.com`);
    const { count, progress } = await ask([ingress('a', hosts, '203.0.113.1')]);
    assert.equal(count, 500);
    assert.ok(progress.some((title) => /^handshakes for each host \(\d+ of 500\)$/.test(title)));
  });

  it('keeps what was spoken in the clear, and who spoke', async () => {
    const answers: Record<string, Partial<DialResult>> = {
      '203.0.113.1': { chain: [], error: 'answers in plain HTTP, not TLS', plain: 'HTTP' },
      '203.0.113.2': { server: 'cloudflare', status: 200 },
    };
    const objects = [ingress('a', ['a.example.com'], '203.0.113.1', '203.0.113.2')];
    const { ways, ends } = await ask(objects, { dial: ({ address }) => answers[address]! });
    assert.deepEqual(
      ways.map(({ plain, error, server, asked }) => ({ plain, error, server, asked })),
      [
        { plain: 'HTTP', error: 'answers in plain HTTP, not TLS', server: undefined, asked: 1 },
        { plain: undefined, error: undefined, server: 'cloudflare', asked: 4 },
      ],
    );
    assert.deepEqual([ends, ways[0]?.ended], [['complete', 'complete'], true]);
  });

  describe('an address that does not answer', () => {
    it('is unreachable where connections are refused, whatever else answers', async () => {
      const dial = ({ address }: DialTarget) => (address === '203.0.113.2' ? refused : {});
      const { ends } = await ask([ingress('a', ['a.example.com'], '203.0.113.1', '203.0.113.2')], { dial });
      assert.deepEqual(ends, ['complete', `unreachable: ${refused.message}`]);
    });

    it('tells nothing where no way leads there and the host was seen elsewhere', async () => {
      const dial = ({ address }: DialTarget) => (address === '203.0.113.2' ? far : {});
      const { ends } = await ask([ingress('a', ['a.example.com'], '203.0.113.1', '203.0.113.2')], { dial });
      assert.deepEqual(ends, ['complete', `not-applicable: ${far.message}`]);
    });

    it('leaves a host unknown when the address is a public one, not when it belongs to another network', async () => {
      const inside = await ask([ingress('a', ['a.example.com'], '10.0.0.5')], { dial: () => far });
      assert.deepEqual(inside.ends, [`not-applicable: ${far.message}`]);
      const outside = await ask([ingress('a', ['a.example.com'], '203.0.113.1')], { dial: () => far });
      assert.deepEqual(outside.ends, [`timed-out: ${far.message}`]);
    });

    it('is given up for all hosts, in one reading', async () => {
      const hosts = Array.from({ length: 500 }, (_, index) => `h${index}.example.com`);
      const { count, observations, ways } = await ask([ingress('a', hosts, '203.0.113.1')], { dial: () => far });
      assert.ok(count < 100, String(count));
      assert.equal(observations.length, 1);
      assert.equal(ways.length, 500);
      assert.match(observations[0]!.unknown!, /^what 203\.0\.113\.1 serves for h0\.example\.com, .* and 497 more$/);
    });

    it('keeps nobody beyond the deadline, and what came before it is kept', async () => {
      const never = new Promise<never>(() => {});
      const dial = ({ address }: DialTarget) => (address === '203.0.113.2' ? never : {});
      const started = performance.now();
      const objects = [ingress('a', ['a.example.com'], '203.0.113.1', '203.0.113.2')];
      const { ends, places } = await ask(objects, { dial, timeout: 200 });
      assert.ok(performance.now() - started < 2000);
      assert.equal(places.length, 1);
      assert.deepEqual(ends, ['complete', 'timed-out: no answer within 0.2s (--request-timeout)']);
    });
  });

  describe('narrowed by targets', () => {
    const objects = [
      ingress('a', ['a.example.com'], '203.0.113.1'),
      ingress('b', ['b.example.com'], '203.0.113.1'),
      gateway('gw', [{ name: 't', protocol: 'HTTPS', port: 443, hostname: 'c.example.com', tls: {} }], '203.0.113.1'),
    ];
    const cases: readonly (readonly [Target[], string[]])[] = [
      [[{ kind: 'object', text: 'ingress/a', objectKind: 'ingress', name: 'a', namespace: 'shop' }], ['a']],
      [[{ kind: 'object', text: 'ingress/a', objectKind: 'ingress', name: 'a', namespace: 'x' }], []],
      [
        [{ kind: 'object', text: 'gateway/gw', objectKind: 'gateway', name: 'gw', namespace: 'x', elsewhere: true }],
        ['c'],
      ],
      [[{ kind: 'host', text: 'b.example.com', host: 'b.example.com' }], ['b']],
      [[{ kind: 'layer', text: 'ingress', layer: 'ingress' }], ['a', 'b', 'c']],
      [[{ kind: 'object', text: 'secret/x', objectKind: 'secret', name: 'x', namespace: 'shop' }], ['a', 'b', 'c']],
    ];
    for (const [targets, hosts] of cases) {
      it(`${targets[0]!.text} asks for ${hosts.join(', ') || 'nothing'}`, async () => {
        const { ways } = await ask(objects, { scope: { targets } });
        assert.deepEqual(
          ways.map(({ host }) => host[0]),
          hosts,
        );
      });
    }
  });

  it('asks nobody where nothing serves TLS', async () => {
    const plain = serve.ingress({
      metadata: { namespace: 'shop', name: 'p' },
      spec: { rules: [{ host: 'p.example.com' }] },
    });
    const { dials, observations } = await ask([plain]);
    assert.deepEqual([dials, observations], [[], []]);
  });
});
