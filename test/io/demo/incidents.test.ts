import assert from 'node:assert/strict';
import { UserError } from '../../../src/core/model/error.ts';
import { BUILT_IN_IDS, builtInIncident } from '../../../src/io/demo/incidents/catalogue.ts';
import { demoPorts } from '../../../src/io/demo/ports.ts';
import { Servers } from '../../../src/io/demo/servers.ts';
import { refusalOf } from '../../../src/io/demo/verify.ts';
import { createWorld } from '../../../src/io/demo/world/world.ts';
import { NOW } from '../../support/fake-ports.ts';
import { never } from './plant.ts';

describe("the demo's incidents", () => {
  it('are those that the command line names, and no others', () => {
    const wanted = ['demo', 'healthy', 'challenge', 'stale-ingress', 'upstream-connect', 'frozen'];
    assert.deepEqual(
      wanted.filter((id) => !BUILT_IN_IDS.includes(id)),
      [],
    );
    assert.throws(
      () => builtInIncident('nope'),
      (error) => error instanceof UserError && error.exitCode === 64,
    );
  });

  for (const id of BUILT_IN_IDS) {
    describe(id, () => {
      const incident = builtInIncident(id);
      const world = createWorld(incident, NOW);

      it('renders every certificate, object and file', async () => {
        await Promise.all(Object.keys(incident.certificates ?? {}).map((name) => world.factory.certificate(name)));
        const { objects, files, logs, tools } = await world.render(incident);
        assert.doesNotMatch(JSON.stringify({ objects, files, logs, tools }), /\$\{/);
      });

      it('serves chains whose certificates sign each other', async () => {
        const chains = (incident.servers ?? []).flatMap((server) => [
          server.chain ?? [],
          ...Object.values(server.sni ?? {}),
        ]);
        for (const chain of chains) {
          const minted = await Promise.all(chain.map((name) => world.factory.certificate(name)));
          for (const [at, { certificate }] of minted.slice(0, -1).entries()) {
            const issuer = minted[at + 1]!.certificate;
            assert.deepEqual([certificate.issuer, certificate.authorityKeyId], [issuer.subject, issuer.subjectKeyId]);
          }
        }
      });

      it('gives every proxy chains that its kind would hold', async () => {
        for (const { pod, certificates } of incident.proxies ?? []) {
          for (const { name, chain = [], trust = [] } of certificates) {
            assert.ok(chain.length + trust.length > 0, `${pod} ${name} holds nothing`);
          }
        }
      });

      it('is reached through its own kubeconfig', async () => {
        const { kube } = await demoPorts({ incident: id, now: NOW });
        const { context, server } = await kube.connection();
        assert.deepEqual([context, server], ['demo', 'https://10.0.0.10:6443']);
      });
    });
  }

  it('serve public hosts by chains that end at the public root', async () => {
    const incident = builtInIncident('healthy');
    const world = createWorld(incident, NOW);
    const servers = new Servers(world);
    for (const name of ['app.example.com', 'shop.example.com', 'docs.example.com', 'www.example.com']) {
      const chain = await world.factory.chain(servers.chainFor(servers.at(name, 443)!, name));
      const anchors = await world.factory.chain(incident.trusted ?? []);
      assert.equal(refusalOf({ chain, anchors, name, now: NOW }), undefined, name);
    }
  });

  it('answer requests, but for the frozen cluster', async () => {
    for (const id of BUILT_IN_IDS) {
      const { kube } = await demoPorts({ incident: id, now: NOW });
      const answer = kube.request({ path: '/api/v1/nodes', signal: never });
      if (id !== 'frozen') assert.equal((await answer).status, 200);
      else await assert.rejects(answer, { state: 'unreachable', code: 'CERT_HAS_EXPIRED' });
    }
  });

  it('let files and handshakes of the frozen cluster be read', async () => {
    const { files, tls } = await demoPorts({ incident: 'frozen', now: NOW });
    assert.match(Buffer.from(await files.read('/etc/kubernetes/pki/apiserver.crt', 10_000)).toString(), /BEGIN/);
    assert.equal((await tls.dial({ address: '10.0.0.10', port: 6443, signal: never })).chain.length, 1);
  });
});

describe("the demo's ports", () => {
  it('stand still at the moment given, or at the one that the incident states', async () => {
    const { clock } = await demoPorts({ now: NOW });
    assert.equal(clock.now(), NOW);
    const stated = { ...builtInIncident('kubeadm'), now: '2026-01-01T00:00:00Z' };
    assert.equal((await demoPorts({ incident: stated, now: NOW })).clock.now(), Date.parse('2026-01-01T00:00:00Z'));
  });

  it('sleep until they are woken', async () => {
    const { clock } = await demoPorts({ incident: 'kubeadm', now: NOW });
    await clock.sleep(1);
    const reason = new Error('enough');
    await assert.rejects(clock.sleep(60_000, AbortSignal.abort(reason)), reason);
    const abort = new AbortController();
    const sleeping = clock.sleep(60_000, abort.signal);
    abort.abort(reason);
    await assert.rejects(sleeping, reason);
  });

  it('trust the public roots of the incident, and go by its environment', async () => {
    const { trustStore, env } = await demoPorts({ now: NOW });
    assert.equal((await trustStore.roots()).length, 1);
    assert.equal(env.HOME, '/root');
  });
});
