import assert from 'node:assert/strict';
import { check } from '../../src/core/check/check.ts';
import { DEFAULT_POLICY } from '../../src/core/model/policy.ts';
import { takeInventory } from '../../src/core/snapshot/inventory.ts';
import { systemClock } from '../../src/io/adapters/clock.ts';
import { createTlsDialer } from '../../src/io/adapters/tls.ts';
import { fakePorts } from '../support/fake-ports.ts';
import { objectKube, serve } from '../support/object-kube.ts';
import { useBed } from '../testbed/fixture.ts';
import { look } from '../testbed/look.ts';
import { certificate, inDays, servingCertificate } from '../testbed/pki.ts';
import type { Pair } from '../testbed/proxies/proxy.ts';
import { STARTTLS_SERVERS, startServer } from '../testbed/servers/starttls.ts';

const HOST = 'db.shop.svc';
const base64 = (text: string) => Buffer.from(text).toString('base64');

/** A cluster whose Service db, at that port, has a Pod that mounts this pair. */
function clusterWith(stored: Pair, port: number) {
  const named = (name: string) => ({ metadata: { namespace: 'shop', name, resourceVersion: '1' } });
  return objectKube([
    serve.other('/api/v1', 'services', { ...named('db'), spec: { ports: [{ port }] } }),
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
}

for (const server of STARTTLS_SERVERS) {
  describe(`what a real ${server.component} serves, held against what its Pods mount`, function () {
    this.timeout(60_000);
    const bed = useBed(server.component);

    it('is stale until it is started with what was renewed, and in order after', async () => {
      const root = await certificate({
        subject: 'CN=root',
        isCA: true,
        notBefore: inDays(-300),
        notAfter: inDays(900),
      });
      const leaf = async (days: number): Promise<Pair> => {
        const own = await servingCertificate({
          subject: `CN=${HOST}`,
          dnsNames: [HOST],
          issuer: root,
          notBefore: inDays(-60),
          notAfter: inDays(days),
        });
        return { certificate: own.pem, key: own.keyPem };
      };
      const { port, write, reload } = await startServer(bed, server, await leaf(50));
      const stored = await leaf(80);
      const kube = clusterWith(stored, port);
      const tls = createTlsDialer({ clock: systemClock, env: {} });
      const trustStore = { roots: async () => [root.certificate.der] };
      const codes = async () => {
        const snapshot = await look(fakePorts({ clock: systemClock, kube, tls, trustStore }), {
          layers: ['ingress', 'none'],
          probes: [{ scheme: server.scheme, host: HOST, port, sni: HOST }],
          resolve: [{ host: HOST, port, address: '127.0.0.1' }],
        });
        const { findings } = check(takeInventory(snapshot), DEFAULT_POLICY, Date.now());
        return findings.filter(({ severity }) => severity !== 'info').map(({ code, placement }) => [code, placement]);
      };
      const stale = [['SERVED_DIFFERS_FROM_STORED', `tls://127.0.0.1:${port}#${HOST}`]];
      assert.deepEqual(await codes(), stale);
      write(stored);
      assert.deepEqual(await codes(), stale);
      await reload();
      assert.deepEqual(await codes(), []);
    });
  });
}
