import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/io/adapters/clock.ts';
import { localFiles } from '../../src/io/adapters/files.ts';
import { createKubeApi } from '../../src/io/adapters/kube/kube-api.ts';
import { type StepContext, StillWaiting } from '../../src/io/apply/handler.ts';
import { reissueCertificate } from '../../src/io/apply/handlers/reissue-certificate.ts';
import type { Clock } from '../../src/io/ports/clock.ts';
import { installProgram, outcomeOf, type Program } from '../support/program.ts';
import { assertMatchesSchema } from '../support/schema.ts';
import { pebble } from '../testbed/catalogue/pebble.ts';
import { acmeIssuer, caIssuer, certificateOf } from '../testbed/cluster/issuers.ts';
import { until, useBed } from '../testbed/fixture.ts';
import { certificate, inDays, tlsSecret } from '../testbed/pki.ts';

describe('re-issue by a real cert-manager', function () {
  this.timeout(180_000);
  const bed = useBed('pebble', 'cert-manager');
  const stateDir = mkdtempSync(join(tmpdir(), 'reissue-state-'));
  let program: Program;
  let namespace = '';

  before('issuers and certificates are there', async () => {
    program = await installProgram();
    namespace = await bed.namespace('reissue');
    const ca = await certificate({ subject: 'CN=team CA', isCA: true, notAfter: inDays(3650) });
    await bed.apply(
      tlsSecret(namespace, 'team-ca', ca),
      tlsSecret(namespace, 'lost-ca', ca),
      caIssuer(namespace, 'team', 'team-ca'),
      caIssuer(namespace, 'lost', 'lost-ca'),
      acmeIssuer(bed, namespace, 'acme'),
    );
    await bed.apply(
      certificateOf(namespace, 'leaf', 'team'),
      certificateOf(namespace, 'lost', 'lost'),
      certificateOf(namespace, 'web', 'acme'),
      certificateOf(namespace, 'slow', 'acme'),
      certificateOf(namespace, 'dead', 'acme'),
      certificateOf(namespace, 'misnamed', 'acme', { commonName: 'other.example.test' }),
    );
    const names = ['leaf', 'lost', 'web', 'slow', 'dead'].map((name) => `certificate/${name}`);
    await bed.kubectl(['wait', '-n', namespace, ...names, '--for=condition=Ready', '--timeout=100s']);
  });
  after(async () => {
    rmSync(stateDir, { recursive: true });
    await program?.remove();
  });

  const start = (args: readonly string[]) =>
    program.start(
      [
        'renew',
        ...args,
        '--kubeconfig',
        bed.kubeconfig,
        '-n',
        namespace,
        '--pki-dir',
        stateDir,
        '--state-dir',
        stateDir,
      ],
      { env: { PATH: process.env.PATH ?? '' } },
    );
  const renew = (...args: string[]) => outcomeOf(start(args));
  const serial = async (name: string) => {
    const data = await bed.kubectl(['get', 'secret', '-n', namespace, name, '-o', 'jsonpath={.data.tls\\.crt}']);
    return new X509Certificate(Buffer.from(data, 'base64')).serialNumber.toLowerCase();
  };
  const status = async (name: string) =>
    JSON.parse(await bed.kubectl(['get', 'certificate', '-n', namespace, name, '-o', 'json'])).status;
  const planOf = async (name: string) => {
    const { stdout, stderr, exitCode } = await renew(`certificate/${name}`, '--dry-run=client', '-o', 'json');
    assert.equal(exitCode, 0, stderr);
    const plan = JSON.parse(stdout);
    assertMatchesSchema(plan);
    return plan as { steps: { id: string }[]; skipped: { target: string; reason: string }[] };
  };
  const stopSolver = () => bed.stop('http01-solver');
  const startSolver = async () => {
    const spec = pebble.service?.processes(bed).find(({ name }) => name === 'http01-solver');
    await bed.spawn(spec!);
  };

  it('is done by a CA issuer, and proven by the new serial in the Secret', async () => {
    const before = await serial('leaf');
    const { exitCode, stdout, stderr } = await renew('certificate/leaf', '--yes', '-o', 'json');
    assert.equal(exitCode, 0, stderr);
    const run = JSON.parse(stdout);
    assert.equal(run.state, 'done');
    const after = await serial('leaf');
    assert.notEqual(after, before);
    assert.match(stderr, new RegExp(`done: Secret ${namespace}/leaf holds serial 0*${after}`));
    assert.match(stderr, /verified: secret\/\S+\/leaf#tls\.crt holds serial/);
    assert.equal((await status('leaf')).revision, 2);
  });

  it('is done by ACME over HTTP-01, saying what is waited for, and found by the Ingress that serves it', async () => {
    await bed.apply({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { namespace, name: 'shop' },
      spec: { tls: [{ hosts: ['web.example.test'], secretName: 'web' }], rules: [{ host: 'web.example.test' }] },
    });
    const before = await serial('web');
    const { exitCode, stderr } = await renew('ingress/shop', '--yes');
    assert.equal(exitCode, 0, stderr);
    assert.notEqual(await serial('web'), before);
    assert.match(stderr, /HTTP-01 challenge for web\.example\.test is pending/);
    assert.match(stderr, /CertificateRequest web-2 is signed: waiting for the Secret/);
  });

  it('is judged by the API server in a dry run, and not begun', async () => {
    const { exitCode, stderr } = await renew('certificate/leaf', '--dry-run=server');
    assert.equal(exitCode, 0, stderr);
    assert.match(stderr, /the API server accepts it: the status of Certificate \S+\/leaf with the condition Issuing/);
    assert.equal((await status('leaf')).conditions.length, 1);
  });

  describe('is refused', () => {
    it('while the issuer is not ready', async () => {
      await bed.kubectl(['delete', 'secret', '-n', namespace, 'lost-ca']);
      const isReady = ['get', 'issuer', '-n', namespace, 'lost', '-o', 'jsonpath={.status.conditions[0].status}'];
      await until('the issuer is not ready', async () => (await bed.kubectl(isReady)) === 'False');
      const { steps, skipped } = await planOf('lost');
      assert.deepEqual(steps, []);
      assert.match(skipped[0]?.reason ?? '', /^Issuer lost is not ready: ErrGetKeyPair: .*not found/);
      const { exitCode, stderr } = await renew('certificate/lost', '--yes');
      assert.equal(exitCode, 1);
      assert.match(stderr, /nothing can be renewed here/);
    });

    it('while an issuance runs', async () => {
      await bed.apply(certificateOf(namespace, 'orphan', 'nobody'));
      await until('it is being issued', async () => (await status('orphan'))?.conditions?.length === 2);
      const { skipped } = await planOf('orphan');
      assert.match(skipped[0]?.reason ?? '', /^cert-manager is issuing it since 20\S+ \(.* ago\): DoesNotExist$/);
    });

    it('while back-off lasts, with the time of the next try', async () => {
      await until('its issuance fails', async () => (await status('misnamed'))?.lastFailureTime);
      const { skipped } = await planOf('misnamed');
      const { lastFailureTime = '', failedIssuanceAttempts = 1 } = (await status('misnamed')) ?? {};
      // An hour after the first failure, then twice as long each time.
      const delay = 3_600_000 * 2 ** (failedIssuanceAttempts - 1);
      const next = new Date(Date.parse(lastFailureTime) + delay).toISOString().replace('.000', '');
      assert.match(
        skipped[0]?.reason ?? '',
        /^its last (?:\d+ )?issuances? failed, the last one .*ago: .*will be retried/,
      );
      assert.ok(skipped[0]?.reason.endsWith(`(${next})`), `${skipped[0]?.reason} ${next}`);
    });

    it('for a second Certificate of the same Secret', async () => {
      await bed.apply(certificateOf(namespace, 'second', 'team', { secretName: 'leaf' }));
      await until('it is there', () => status('second'));
      const { steps, skipped } = await planOf('second');
      assert.deepEqual(steps, []);
      assert.match(skipped[0]?.reason ?? '', /^Secret leaf belongs to Certificate leaf, /);
      await bed.kubectl(['delete', 'certificate', '-n', namespace, 'second']);
    });
  });

  it('fails with the message of the Certificate when the issuance fails', async () => {
    const { lastFailureTime } = await until('it has failed', async () => {
      const found = await status('misnamed');
      return found.lastFailureTime && found;
    });
    // Failure times count in seconds.
    await until('a second has passed', async () => Date.now() - Date.parse(lastFailureTime) > 2000);
    const { handler, context, step } = handlerFor('misnamed', { revision: '0', lastFailureTime });
    await assert.rejects(
      handler.run(step, context),
      /^StepFailure: cert-manager could not issue it: .*will be retried/,
    );
  });

  it('goes on after SIGKILL in the middle, without a second issuance', async () => {
    const before = await serial('slow');
    await stopSolver();
    const killed = start(['certificate/slow', '--yes']);
    const seen = new Promise<void>((resolve) => {
      let text = '';
      killed.stderr?.on('data', (chunk) => {
        text += chunk;
        if (/HTTP-01 challenge for slow\.example\.test is pending/.test(text)) resolve();
      });
    });
    const ended = outcomeOf(killed);
    await Promise.race([seen, ended.then(({ stderr }) => assert.fail(stderr))]);
    killed.kill('SIGKILL');
    await ended;
    const other = await renew('certificate/slow', '--yes');
    assert.equal(other.exitCode, 1);
    assert.match(other.stderr, /nothing can be renewed here/, 'its issuance runs');
    const resumed = start(['--resume', 'last', '--yes']);
    await startSolver();
    const { exitCode, stderr } = await outcomeOf(resumed);
    assert.equal(exitCode, 0, stderr);
    assert.match(stderr, /an issuance is under way: following it/);
    assert.notEqual(await serial('slow'), before);
    assert.equal((await status('slow')).revision, 2);
    const again = await renew('--resume', 'last');
    assert.match(again.stderr, /has ended \(done\): there is nothing to resume/);
  });

  it('stops waiting, with the reason of the Challenge, while the solver cannot be reached, and goes on later', async () => {
    const before = await serial('dead');
    await stopSolver();
    const { handler, context, step, said, giveUp } = handlerFor('dead', { revision: '1' });
    const running = handler.run(step, context);
    running.catch(() => {});
    await until('the challenge says why it stalls', async () => said.some((line) => /self check/.test(line)));
    giveUp();
    await assert.rejects(
      running,
      (error: Error) =>
        error instanceof StillWaiting &&
        /^not done within 10m: HTTP-01 challenge for dead\.example\.test is pending: .*self check.*connection refused/.test(
          error.message,
        ),
    );
    assert.equal(await serial('dead'), before, 'the old one stays in place');
    await startSolver();
    const later = handlerFor('dead', { revision: '1' });
    assert.match(await later.handler.run(later.step, later.context), /^Secret \S+\/dead holds serial /);
    assert.equal(later.said[0], 'an issuance is under way: following it');
    assert.equal((await status('dead')).revision, 2);
  });

  /** The handler on the real API server; `giveUp` ends its patience. */
  function handlerFor(name: string, params: Record<string, string>) {
    let giveUp = () => {};
    const clock: Clock = {
      now: systemClock.now,
      sleep: (ms, signal) =>
        ms < 600_000
          ? systemClock.sleep(ms, signal)
          : new Promise((resolve, reject) => {
              giveUp = resolve;
              signal?.addEventListener('abort', () => reject(signal.reason));
            }),
    };
    const kube = createKubeApi({
      flags: { kubeconfig: bed.kubeconfig },
      env: process.env,
      files: localFiles,
      clock: systemClock,
      requestTimeout: 10_000,
    });
    const said: string[] = [];
    const context: StepContext = {
      signal: AbortSignal.timeout(120_000),
      run: 'run-1',
      progress: (message) => said.push(message),
      observe: () => assert.fail('not asked'),
    };
    const step = {
      id: 'reissue',
      kind: 'reissue-certificate',
      title: '',
      command: [],
      risk: 'none' as const,
      params: { namespace, name, secretName: name, ...params },
    };
    return { handler: reissueCertificate({ kube, clock }), context, step, said, giveUp: () => giveUp() };
  }
});
