import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installProgram, outcomeOf, type Program } from '../support/program.ts';
import { assertNodeWorks, RenewalNode, servedSerial } from '../support/renewal.ts';
import { until, useOwnBed } from '../testbed/fixture.ts';

describe('renewal of a control plane that runs', () => {
  const bed = useOwnBed('core');
  let program: Program;
  before(async function () {
    this.timeout(60_000);
    program = await installProgram();
  });
  after(() => program.remove());

  const node = () => new RenewalNode({ program, folder: bed.kubernetesDir, path: `${bed.binDir}:/usr/bin:/bin` });

  /** Renews everything for so long only, by kubeadm's own setting. */
  async function renewFor(validity: string): Promise<void> {
    const config = join(bed.kubernetesDir, 'kubeadm.yaml');
    const text = readFileSync(config, 'utf8');
    writeFileSync(config, text.replace('kind: ClusterConfiguration', `$&\ncertificateValidityPeriod: ${validity}`));
    try {
      await bed.kubeadm(['certs', 'renew', 'all'], { config: true });
    } finally {
      writeFileSync(config, text);
    }
  }

  const assertWorks = (one: RenewalNode) => assertNodeWorks(bed, one);

  /** Where check finds certificates that have expired, with a person's kubeconfig and whatever else is given. */
  async function expiredPlaces(more: readonly string[]): Promise<string[]> {
    const args = [
      'check',
      '--layer=cluster',
      '--request-timeout=5s',
      '-o',
      'json',
      '--kubeconfig',
      bed.kubeconfig,
      ...more,
    ];
    const { stdout, exitCode, stderr } = await program.run(args, { env: { PATH: `${bed.binDir}:/usr/bin:/bin` } });
    assert.equal(exitCode, 2, stderr);
    const { findings } = JSON.parse(stdout) as { findings: { code: string; placement: string; also?: string[] }[] };
    return findings.flatMap(({ code, placement, also = [] }) => (code === 'CERT_EXPIRED' ? [placement, ...also] : []));
  }

  it('renews 20 days before expiry, restarts what holds the old ones, proves what is served, and goes back', async function () {
    this.timeout(180_000);
    await renewFor('480h');
    const one = node();
    const before = one.snapshot();
    const run = await one.json(['--expiring-within', '30d', '--yes']);
    assert.equal(run.state, 'done');
    const found = (id: string) => run.steps.find((step: { id: string }) => step.id === id).message;
    assert.match(found('restart-etcd'), /^tls:\/\/127\.0\.0\.1:\d+ shows serial/);
    assert.match(found('restart-kube-controller-manager'), /started .*, after .*controller-manager\.conf changed/);
    await assertWorks(one);
    assert.match((await one.run(['--expiring-within', '30d', '--yes'])).stderr, /nothing to renew ends within 30d/);
    const { runs } = await one.json(['--history']);
    assert.deepEqual(
      runs.map(({ state }: { state: string }) => state),
      ['done'],
    );
    assert.equal((await one.json(['--rollback', 'last', '--yes'])).state, 'rolled-back');
    assert.deepEqual(one.snapshot(), before);
    await assertWorks(one);
  });

  it('recovers a cluster whose certificates have all expired and whose API is down', async function () {
    this.timeout(240_000);
    await renewFor('5s');
    const crt = join(bed.pkiDir, 'apiserver.crt');
    const expired = async () =>
      (await bed.tryRun(['openssl', 'x509', '-checkend', '0', '-noout', '-in', crt])).exitCode;
    await until('they have expired', async () => (await expired()) === 1);
    await until(
      'it is served',
      async () => (await servedSerial(bed.port('kube-apiserver'))) === node().serial('apiserver.crt'),
    );
    const [laptop, here] = [await expiredPlaces([]), await expiredPlaces(['--pki-dir', bed.kubernetesDir])];
    const [shown, user] = [
      `tls://127.0.0.1:${bed.port('kube-apiserver')}`,
      `kubeconfig:${bed.kubeconfig}#users/kubernetes-admin`,
    ];
    for (const place of [shown, user]) assert.ok(laptop.includes(place), `${place}: ${laptop.join(' ')}`);
    for (const place of [shown, `file:${crt}`, `file:${join(bed.pkiDir, 'etcd/server.crt')}`])
      assert.ok(here.includes(place), `${place}: ${here.join(' ')}`);
    await bed.signal('kube-apiserver', 'SIGKILL');
    const { exitCode: answered } = await bed.tryRun(['kubectl', 'get', '--raw', '/readyz']);
    assert.notEqual(answered, 0);
    const one = node();
    const { exitCode, stderr } = await one.run(['all', '--yes']);
    assert.equal(exitCode, 0, stderr);
    assert.match(stderr, /renew etcd-server, which expired/);
    await assertWorks(one);
  });

  it('puts a manifest back that a SIGKILL has left aside', async function () {
    this.timeout(180_000);
    const manifest = join(bed.kubernetesDir, 'manifests/kube-apiserver.yaml');
    const one = node();
    const child = one.start(['apiserver-etcd-client', '--yes']);
    const outcome = outcomeOf(child);
    while (child.exitCode === null && existsSync(manifest)) await new Promise((resolve) => setTimeout(resolve, 2));
    child.kill('SIGKILL');
    await outcome;
    assert.equal(existsSync(manifest), false);
    assert.equal((await one.json(['--resume', 'last'])).state, 'done');
    await assertWorks(one);
  });
});
