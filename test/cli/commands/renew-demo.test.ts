import assert from 'node:assert/strict';
import { takeSnapshot } from '../../../src/app/take-snapshot.ts';
import Renew from '../../../src/cli/commands/renew.ts';
import { EXIT } from '../../../src/core/model/error.ts';
import { takeInventory } from '../../../src/core/snapshot/inventory.ts';
import { demoPorts } from '../../../src/io/demo/ports.ts';
import { PortFailure } from '../../../src/io/ports/failure.ts';
import type { FileChanges } from '../../../src/io/ports/file-changes.ts';
import type { KubeRequest } from '../../../src/io/ports/kube-api.ts';
import type { Ports } from '../../../src/io/ports/ports.ts';
import { fakeContext } from '../../support/fake-context.ts';
import { NOW } from '../../support/fake-ports.ts';
import { runCommand, userError } from '../../support/run-command.ts';
import { scopeOf } from '../../support/scope.ts';

const DAY = 86_400_000;
const tool = { name: 'kubectl-certs', version: '0.0.0' };

interface Run {
  readonly state: string;
  readonly steps: readonly { readonly id: string; readonly state: string; readonly message?: string }[];
}

/** Runs `renew` on a demo that stays for a look afterwards; the real machine may not be opened. */
async function renewing(argv: readonly string[], incident = 'demo', adapt = (ports: Ports): Partial<Ports> => ports) {
  const demo = await demoPorts({ incident, now: NOW });
  const ports = { ...demo, ...adapt(demo) };
  const context = {
    ...fakeContext({ ports }),
    openWorkshop: () => assert.fail('the real machine was opened'),
  };
  const flags = incident === 'demo' ? ['--demo'] : ['--incident', incident];
  const renew = () => runCommand(Renew, [...argv, ...flags], context);
  return { ports, renew };
}

async function look(ports: Ports) {
  const options = { ports, scope: scopeOf(), timeout: 0, signal: new AbortController().signal, tool };
  return takeInventory(await takeSnapshot(options));
}

async function allFiles(ports: Ports): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const walk = async (folder: string): Promise<void> => {
    for (const name of await ports.files.list(folder)) {
      const path = `${folder}/${name}`;
      if ((await ports.files.stat(path))?.kind === 'directory') await walk(path);
      else found[path] = Buffer.from(await ports.files.read(path, 1 << 24)).toString('base64');
    }
  };
  await walk('/etc/kubernetes');
  return found;
}

describe('renew in the demo', function () {
  this.timeout(20_000); // Dozens of key pairs are made.

  it('renews what ends soon, verifies each step, and shows the new certificates when read again', async () => {
    const { ports, renew } = await renewing(['--expiring-within', '30d', '-A', '--yes', '-o', 'json']);
    const before = await look(ports);
    const { exitCode, stdout, stderr } = await renew();
    assert.equal(exitCode, EXIT.ok, stderr);
    const { state, steps } = JSON.parse(stdout) as Run;
    assert.equal(state, 'done');
    assert.ok(steps.length >= 15, `${steps.length} steps`);
    assert.deepEqual([...new Set(steps.map((step) => step.state))], ['verified']);
    const after = await look(ports);
    const renewed = [
      ['file:/etc/kubernetes/pki/apiserver.crt', 365],
      ['file:/etc/kubernetes/pki/etcd/server.crt', 365],
      ['kubeconfig:/etc/kubernetes/scheduler.conf#users/system:kube-scheduler', 365],
      ['tls://127.0.0.1:6443', 365],
      ['secret/production/payment-api-tls#tls.crt', 30],
    ] as const;
    for (const [ref, days] of renewed) {
      const [old, now] = [before, after].map((inventory) => inventory.placement(ref)?.leaf);
      assert.notEqual(now?.sha256, old?.sha256, ref);
      assert.equal(now?.notAfter, NOW + days * DAY, ref);
    }
    for (const program of ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet'])
      assert.equal((await ports.processes.named([program]))[0]?.started, NOW, `${program} was restarted`);
    assert.match(stderr, /^the demo is done; nothing real was changed$/m);
    assert.doesNotMatch(stderr, /--rollback/);
  });

  it('says why it leaves a Certificate alone whose issuances fail, and when cert-manager tries again', async () => {
    const { renew } = await renewing(['certificate/production/checkout-tls', '--dry-run=client', '-o', 'json']);
    const { stdout } = await renew();
    const { steps, skipped } = JSON.parse(stdout) as { steps: unknown[]; skipped: { reason: string }[] };
    assert.deepEqual(steps, []);
    assert.match(skipped[0]?.reason ?? '', /^its last 9 issuances failed, .*cert-manager tries again in \d+h \(2026-/);
  });

  it('puts everything back when a verification fails', async () => {
    const { ports, renew } = await renewing(['all', '--yes', '-o', 'json'], 'renew-fails');
    const before = await allFiles(ports);
    const { exitCode, stdout, stderr } = await renew();
    assert.equal(exitCode, EXIT.failed);
    const { state, steps } = JSON.parse(stdout) as Run;
    assert.equal(state, 'rolled-back');
    assert.match(stderr, /^ +failed: kubeconfig:\/etc\/kubernetes\/controller-manager\.conf#\S+ holds serial/m);
    assert.ok(steps.filter((step) => step.state === 'rolled-back').length >= 8, stderr);
    assert.deepEqual(await allFiles(ports), before);
    const inventory = await look(ports);
    assert.equal(
      inventory.placement('tls://127.0.0.1:6443')?.leaf?.sha256,
      inventory.placement('file:/etc/kubernetes/pki/apiserver.crt')?.leaf?.sha256,
      'what was restored is served',
    );
  });

  it('restarts through crictl by choice, and the manifests stay where they are', async () => {
    const moved: string[] = [];
    const { ports, renew } = await renewing(
      ['--expiring-within', '30d', '--restart-with', 'crictl', '--yes', '-o', 'json'],
      'demo',
      ({ workshop, ...ports }) => ({
        ...ports,
        workshop: {
          ...workshop!,
          changes: { ...workshop!.changes, remove: async (path) => void moved.push(path) } as FileChanges,
        },
      }),
    );
    const { exitCode, stdout, stderr } = await renew();
    assert.equal(exitCode, EXIT.ok, stderr);
    assert.equal((JSON.parse(stdout) as Run).state, 'done');
    assert.deepEqual(moved, []);
    for (const program of ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'])
      assert.equal((await ports.processes.named([program]))[0]?.started, NOW, `${program} was restarted`);
  });

  it('keeps what was renewed and verified when the kubelet cannot be restarted, and says what to do by hand', async () => {
    const { ports, renew } = await renewing(['all', '-A', '--yes', '-o', 'json'], 'demo', ({ tools }) => ({
      tools: {
        run: (run) =>
          run.argv[0] === 'systemctl'
            ? Promise.resolve({ exit: 5, stdout: '', stderr: 'Unit kubelet.service not found.', ms: 1 })
            : tools.run(run),
      },
    }));
    const before = await look(ports);
    const { exitCode, stdout, stderr } = await renew();
    assert.equal(exitCode, EXIT.failed);
    const { state, steps } = JSON.parse(stdout) as Run;
    assert.equal(state, 'failed');
    const stateOf = (id: string) => steps.find((step) => step.id === id)?.state;
    assert.deepEqual(
      ['renew-apiserver', 'restart-kube-apiserver', 'restart-kubelet', 'reissue-production-app-tls'].map(stateOf),
      ['verified', 'verified', 'failed', 'pending'],
    );
    assert.match(stderr, /restart the kubelet by hand: systemctl restart kubelet/);
    const served = (inventory: Awaited<ReturnType<typeof look>>) => inventory.placement('tls://127.0.0.1:6443')?.leaf;
    assert.notEqual(served(await look(ports))?.sha256, served(before)?.sha256, 'the new one is served');
  });

  it("keeps the node's certificates, and other re-issues, when one re-issue of the same plan is refused", async () => {
    const refusing = (kube: Ports['kube']) =>
      new Proxy(kube, {
        get: (target, name) => {
          const value: unknown = Reflect.get(target, name);
          if (name !== 'request') return typeof value === 'function' ? value.bind(target) : value;
          return (request: KubeRequest) =>
            request.method !== undefined && request.path.includes('/certificates/shop-tls/')
              ? Promise.reject(new PortFailure('denied', 'certificates "shop-tls" is forbidden'))
              : target.request(request);
        },
      });
    const { ports, renew } = await renewing(['all', '-A', '--yes', '-o', 'json'], 'demo', ({ kube }) => ({
      kube: refusing(kube),
    }));
    const before = await look(ports);
    const { exitCode, stdout, stderr } = await renew();
    assert.equal(exitCode, EXIT.failed);
    const { state, steps } = JSON.parse(stdout) as Run;
    assert.equal(state, 'failed', stderr);
    const states = Map.groupBy(steps, (step) => step.state);
    assert.deepEqual(
      states.get('failed')?.map(({ id }) => id),
      ['reissue-production-shop-tls'],
    );
    assert.equal(states.get('rolled-back'), undefined);
    const verified = states.get('verified')?.map(({ id }) => id) ?? [];
    for (const id of [
      'backup',
      'renew-apiserver',
      'restart-kube-apiserver',
      'restart-kubelet',
      'reissue-production-app-tls',
    ])
      assert.ok(verified.includes(id), `${id}: ${verified.join(' ')}`);
    const after = await look(ports);
    for (const [ref, isKept] of [
      ['file:/etc/kubernetes/pki/apiserver.crt', false],
      ['secret/production/app-tls#tls.crt', false],
      ['secret/production/shop-tls#tls.crt', true],
    ] as const)
      assert.equal(after.placement(ref)?.leaf?.sha256 === before.placement(ref)?.leaf?.sha256, isKept, ref);
  });

  it('only plans with --dry-run: nothing changes, even where the API server judges', async () => {
    const { ports, renew } = await renewing(['all', '-A', '--dry-run=server', '-o', 'json']);
    const before = [await allFiles(ports), [...(await look(ports)).certificates.keys()]];
    const { exitCode, stdout, stderr } = await renew();
    assert.equal(exitCode, EXIT.ok, stderr);
    assert.ok((JSON.parse(stdout) as { steps: unknown[] }).steps.length > 15);
    assert.match(stderr, /^reissue-production-app-tls: the API server accepts it: the status of Certificate/m);
    assert.deepEqual([await allFiles(ports), [...(await look(ports)).certificates.keys()]], before);
  });

  it('re-issues a CA before what it signs', async () => {
    const { ports, renew } = await renewing(['all', '-A', '--yes', '-o', 'json']);
    const { exitCode, stdout, stderr } = await renew();
    assert.equal(exitCode, EXIT.ok, stderr);
    const ids = (JSON.parse(stdout) as Run).steps.map(({ id }) => id);
    assert.ok(
      ids.indexOf('reissue-cert-manager-internal-ca') < ids.indexOf('reissue-production-orders-internal-tls'),
      ids.join(' '),
    );
    const inventory = await look(ports);
    const [ca, leaf] = ['cert-manager/internal-ca', 'production/orders-internal-tls'].map(
      (name) => inventory.placement(`secret/${name}#tls.crt`)?.leaf,
    );
    assert.equal(leaf?.authorityKeyId, ca?.subjectKeyId);
    assert.equal(ca?.notBefore, NOW);
  });

  for (const argv of [['--resume', 'last'], ['--rollback', 'last'], ['--history']]) {
    it(`has no run for ${argv[0]}`, async () => {
      const { renew } = await renewing(argv);
      await assert.rejects(renew(), userError(EXIT.usage, /has nothing there/));
    });
  }
});
