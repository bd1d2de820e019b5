import assert from 'node:assert/strict';
import { check } from '../../src/core/check/check.ts';
import type { Finding } from '../../src/core/model/finding.ts';
import { DEFAULT_POLICY } from '../../src/core/model/policy.ts';
import { takeInventory } from '../../src/core/snapshot/inventory.ts';
import { systemClock } from '../../src/io/adapters/clock.ts';
import { createTlsDialer } from '../../src/io/adapters/tls.ts';
import type { Minted } from '../../src/io/demo/mint.ts';
import { fakePorts } from '../support/fake-ports.ts';
import { objectKube, serve } from '../support/object-kube.ts';
import { type Bed, until, useBed } from '../testbed/fixture.ts';
import { look } from '../testbed/look.ts';
import { certificate, inDays, servingCertificate } from '../testbed/pki.ts';
import { startBalancer } from '../testbed/proxies/balancer.ts';
import { startHaproxy } from '../testbed/proxies/haproxy.ts';
import { startNginx } from '../testbed/proxies/nginx.ts';
import { startPostgres } from '../testbed/proxies/postgres.ts';
import type { IngressProxy, Pair } from '../testbed/proxies/proxy.ts';

const HOST = 'shop.example.test';
const FAKE = 'O=Acme Co,CN=Kubernetes Ingress Controller Fake Certificate';

/** A team's own hierarchy: root, intermediate, and leaves of its. */
async function hierarchy() {
  const validity = { notBefore: inDays(-300), notAfter: inDays(900) };
  const root = await certificate({ subject: 'CN=root', isCA: true, ...validity });
  const issuer = await certificate({ subject: 'CN=intermediate', isCA: true, issuer: root, ...validity });
  const leaf = async (days: number, host = HOST): Promise<Pair> => {
    const own = await servingCertificate({
      subject: `CN=${host}`,
      dnsNames: [host],
      issuer,
      notBefore: inDays(-60),
      notAfter: inDays(days),
    });
    return { certificate: own.pem + issuer.pem, key: own.keyPem };
  };
  return { root, issuer, leaf };
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** A cluster with one Gateway: the host is served at that port of loopback with this pair in a Secret. */
async function codesFor({
  port,
  stored,
  root,
  host = HOST,
}: {
  port: number;
  stored: Pair;
  root: Minted;
  host?: string;
}) {
  const kube = objectKube([
    serve.gateway({
      metadata: { namespace: 'edge', name: 'gw' },
      spec: {
        gatewayClassName: 'nginx',
        listeners: [
          { name: 'tls', protocol: 'HTTPS', port, hostname: host, tls: { certificateRefs: [{ name: 'shop-tls' }] } },
        ],
      },
      status: { addresses: [{ value: '127.0.0.1' }] },
    }),
    serve.secret({
      metadata: { namespace: 'edge', name: 'shop-tls', resourceVersion: '1' },
      type: 'kubernetes.io/tls',
      data: { 'tls.crt': base64(stored.certificate), 'tls.key': base64(stored.key) },
    }),
  ]);
  const tls = createTlsDialer({ clock: systemClock, env: {} });
  const trustStore = { roots: async () => [root.certificate.der] };
  const ports = fakePorts({ clock: systemClock, kube, tls, trustStore });
  const snapshot = await look(ports, { layers: ['ingress', 'none'] });
  const { findings } = check(takeInventory(snapshot), DEFAULT_POLICY, Date.now());
  const about = findings.filter(({ layer, severity }) => layer === 'ingress' && severity !== 'info');
  return { findings: about, codes: about.map(({ code }) => code).sort(), places: snapshot.facts.hostWay ?? [] };
}

const of = (findings: readonly Finding[], code: string) => findings.find((finding) => finding.code === code);

const PROXIES: readonly [
  component: string,
  start: (bed: Bed, name: string, host: string, pair: Pair) => Promise<IngressProxy>,
][] = [
  ['nginx', startNginx],
  ['haproxy', startHaproxy],
];

for (const [component, start] of PROXIES) {
  describe(`what ${component} serves for a host, held against what is stored`, () => {
    const bed = useBed(component);

    it('is in order, then stale after a renewal that it was not told of, then in order again', async () => {
      const { root, leaf } = await hierarchy();
      const old = await leaf(-1);
      const proxy = await start(bed, `${component}-renewal`, HOST, old);
      const { port } = proxy;
      const fresh = await leaf(80);
      proxy.write(fresh);
      const stale = await codesFor({ port, stored: fresh, root });
      assert.deepEqual(stale.codes, ['CERT_EXPIRED', 'SERVED_DIFFERS_FROM_STORED']);
      assert.match(
        of(stale.findings, 'SERVED_DIFFERS_FROM_STORED')!.message,
        /an older certificate, not what secret\/edge/,
      );
      assert.equal(of(stale.findings, 'CERT_EXPIRED')?.explainedBy?.code, 'SERVED_DIFFERS_FROM_STORED');
      await proxy.reload();
      // A worker of before may still answer for a moment.
      const good = await until(`${component} serves the renewed one alone`, async () => {
        const seen = await codesFor({ port, stored: fresh, root });
        return seen.codes.length === 0 ? seen : undefined;
      });
      assert.equal(good.places[0]?.asked, 4);
    });

    it("is another host's certificate, or the stand-in of a controller", async () => {
      const { root, leaf } = await hierarchy();
      const stored = await leaf(80);
      const other = await start(bed, `${component}-other`, HOST, await leaf(80, 'blog.example.test'));
      const wrong = await codesFor({ port: other.port, stored, root });
      assert.deepEqual(wrong.codes, ['NAME_NOT_COVERED', 'SERVED_DIFFERS_FROM_STORED']);
      const validity = { notBefore: inDays(-1), notAfter: inDays(300) };
      const fake = await servingCertificate({ subject: FAKE, dnsNames: ['ingress.local'], ...validity });
      const pair = { certificate: fake.pem, key: fake.keyPem };
      const standIn = await start(bed, `${component}-fake`, HOST, pair);
      const shown = await codesFor({ port: standIn.port, stored, root });
      const finding = of(shown.findings, 'DEFAULT_CERTIFICATE_SERVED');
      assert.match(
        finding!.message,
        /shows the stand-in of ingress-nginx for shop\.example\.test: the controller did not take/,
      );
      assert.equal(of(shown.findings, 'NAME_NOT_COVERED')?.explainedBy?.code, 'DEFAULT_CERTIFICATE_SERVED');
      assert.ok(!shown.codes.includes('SERVED_DIFFERS_FROM_STORED'));
    });

    it('lacks the intermediate as the Secret does', async () => {
      const { root, issuer, leaf } = await hierarchy();
      const whole = await leaf(80);
      const alone = { ...whole, certificate: whole.certificate.replace(issuer.pem, '') };
      const proxy = await start(bed, `${component}-alone`, HOST, alone);
      const { findings } = await codesFor({ port: proxy.port, stored: alone, root });
      const places = findings.filter(({ code }) => code === 'CHAIN_INCOMPLETE');
      assert.deepEqual(
        places.map(({ placement, explainedBy }) => [placement.split(':')[0], explainedBy?.placement]).sort(),
        [
          ['secret/edge/shop-tls#tls.crt', undefined],
          ['tls', 'secret/edge/shop-tls#tls.crt'],
        ],
      );
    });
  });
}

describe('what stands behind an address', () => {
  const bed = useBed('nginx', 'haproxy');

  it('are two replicas, of which one was not reloaded', async () => {
    const { root, leaf } = await hierarchy();
    const [old, fresh] = [await leaf(-1), await leaf(80)];
    const replicas = [await startNginx(bed, 'replica-1', HOST, fresh), await startNginx(bed, 'replica-2', HOST, old)];
    const port = await startBalancer(
      bed,
      'balancer',
      replicas.map((replica) => replica.port),
    );
    const { findings, codes, places } = await codesFor({ port, stored: fresh, root });
    assert.deepEqual(codes, ['CERT_EXPIRED', 'REPLICAS_DIFFER', 'SERVED_DIFFERS_FROM_STORED']);
    assert.equal(of(findings, 'REPLICAS_DIFFER')?.severity, 'critical');
    assert.equal(of(findings, 'SERVED_DIFFERS_FROM_STORED')?.explainedBy?.code, 'REPLICAS_DIFFER');
    assert.equal(places[0]?.answers.length, 2);
  });

  it('is a port without TLS', async () => {
    const { root, leaf } = await hierarchy();
    const stored = await leaf(80);
    const { port } = await startNginx(bed, 'plain', HOST, stored, { plain: true });
    const { codes, places } = await codesFor({ port, stored, root });
    assert.deepEqual([codes, places[0]?.plain], [['PLAINTEXT_ON_TLS_PORT'], 'HTTP']);
  });

  it('is nobody', async () => {
    const { root, leaf } = await hierarchy();
    const [port = 0] = await bed.takePorts(['nobody']);
    const { codes } = await codesFor({ port, stored: await leaf(80), root });
    assert.deepEqual(codes, ['SOURCE_UNREAD']);
  });
});

describe('what a real PostgreSQL serves, held against what its Pods mount', () => {
  const bed = useBed('postgres');

  it('is in order, stale while it was not told of a renewal, and in order again', async () => {
    const name = 'db.shop.svc';
    const { root, leaf } = await hierarchy();
    const server = await startPostgres(bed, 'postgres', await leaf(50, name));
    const stored = await leaf(80, name);
    const named = (resource: string) => ({ metadata: { namespace: 'shop', name: resource, resourceVersion: '1' } });
    const kube = objectKube([
      serve.other('/api/v1', 'services', { ...named('db'), spec: { ports: [{ port: server.port }] } }),
      serve.other('/apis/discovery.k8s.io/v1', 'endpointslices', {
        metadata: { namespace: 'shop', name: 'db-x', labels: { 'kubernetes.io/service-name': 'db' } },
        endpoints: [{ addresses: ['10.244.1.40'] }],
      }),
      serve.pod({
        ...named('db-0'),
        spec: { volumes: [{ secret: { secretName: 'db-tls' } }] },
        status: { phase: 'Running', podIP: '10.244.1.40' },
      }),
      serve.secret({
        ...named('db-tls'),
        type: 'kubernetes.io/tls',
        data: { 'tls.crt': base64(stored.certificate), 'tls.key': base64(stored.key) },
      }),
    ]);
    const tls = createTlsDialer({ clock: systemClock, env: {} });
    const trustStore = { roots: async () => [root.certificate.der] };
    const codes = async () => {
      const snapshot = await look(fakePorts({ clock: systemClock, kube, tls, trustStore }), {
        layers: ['ingress', 'none'],
        probes: [{ scheme: 'postgres', host: name, port: server.port, sni: name }],
        resolve: [{ host: name, port: server.port, address: '127.0.0.1' }],
      });
      const { findings } = check(takeInventory(snapshot), DEFAULT_POLICY, Date.now());
      return findings.filter(({ severity }) => severity !== 'info').map(({ code, placement }) => [code, placement]);
    };
    const place = `tls://127.0.0.1:${server.port}#${name}`;
    assert.deepEqual(await codes(), [['SERVED_DIFFERS_FROM_STORED', place]]);
    server.write(stored);
    assert.deepEqual(await codes(), [['SERVED_DIFFERS_FROM_STORED', place]]);
    await server.reload();
    assert.deepEqual(await codes(), []);
  });
});
