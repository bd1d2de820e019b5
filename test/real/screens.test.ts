import { deepStrictEqual, doesNotMatch, match, ok, strictEqual } from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { printSnapshot } from '../../src/core/snapshot/format.ts';
import { manyCertificates } from '../support/many-certificates.ts';
import { installProgram, type Program } from '../support/program.ts';
import { TmuxTerminal } from '../support/tmux.ts';
import { useBed } from '../testbed/fixture.ts';

const SMALL = { columns: 80, rows: 24 };
const LARGE = { columns: 200, rows: 60 };
/** What stands in the first row of every screen, and what the demo's overview has once it was read. */
const READ = /data \S+ old\s*$/m;
const chosen = (screen: string) => screen.split('\n').find((row) => row.startsWith('>')) ?? '';

describe('the screens in tmux, with real keys', function () {
  this.timeout(120_000);
  useBed('tmux');
  let program: Program;
  let folder: string;
  let terminal: TmuxTerminal | undefined;

  before(async function () {
    this.timeout(120_000);
    program = await installProgram();
    folder = mkdtempSync(join(tmpdir(), 'kubectl-certs-screens-'));
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await program.remove();
  });
  afterEach(() => terminal?.end());

  /** A terminal with the program started in it. */
  function start(argv: readonly string[], size = SMALL, env: Readonly<Record<string, string>> = {}): TmuxTerminal {
    terminal = new TmuxTerminal({
      ...size,
      env: { HOME: folder, PATH: process.env.PATH ?? '', TERM: 'screen-256color', LANG: 'C.UTF-8', PS1: '$ ', ...env },
    });
    terminal.run([process.execPath, program.launcher, ...argv]);
    return terminal;
  }

  /** The shell is back, its terminal as it was. */
  async function isRestored(shell: TmuxTerminal, exitCode: number | string): Promise<string> {
    const printed = await shell.untilPrinted(new RegExp(`ended with ${exitCode}$`, 'm'));
    deepStrictEqual(shell.state, { alternate: false, cursor: true });
    ok(shell.cooked, 'the terminal echoes and edits lines again');
    match(printed, /^\$ .*kubectl-certs\.cjs/m, 'what was there before is there again');
    return printed;
  }

  for (const [name, size] of Object.entries({ small: SMALL, large: LARGE })) {
    it(`look around in the layers in a ${name} window: list, filter, details, fix, plan, and back`, async () => {
      const shell = start(['layers', '-i', '--demo'], size);
      match(await shell.opened(READ), /^ critical: .* certificates$/m);
      shell.keys('Tab');
      match(await shell.until(/\[0 all\]/), /^>! \d+d ago +old\.shop\.example\.com/m);
      shell.type('/etcd-client\r');
      await shell.until(/ 1 of \d+, by expiry {2}filter: etcd/);
      shell.keys('Enter');
      match(await shell.until(/^ kube-apiserver-etcd-client$/m), /^ warning +CERT_EXPIRING/m);
      shell.keys('f');
      match(await shell.until(/^ Fix for CERT_EXPIRING/m), /kubeadm certs renew apiserver-etcd-client/);
      shell.keys('r');
      const plan = await shell.until(/^ Plan for node cp-1: 3 steps, 1 restart/m);
      ok(plan.split('\n').every((row) => row.length <= size.columns));
      shell.keys('q');
      await isRestored(shell, 0);
    });
  }

  it('run the plan of a fix after a question whose default is No, and print what was done', async () => {
    const shell = start(['layers', '-i', '--demo']);
    await shell.opened(READ);
    shell.type('\t/etcd-client\r\rfr');
    await shell.until(/^ Plan for node cp-1/m);
    shell.keys('r');
    await shell.until(/kube-apiserver\?\s+y yes/);
    shell.keys('Enter');
    await shell.until(/No\. Nothing has been changed\./);
    shell.keys('r', 'y');
    await shell.until(/^ the run is over: done\./m);
    shell.keys('q');
    match(await isRestored(shell, 0), /^renew-apiserver-etcd-client +verified/m);
  });

  it('show the plan of a renewal, its run, and print what became of it', async () => {
    const shell = start(['renew', 'apiserver', '--demo']);
    await shell.opened(/^ Plan for node cp-1/m);
    shell.keys('r', 'y');
    const printed = await isRestored(shell, 0);
    match(printed, /^restart-kube-apiserver +verified/m);
    match(printed, /^the demo is done; nothing real was changed\s*$/m);
  });

  it('leave a plan that nobody said yes to', async () => {
    const shell = start(['renew', 'apiserver', '--demo']);
    await shell.opened(/^ Plan for node cp-1/m);
    shell.keys('q');
    match(await isRestored(shell, 1), /^nothing has been changed\s*$/m);
  });

  it('show how a run goes back when a step cannot be proven', async () => {
    const shell = start(['renew', 'all', '--incident', 'renew-fails']);
    await shell.opened(/^ Plan for node cp-1/m);
    shell.keys('r', 'y');
    match(await isRestored(shell, 1), /^renew-controller-manager\.conf +(rolled-back|failed)/m);
  });

  it('diagnose, show evidence and fix, and print the report', async () => {
    const shell = start(['debug', 'x509: certificate has expired or is not yet valid', '--incident', 'frozen']);
    match(await shell.opened(/^ Root cause found/m), /^>[!*] (high|medium).* CERT_EXPIRED/m);
    shell.keys('Enter');
    await shell.until(/^ root cause found: /m);
    shell.keys('Escape');
    await shell.until(/^── Hypotheses/m);
    shell.keys('f');
    await shell.until(/kubeadm certs renew apiserver/);
    shell.keys('q');
    match(await isRestored(shell, 2), /^root cause found: /m);
  });

  it('diagnose anew what was repaired', async () => {
    const shell = start(['debug', 'x509: certificate has expired', '--incident', 'frozen']);
    match(await shell.opened(/^ Root cause found/m), /^ file:\/etc\/kubernetes\/pki\/apiserver\.crt expired/m);
    shell.type('fr');
    await shell.until(/^ Plan for node cp-1/m);
    shell.keys('r', 'y');
    await shell.until(/^ the run is over: done\./m);
    shell.keys('Escape');
    await shell.until(/^ Plan for node cp-1/m);
    shell.keys('Escape');
    await shell.until(/^ Fix for /m);
    shell.keys('Escape');
    await shell.until(/^ certificate cp-1 \(etcd peer\)/m);
    shell.keys('q');
    doesNotMatch(await isRestored(shell, 2), /apiserver\.crt expired/);
  });

  it('drill: a guess, its score, and the diagnosis', async () => {
    const shell = start(['debug', '--incident', 'frozen']);
    await shell.opened(/^ Drill: what is the cause\?/m);
    shell.type('/cert_expired\r');
    await shell.until(/^> {2}CERT_EXPIRED/m);
    shell.keys('Enter');
    await shell.until(/^ your guess CERT_EXPIRED: that is it; 100 of 100 points$/m);
    shell.keys('q');
    match(await isRestored(shell, 2), /^your guess CERT_EXPIRED: that is it; 100 of 100 points\s*$/m);
  });

  it('have no colour where nobody wants it, and the same words', async () => {
    const shell = start(['layers', '-i', '--demo'], SMALL, { NO_COLOR: '1' });
    match(await shell.opened(READ), /^>! /m);
    doesNotMatch(shell.coloured, /\x1b\[[\d;]*(3[0-7]|9[0-7]|38;)[\d;]*m/);
    shell.keys('q');
    await isRestored(shell, 0);
  });

  it('are coloured by meaning elsewhere', async () => {
    const shell = start(['layers', '-i', '--demo']);
    await shell.opened(READ);
    match(shell.coloured, /\x1b\[[\d;]*31m/);
  });

  it('follow the size of the window, smaller and larger', async () => {
    const shell = start(['layers', '-i', '--demo']);
    await shell.opened(READ);
    shell.keys('Tab', 'G');
    const last = chosen(await shell.until(/^>.*in \d+y/m)).slice(0, 40);
    for (const { columns, rows } of [LARGE, { columns: 60, rows: 12 }, SMALL]) {
      shell.resize(columns, rows);
      const whole = /^ kubectl certs layers[\s\S]* q quit\s*$/;
      const screen = await shell.until(columns === LARGE.columns ? /PLACES +REF[\s\S]* q quit\s*$/ : whole);
      strictEqual(chosen(screen).slice(0, 12), last.slice(0, 12), `${columns}x${rows}`);
      strictEqual(screen.match(/kubectl certs layers/g)?.length, 1, 'nothing is drawn twice');
    }
    shell.keys('q');
    await isRestored(shell, 0);
  });

  it('copy a command to the clipboard of the terminal', async () => {
    const shell = start(['layers', '-i', '--demo']);
    await shell.opened(READ);
    shell.keys('y');
    await shell.until(/copied: kubectl certs check/);
    strictEqual(shell.clipboard.trim(), 'kubectl certs check');
  });

  it('stop by Ctrl-Z with the terminal as it was, and go on by fg', async () => {
    const shell = start(['layers', '-i', '--demo']);
    await shell.opened(READ);
    shell.keys('C-z');
    await shell.until(/^\$ $|Stopped|\$\s*$/m);
    deepStrictEqual(shell.state, { alternate: false, cursor: true });
    shell.type('fg\r');
    await shell.until(/^ critical: .* certificates$/m);
    shell.keys('Tab');
    await shell.until(/\[0 all\]/);
    shell.keys('q');
    await shell.until(/\$\s*$/);
    deepStrictEqual(shell.state, { alternate: false, cursor: true });
  });

  for (const [signal, exitCode] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    it(`give the terminal back on ${signal}`, async () => {
      const shell = start(['layers', '-i', '--demo']);
      await shell.opened(READ);
      const [running] = shell.processes.filter(({ command }) => command.includes(program.launcher));
      process.kill(running!.pid, signal);
      await isRestored(shell, exitCode);
    });
  }

  it('give the terminal back on Ctrl-C', async () => {
    const shell = start(['layers', '-i', '--demo']);
    await shell.opened(READ);
    shell.keys('C-c');
    match(await isRestored(shell, 130), /^error: interrupted\s*$/m);
  });

  it('stay closed with --no-tui', async () => {
    const shell = start(['layers', '-i', '--demo', '--no-tui']);
    match(await isRestored(shell, 64), /--interactive needs a terminal/);
  });

  describe('with an API server that is dead', () => {
    let server: Server;
    const held = new Set<Socket>();
    let port: number;
    before(async () => {
      server = createServer((socket) => void held.add(socket)).listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      port = (server.address() as { port: number }).port;
    });
    after(() => {
      for (const socket of held) socket.destroy();
      server.close();
    });

    const kubeconfig = (address: string) => {
      const path = join(folder, 'kubeconfig');
      const cluster = { name: 'c', cluster: { server: `https://${address}`, 'insecure-skip-tls-verify': true } };
      const context = { name: 'dead', context: { cluster: 'c', user: 'u' } };
      const users = [{ name: 'u', user: { token: 't' } }];
      const config = { apiVersion: 'v1', kind: 'Config', clusters: [cluster], contexts: [context], users };
      writeFileSync(path, JSON.stringify({ ...config, 'current-context': 'dead' }));
      return ['--kubeconfig', path, '--pki-dir', folder];
    };

    it('say so where nothing listens', async () => {
      const shell = start(['debug', 'connection refused', ...kubeconfig('127.0.0.1:1')], LARGE);
      match(
        await shell.until(/^ (Root cause found|Undecided|No certificate fault) /m),
        /refused|could not be reached|API/i,
      );
      shell.keys('q');
      await isRestored(shell, '[23]');
    });

    it('say within two seconds what is waited for where nothing is ever answered, and take keys meanwhile', async () => {
      const shell = start(['layers', '-i', ...kubeconfig(`127.0.0.1:${port}`), '--request-timeout', '20s'], LARGE);
      const begun = performance.now();
      await shell.until(/waiting for/);
      const took = performance.now() - begun;
      match(await shell.opened(/waiting for/), /context dead /);
      shell.keys('?');
      await shell.until(/^ Help: overview$/m, 3000);
      shell.keys('q', 'q');
      await isRestored(shell, 0);
      // Node alone takes its second to start where other work has the processors.
      ok(took < 2000 * busyness(), `${Math.round(took)} ms`);
    });
  });

  describe('with ten thousand certificates', () => {
    let snapshot: string;
    before(async function () {
      this.timeout(60_000);
      snapshot = join(folder, 'many.json');
      writeFileSync(snapshot, printSnapshot(await manyCertificates(10_000)));
    });

    it('take keys at once, also many in one chunk, and draw only what is seen', async () => {
      const shell = start(['layers', '-i', '--from', snapshot]);
      await shell.opened(READ, 90_000);
      shell.keys('Tab');
      match(await shell.until(/\[0 all\]/), /10000 of 10000/);
      const numberOf = (screen: string) => Number(/host-(\d+)/.exec(chosen(screen))?.[1]);
      const first = numberOf(shell.screen);
      const times: number[] = [];
      for (let step = 1; step <= 10; step++) {
        const begun = performance.now();
        shell.keys('j');
        await shell.until(new RegExp(`^>.*host-${String(first + step).padStart(5, '0')}`, 'm'), 5000);
        times.push(performance.now() - begun);
      }
      const median = times.sort((a, b) => a - b)[5]!;
      ok(median < 200 * busyness(), `${Math.round(median)} ms for a key`);
      shell.type('j'.repeat(40));
      await shell.until(new RegExp(`^>.*host-${String(first + 50).padStart(5, '0')}`, 'm'), 5000);
      shell.type('G');
      await shell.until(/^>.*host-09999/m, 5000);
      shell.type('/04242\r');
      await shell.until(/ 1 of 10000.*filter: 04242/, 5000);
      shell.keys('q');
      await isRestored(shell, 0);
    });
  });
});

/** How much slower than alone this machine may be right now. */
function busyness(): number {
  return 1 + loadavg()[0]! / availableParallelism();
}
