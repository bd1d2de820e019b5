import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Renew from '../../../src/cli/commands/renew.ts';
import { EXIT } from '../../../src/core/model/error.ts';
import { localFileChanges } from '../../../src/io/adapters/file-changes.ts';
import { localFiles } from '../../../src/io/adapters/files.ts';
import { localStateStore } from '../../../src/io/adapters/state-store.ts';
import { type Minted, mint } from '../../../src/io/demo/mint.ts';
import type { ToolRun } from '../../../src/io/ports/tool-runner.ts';
import { type FakeContext, fakeContext, fakeTerminal } from '../../support/fake-context.ts';
import { NOW } from '../../support/fake-ports.ts';
import { runCommand, userError } from '../../support/run-command.ts';
import { VALID } from '../../support/snapshot.ts';

const DAY = 86_400_000;

describe('renew', () => {
  let folder: string;
  let ca: Minted;
  let calls: string[];
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'renew-cli-'));
    calls = [];
    ca = await mint({ subject: 'CN=kubernetes', isCA: true, ...VALID, notAfter: NOW + 900 * DAY });
    put('ca', ca);
    await issue('apiserver', 20);
    await issue('front-proxy-ca', 900);
    await issue('front-proxy-client', 300);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const put = (name: string, { pem, keyPem }: Minted) => {
    writeFileSync(join(folder, `${name}.crt`), pem);
    writeFileSync(join(folder, `${name}.key`), keyPem, { mode: 0o600 });
  };
  const issue = async (name: string, days: number) =>
    put(
      name,
      await mint({ subject: `CN=${name}`, dnsNames: ['cp-1'], issuer: ca, ...VALID, notAfter: NOW + days * DAY }),
    );

  /** A kubeadm that renews for a year. */
  const tools = {
    run: async ({ argv }: ToolRun) => {
      if (argv[2] !== 'renew') return { exit: 1, stdout: '', stderr: '', ms: 1 };
      calls.push(argv.join(' '));
      await issue(argv[3] ?? '', 365);
      return { exit: 0, stdout: '', stderr: '', ms: 1 };
    },
  };

  interface World {
    readonly answer?: string;
    readonly uid?: number;
    readonly stop?: boolean;
  }

  function context({ answer, uid, stop = false }: World = {}): FakeContext {
    const asked = answer === undefined ? {} : { inIsTerminal: true, errIsTerminal: true, input: answer };
    const abort = new AbortController();
    if (stop) abort.abort();
    return {
      ...fakeContext({ terminal: fakeTerminal(asked), ports: { files: localFiles, tools } }),
      takeInterrupts: () => ({ stop: abort.signal, abandon: new AbortController().signal }),
      openWorkshop: async () => ({
        changes: localFileChanges,
        store: localStateStore(join(folder, 'state')),
        program: ['/opt/node', '/opt/kubectl-certs.cjs'],
        pid: process.pid,
        ...(uid !== undefined && { uid }),
      }),
    };
  }

  const renew = (argv: readonly string[], world?: World) =>
    runCommand(Renew, [...argv, '--pki-dir', folder], context(world));

  it('plans, applies and proves, and then says how to go back', async () => {
    const { exitCode, stdout, stderr } = await renew(['apiserver', '--yes', '-o', 'json']);
    assert.equal(exitCode, EXIT.ok, stderr);
    assert.deepEqual(calls, [`kubeadm certs renew apiserver --cert-dir ${folder}`]);
    assert.equal(JSON.parse(stdout).state, 'done');
    assert.match(stderr, /^\[2\/2\] renew apiserver, which expires in 20d/m);
    assert.match(stderr, /to go back: kubectl certs renew --rollback \d{8}-\d{6}-/);
  });

  for (const [answer, exitCode, ran] of [
    ['y', EXIT.ok, 1],
    ['yes', EXIT.ok, 1],
    ['', EXIT.failed, 0],
    ['n', EXIT.failed, 0],
  ] as const) {
    it(`asks at a terminal, and takes ${JSON.stringify(answer)} for ${ran ? 'yes' : 'no'}`, async () => {
      const outcome = await renew(['apiserver'], { answer });
      assert.equal(outcome.exitCode, exitCode);
      assert.match(outcome.stderr, /renew 1 certificate of node cp-1\? \[y\/N\] /);
      assert.equal(calls.length, ran);
    });
  }

  it('changes nothing without a terminal and without --yes', async () => {
    const world = context();
    await assert.rejects(runCommand(Renew, ['apiserver', '--pki-dir', folder], world), userError(64, /no terminal/));
    assert.match(world.terminal.written.stderr, /renew-apiserver/);
    assert.equal(world.terminal.written.stdout, '');
    assert.equal(existsSync(join(folder, 'state')), false);
  });

  it('lists what is due on standard error when nothing is named', async () => {
    const world = context();
    await assert.rejects(runCommand(Renew, ['--pki-dir', folder], world), userError(64, /renew what/));
    assert.match(world.terminal.written.stderr, /renew apiserver/);
    assert.doesNotMatch(world.terminal.written.stderr, /renew front-proxy-client/);
  });

  for (const [flags, title] of [
    [['--dry-run=client'], 'a dry run'],
    [['--at', '+1d'], 'another moment'],
  ] as const) {
    it(`only plans for ${title}`, async () => {
      const { exitCode, stdout } = await renew(['all', ...flags, '-o', 'json']);
      assert.equal(exitCode, EXIT.ok);
      assert.equal(JSON.parse(stdout).kind, 'RenewalPlan');
      assert.deepEqual(calls, []);
    });
  }

  it('says that the API server has nothing to judge in a dry run on the server', async () => {
    assert.match((await renew(['apiserver', '--dry-run=server'])).stderr, /no step writes to the API/);
  });

  it('renews what is named and nothing beside it', async () => {
    await renew(['apiserver', 'front-proxy-client', '--yes']);
    assert.deepEqual(
      calls.map((call) => call.split(' ')[3]),
      ['apiserver', 'front-proxy-client'],
    );
  });

  it('says that nothing is due, to programs by an empty plan', async () => {
    const { exitCode, stdout, stderr } = await renew(['--expiring-within', '1d', '--yes', '-o', 'json']);
    assert.equal(exitCode, EXIT.ok);
    assert.match(stderr, /nothing to renew ends within 1d/);
    assert.deepEqual(JSON.parse(stdout).steps, []);
  });

  it('fails when what is named can only be left alone, with the reason', async () => {
    const { exitCode, stderr } = await renew(['front-proxy-ca', '--yes']);
    assert.equal(exitCode, EXIT.failed);
    assert.match(stderr, /left alone: front-proxy-ca: kubeadm renews no CA/);
  });

  it('lists runs, and has an empty list before the first', async () => {
    assert.match((await renew(['--history'])).stderr, /no run yet/);
    await renew(['apiserver', '--yes']);
    assert.match((await renew(['--history'])).stdout, /done .*node cp-1 .*apiserver\.crt/);
  });

  it('stops at the first interrupt with the line that resumes, and goes on', async () => {
    const stopped = await renew(['apiserver', '--yes'], { stop: true });
    assert.equal(stopped.exitCode, EXIT.interrupted);
    assert.match(stopped.stderr, /resume with: kubectl certs renew --resume/);
    assert.equal((await renew(['--resume', 'last'])).exitCode, EXIT.ok);
    assert.equal(calls.length, 1);
    assert.match((await renew(['--resume', 'last'])).stderr, /has ended \(done\)/);
  });

  it('goes back through a run', async () => {
    await renew(['apiserver', '--yes']);
    const { exitCode, stdout } = await renew(['--rollback', 'last', '--yes', '-o', 'json']);
    assert.equal(exitCode, EXIT.ok);
    assert.equal(JSON.parse(stdout).state, 'rolled-back');
    assert.match((await renew(['apiserver', '--dry-run=client'])).stdout, /expires in 20d/);
  });

  for (const [argv, says] of [
    [['--resume', 'last'], /no run yet/],
    [['--rollback', 'x'], /there is no run x/],
    [['--history', 'apiserver'], /takes no TARGET/],
    [['--resume', 'last', '--demo'], /has nothing there/],
    [['--rollback', 'last', '--incident', 'x'], /has nothing there/],
  ] as const) {
    it(`refuses ${argv.join(' ')}`, () => assert.rejects(renew(argv), userError(64, says)));
  }

  it('says the exact line for sudo when the files are another user’s', async () => {
    chmodSync(join(folder, 'apiserver.key'), 0o600);
    await assert.rejects(
      renew(['apiserver', '--yes'], { uid: 4242 }),
      (error: { hints: string[]; message: string }) => {
        assert.match(error.message, /belongs to another user/);
        assert.match(error.hints[0] ?? '', /^sudo env "PATH=\$PATH" .* kubectl certs renew apiserver --yes --pki-dir=/);
        return true;
      },
    );
    assert.deepEqual(calls, []);
  });
});
