import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Observation } from '../../src/core/model/observation.ts';
import { parseCertificate } from '../../src/core/x509/certificate.ts';
import { systemClock } from '../../src/io/adapters/clock.ts';
import { localFiles } from '../../src/io/adapters/files.ts';
import { fileKeystores } from '../../src/io/adapters/keystore.ts';
import { createKubeApi } from '../../src/io/adapters/kube/kube-api.ts';
import { createTlsDialer } from '../../src/io/adapters/tls.ts';
import { apiServerHandshake } from '../../src/io/collect/handshake/api-server.ts';
import { probes } from '../../src/io/collect/handshake/probes.ts';
import { targets } from '../../src/io/collect/local/targets.ts';
import { kubeadmFiles } from '../../src/io/collect/local/trees.ts';
import type { Scope } from '../../src/io/collect/scope.ts';
import type { Source } from '../../src/io/collect/source.ts';
import type { Minted } from '../../src/io/demo/mint.ts';
import { collectOne } from '../support/collect-one.ts';
import { useBed } from '../testbed/fixture.ts';
import { certificate, inDays, servingCertificate } from '../testbed/pki.ts';
import { startNginx } from '../testbed/proxies/nginx.ts';

const SERVER = 'app.example.com';

describe('local files and handshakes on the test bed', () => {
  const bed = useBed('core', 'nginx', 'openssl');

  function read(source: Source, scope: Partial<Scope>, env: Record<string, string> = {}): Promise<Observation[]> {
    const clock = systemClock;
    const flags = { kubeconfig: bed.superAdminKubeconfig };
    const kube = createKubeApi({ flags, env: {}, files: localFiles, clock, requestTimeout: 10_000 });
    const tls = createTlsDialer({ clock, env: {} });
    const ports = { clock, files: localFiles, kube, tls, keystores: fileKeystores, env };
    return collectOne(source, { ports, scope, timeout: 10_000 });
  }
  const placements = (observations: Observation[]) => observations.flatMap((one) => one.placements);
  const probe = (port: number, sni?: string) => ({ scheme: 'tls', host: '127.0.0.1', port, ...(sni && { sni }) });
  const sha256Of = (path: string) => {
    const [, base64 = ''] = /-----BEGIN CERTIFICATE-----([^-]+)/.exec(readFileSync(path, 'utf8')) ?? [];
    return parseCertificate(Buffer.from(base64, 'base64')).sha256;
  };

  describe("kubeadm's tree", () => {
    const tree = () => read(kubeadmFiles, { pkiDir: bed.kubernetesDir, pkiDirGiven: true });

    it('is recognised whole, with a key that matches beside every certificate', async () => {
      const observations = await tree();
      assert.deepEqual(
        observations.map(({ state, reason }) => [state, reason]),
        [['complete', undefined]],
      );
      const files = placements(observations).filter(({ ref }) => ref.startsWith('file:'));
      assert.deepEqual(
        files.map(({ ref, role }) => [ref.slice(`file:${bed.pkiDir}/`.length), role]),
        [
          ['ca.crt', 'cluster-ca'],
          ['apiserver.crt', 'apiserver-serving'],
          ['apiserver-kubelet-client.crt', 'apiserver-kubelet-client'],
          ['front-proxy-ca.crt', 'front-proxy-ca'],
          ['front-proxy-client.crt', 'front-proxy-client'],
          ['etcd/ca.crt', 'etcd-ca'],
          ['etcd/server.crt', 'etcd-server'],
          ['etcd/peer.crt', 'etcd-peer'],
          ['etcd/healthcheck-client.crt', 'etcd-healthcheck-client'],
          ['apiserver-etcd-client.crt', 'apiserver-etcd-client'],
          ['sa.key', 'service-account-key'],
          ['sa.pub', 'service-account-key'],
        ],
      );
      const { certificates } = observations[0]!;
      for (const { ref, chain, key, mode, manager, missing } of files) {
        assert.deepEqual([manager, missing], ['kubeadm', undefined], ref);
        if (chain.length === 0) continue;
        assert.equal(key, parseCertificate(Buffer.from(certificates[chain[0]!]!, 'base64')).spki, ref);
        assert.equal(mode, '0600', ref);
      }
    });

    it('has the users of its kubeconfigs', async () => {
      const roles = placements(await tree())
        .filter(({ ref }) => ref.includes('#users/'))
        .map(({ ref, role }) => [ref.slice(`kubeconfig:${bed.kubernetesDir}/`.length).split('#')[0], role]);
      for (const pair of [
        ['admin.conf', 'admin-client'],
        ['super-admin.conf', 'super-admin-client'],
        ['controller-manager.conf', 'controller-manager-client'],
        ['scheduler.conf', 'scheduler-client'],
      ]) {
        assert.deepEqual(
          roles.find(([file]) => file === pair[0]),
          pair,
        );
      }
    });
  });

  describe('handshakes', () => {
    it("show the API server's certificate, its clock, the CAs it accepts, and the one in its memory", async () => {
      const observations = await read(apiServerHandshake, {});
      const [serving, loopback] = placements(observations);
      assert.deepEqual([serving!.role, serving!.manager], ['apiserver-serving', 'kubeadm']);
      assert.equal(serving!.chain[0], sha256Of(join(bed.pkiDir, 'apiserver.crt')));
      const [handshake] = observations[0]!.handshakes;
      assert.equal(handshake!.protocol, 'TLSv1.3');
      assert.ok(Math.abs(Date.parse(handshake!.date!) - Date.parse(handshake!.dateReadAt!)) < 5_000);
      assert.deepEqual([...handshake!.acceptedIssuers!].sort(), ['CN=front-proxy-ca', 'CN=kubernetes']);
      assert.deepEqual([loopback!.role, loopback!.manager], ['apiserver-loopback', 'apiserver']);
      assert.notEqual(loopback!.chain[0], serving!.chain[0]);
    });

    it('show the certificate of an etcd that demands one from its clients', async () => {
      const [observation] = await read(probes, { probes: [probe(bed.port('etcd'))] });
      assert.equal(observation!.placements[0]!.chain[0], sha256Of(join(bed.pkiDir, 'etcd/server.crt')));
      assert.equal(observation!.state, 'complete');
      assert.match(observation!.handshakes[0]!.error!, /demands a client certificate, none was sent/);
      assert.deepEqual(observation!.handshakes[0]!.acceptedIssuers, ['CN=etcd-ca']);
    });

    it('tell the plain HTTP port of etcd from TLS', async () => {
      const [observation] = await read(probes, { probes: [probe(bed.port('etcd-metrics'))] });
      assert.equal(observation!.state, 'unreachable');
      assert.match(observation!.reason!, /answers in plain HTTP, not TLS$/);
    });
  });

  describe('nginx', () => {
    let root: Minted;
    let inter: Minted;
    before(async () => {
      root = await certificate({ subject: 'CN=root', isCA: true });
      inter = await certificate({ subject: 'CN=inter', isCA: true, issuer: root });
    });

    const faults: [string, () => Promise<Minted[]>][] = [
      [
        'expired',
        async () => [
          await servingCertificate({ dnsNames: [SERVER], notBefore: inDays(-9), notAfter: inDays(-1), issuer: inter }),
          inter,
        ],
      ],
      ['mismatched', async () => [await servingCertificate({ dnsNames: ['other.example.com'], issuer: inter }), inter]],
      ['incomplete', async () => [await servingCertificate({ dnsNames: [SERVER], issuer: inter })]],
    ];
    for (const [fault, serve] of faults) {
      it(`whose chain is ${fault} is seen as it is`, async () => {
        const chain = await serve();
        const pem = { certificate: chain.map((one) => one.pem).join(''), key: chain[0]!.keyPem };
        const { port } = await startNginx(bed, `local-${fault}`, SERVER, pem);
        const observations = await read(probes, { probes: [probe(port)], host: SERVER });
        const [placement] = placements(observations);
        assert.equal(placement!.ref, `tls://127.0.0.1:${port}#${SERVER}`);
        assert.deepEqual(
          placement!.chain,
          chain.map((one) => one.certificate.sha256),
        );
        assert.deepEqual([observations[0]!.handshakes[0]!.status, observations[0]!.state], [200, 'complete']);
      });
    }
  });

  describe('files that other programs made', () => {
    const pki = (name: string) => join(bed.pkiDir, name);
    const out = (name: string) => join(bed.runDir, 'odd', name);
    const openssl = (...argv: string[]) => bed.run(['openssl', ...argv]);
    const exported = (...argv: string[]) =>
      openssl(
        'pkcs12',
        '-export',
        '-inkey',
        pki('apiserver.key'),
        '-in',
        pki('apiserver.crt'),
        '-certfile',
        pki('ca.crt'),
        ...argv,
      );

    before('openssl makes them', async () => {
      bed.write('odd/index.txt', '');
      bed.write(
        'odd/ca.cnf',
        `[ca]\ndefault_ca=c\n[c]\ndatabase=${out('index.txt')}\ndefault_md=sha256\ndefault_crl_days=7\n`,
      );
      await openssl('x509', '-in', pki('ca.crt'), '-outform', 'DER', '-out', out('ca.der'));
      await exported('-passout', 'pass:hunter2', '-out', out('modern.p12'));
      await exported('-legacy', '-passout', 'pass:hunter2', '-out', out('legacy.p12'));
      const signer = ['-cert', pki('ca.crt'), '-keyfile', pki('ca.key')];
      await openssl('ca', '-gencrl', '-config', out('ca.cnf'), ...signer, '-out', out('ca.crl'));
    });

    const named = (...paths: string[]) =>
      read(
        targets,
        { cluster: false, targets: paths.map((path) => ({ kind: 'file', text: path, path })) },
        { KUBECTL_CERTS_KEYSTORE_PASSWORD: 'hunter2' },
      );

    it('are DER and revocation lists', async () => {
      const [der, crl] = await named(out('ca.der'), out('ca.crl'));
      assert.deepEqual(der!.placements[0]!.chain, [sha256Of(pki('ca.crt'))]);
      assert.deepEqual([crl!.crls.length, crl!.state], [1, 'complete']);
    });

    for (const name of ['modern.p12', 'legacy.p12']) {
      it(`are ${name}, with the chain and the key`, async () => {
        const [observation] = await named(out(name));
        const [placement] = observation!.placements;
        assert.deepEqual(placement!.chain, [sha256Of(pki('apiserver.crt')), sha256Of(pki('ca.crt'))]);
        const leaf = parseCertificate(Buffer.from(observation!.certificates[placement!.chain[0]!]!, 'base64'));
        assert.equal(placement!.key, leaf.spki);
      });
    }

    it("are keytool's JKS", async function () {
      const converted = await bed
        .tryRun([
          ...['keytool', '-importkeystore', '-noprompt', '-srckeystore', out('modern.p12'), '-srcstorepass', 'hunter2'],
          ...['-destkeystore', out('key.jks'), '-deststoretype', 'jks', '-deststorepass', 'hunter2'],
        ])
        .catch(() => undefined);
      if (!converted) this.skip();
      const [observation] = await named(out('key.jks'));
      assert.deepEqual(observation!.placements[0]!.chain, [sha256Of(pki('apiserver.crt')), sha256Of(pki('ca.crt'))]);
    });
  });
});
