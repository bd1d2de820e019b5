import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Step } from '../../../../src/core/model/step.ts';
import { type HeldPod, printPods } from '../../../../src/core/plan/pods.ts';
import { localFileChanges } from '../../../../src/io/adapters/file-changes.ts';
import { localFiles } from '../../../../src/io/adapters/files.ts';
import { StepFailure } from '../../../../src/io/apply/handler.ts';
import { createHandlers } from '../../../../src/io/apply/handlers.ts';
import type { ApplyPorts } from '../../../../src/io/apply/ports.ts';
import { type Minted, mint } from '../../../../src/io/demo/mint.ts';
import { PortFailure } from '../../../../src/io/ports/failure.ts';
import type { ToolResult } from '../../../../src/io/ports/tool-runner.ts';
import { fakePorts, NOW } from '../../../support/fake-ports.ts';
import { VALID } from '../../../support/snapshot.ts';

/** Says everything that a test wants to look at. */
const failure = (says: RegExp) => (error: unknown) =>
  error instanceof StepFailure && says.test([error.message, ...error.hints].join('\n'));

describe('handlers of steps', () => {
  let folder: string;
  let renewed: Minted;
  before(async () => {
    renewed = await mint({ subject: 'CN=new', ...VALID });
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'handlers-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const at = (name: string) => join(folder, name);
  const write = (name: string, text: string, mode = 0o600) => {
    mkdirSync(join(at(name), '..'), { recursive: true });
    writeFileSync(at(name), text, { mode });
    return at(name);
  };
  const step = (kind: string, params: Record<string, string>, command: string[] = []): Step => ({
    id: kind,
    kind,
    title: '',
    command,
    risk: 'none',
    params,
  });

  /** Runs a step with local files and whatever else the test gives. @returns what was done, and what was said meanwhile */
  async function run(one: Step, parts: Partial<ApplyPorts> = {}, signal = new AbortController().signal) {
    const ports = { ...fakePorts({ files: localFiles }), changes: localFileChanges, stateDir: at('state'), ...parts };
    const said: string[] = [];
    const context = {
      signal,
      run: 'run-1',
      progress: (message: string) => void said.push(message),
      observe: async () => Promise.reject(new Error('nobody observes')),
    };
    const handler = createHandlers(ports).get(one.kind);
    assert.ok(handler, one.kind);
    return { done: await handler.run(one, context), said };
  }

  describe('for backups', () => {
    const backup = (...paths: string[]) => step('backup-files', { paths: paths.join('\n') });
    const restore = (...paths: string[]) => step('restore-files', { paths: paths.join('\n') });

    it('copy with modes and times, and put back only what has changed', async () => {
      const [crt, key] = [write('pki/a.crt', 'old crt', 0o644), write('pki/a.key', 'old key')];
      utimesSync(crt, 1, 1);
      await run(backup(crt, key, at('pki/none')));
      writeFileSync(key, 'new key');
      chmodSync(key, 0o640);
      assert.match((await run(restore(crt, key))).done, /^put back .*a\.key$/);
      assert.equal(readFileSync(key, 'utf8'), 'old key');
      assert.equal(statSync(key).mode & 0o777, 0o600);
      assert.equal(statSync(crt).mtimeMs, 1000);
      assert.ok(statSync(key).mtimeMs > 1000);
      assert.match((await run(restore(crt, key))).done, /had not been changed/);
    });

    it('are private, and have a manifest with what was not there', async () => {
      const crt = write('pki/a.crt', 'old', 0o644);
      await run(backup(crt, at('none')));
      const manifest = JSON.parse(readFileSync(at('state/backups/run-1/manifest.json'), 'utf8'));
      assert.deepEqual(manifest.absent, [at('none')]);
      assert.match(manifest.files[0].sha256, /^[0-9a-f]{64}$/);
      assert.equal(statSync(at('state/backups/run-1')).mode & 0o777, 0o700);
    });

    it('are made once, and begun again when they were cut off', async () => {
      const crt = write('pki/a.crt', 'old');
      mkdirSync(at('state/backups/run-1.new'), { recursive: true });
      await run(backup(crt));
      writeFileSync(crt, 'new');
      await run(backup(crt));
      await run(restore(crt));
      assert.equal(readFileSync(crt, 'utf8'), 'old');
    });

    it('are not put back when they have been tampered with, or are gone', async () => {
      const crt = write('pki/a.crt', 'old');
      await run(backup(crt));
      writeFileSync(crt, 'new');
      writeFileSync(at('state/backups/run-1/0-pki-a.crt'), 'evil');
      await assert.rejects(run(restore(crt)), failure(/its hash differs/));
      assert.equal(readFileSync(crt, 'utf8'), 'new');
      rmSync(at('state/backups'), { recursive: true });
      await assert.rejects(run(restore(crt)), failure(/the backup .* is gone/));
    });

    for (const [code, message, hint] of [
      ['ENOSPC', 'no space left on the device', /--state-dir/],
      ['EROFS', 'read-only file system', /remount/],
      ['EACCES', 'permission denied', /sudo/],
    ] as const) {
      it(`say that nothing has been changed, and what to do: ${message}`, async () => {
        const copy = async () => Promise.reject(new PortFailure('unreachable', `/x: ${message}`, { code }));
        const changes = { ...localFileChanges, copy };
        const refused = run(backup(write('a', '')), { changes });
        await assert.rejects(refused, failure(/nothing has been changed/));
        await assert.rejects(refused, failure(hint));
      });
    }
  });

  describe('for kubeadm', () => {
    const tools = (result: Partial<ToolResult>) => ({
      run: async () => ({ exit: 0, stdout: '', stderr: '', ms: 1, ...result }),
    });
    const renew = async (parts: Partial<ApplyPorts>, signal?: AbortSignal) => {
      const paths = write('pki/a.crt', 'old');
      await run(step('backup-files', { paths }));
      writeFileSync(paths, 'half');
      return run(step('kubeadm-renew', { name: 'a', paths }, ['kubeadm', 'certs', 'renew', 'a']), parts, signal);
    };

    it('puts back what an earlier attempt has left before it renews again', async () => {
      await renew({ tools: tools({}) });
      assert.equal(readFileSync(at('pki/a.crt'), 'utf8'), 'old');
    });

    for (const [title, result, says] of [
      [
        'fails',
        { exit: 1, stderr: 'error: no CA\nTo see the stack trace of this error execute with --v=5 or higher' },
        /failed: error: no CA$/m,
      ],
      ['is too old', { exit: 1, stderr: 'unknown command "certs" for "kubeadm"' }, /too old[\s\S]*kubelet --version/],
      ['leaves a missing file alone', { stdout: '\nMISSING! certificate for a' }, /left a alone: MISSING!/],
      [
        'leaves an external CA alone',
        { stdout: "Detected external ca, certificate a can't be renewed" },
        /left a alone: Detected/,
      ],
    ] as const) {
      it(`says so when it ${title}`, () => assert.rejects(renew({ tools: tools(result) }), failure(says)));
    }

    it('is told to be not there', () =>
      assert.rejects(renew({}), failure(/not installed or not on PATH[\s\S]*under sudo/)));

    it('is ended when it hangs, and says now and then that it still runs', async () => {
      const hanging = {
        run: ({ signal }: { signal: AbortSignal }) =>
          new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      };
      await assert.rejects(renew({ tools: hanging }), failure(/did not end within 180s[\s\S]*does not answer/));
    });

    it('ends with the second interrupt', async () => {
      const reason = new Error('abandoned');
      const hanging = { run: async ({ signal }: { signal: AbortSignal }) => Promise.reject(signal.reason) };
      await assert.rejects(renew({ tools: hanging }, AbortSignal.abort(reason)), reason);
    });
  });

  describe('for static Pods', () => {
    /** A kubelet that starts and ends one process as its manifest comes and goes. */
    class Kubelet {
      pid = 1;
      started = NOW - 1000;
      runs = true;
      shows: Minted;
      stuck = false;
      status = 200;

      constructor(shows: Minted) {
        this.shows = shows;
      }

      look(): void {
        const wanted = existsSync(manifest());
        if (this.runs && !wanted && !this.stuck) this.runs = false;
        if (this.runs || !wanted) return;
        Object.assign(this, { pid: this.pid + 1, started: Date.now(), runs: true, shows: renewed });
      }

      get ports(): Partial<ApplyPorts> {
        return {
          processes: {
            named: async () => {
              this.look();
              const argv = ['etcd', `--cert-file=${at('pki/etcd.crt')}`];
              return this.runs ? [{ pid: this.pid, argv, started: this.started }] : [];
            },
          },
          tls: {
            dial: async () => {
              if (!this.runs) throw new PortFailure('unreachable', 'refused');
              return { address: '', chain: [this.shows.certificate.der], ms: 1, status: this.status };
            },
          },
        };
      }
    }

    let old: Minted;
    before(async () => {
      old = await mint({ subject: 'CN=old', ...VALID });
    });
    const manifest = () => at('manifests/etcd.yaml');
    const pod = (parts: Partial<HeldPod> = {}): HeldPod => ({
      component: 'etcd',
      manifest: manifest(),
      files: [at('pki/etcd.crt')],
      read: [],
      endpoints: [{ role: 'etcd-server', address: '127.0.0.1', port: 1, file: at('pki/etcd.crt'), health: '/healthz' }],
      ...parts,
    });
    const restart = (parts?: Partial<HeldPod>) => step('restart-static-pod', { pods: printPods([pod(parts)]) });
    beforeEach(() => {
      write('manifests/etcd.yaml', 'kind: Pod');
      write('pki/etcd.crt', renewed.pem);
    });

    it('leave alone what shows the new certificate already', async () => {
      const kubelet = new Kubelet(renewed);
      assert.match((await run(restart(), kubelet.ports)).done, /was not restarted/);
      assert.equal(kubelet.pid, 1);
    });

    it('restart what shows the old one, and leave its manifest as it was', async () => {
      const kubelet = new Kubelet(old);
      assert.match((await run(restart(), kubelet.ports)).done, /restarted and is healthy/);
      assert.equal(kubelet.pid, 2);
      assert.equal(readFileSync(manifest(), 'utf8'), 'kind: Pod');
      assert.equal(existsSync(at('state/aside/run-1/etcd.yaml')), false);
    });

    it('restart what started before a file that it shows nobody', async () => {
      const kubelet = new Kubelet(renewed);
      const { said } = await run(restart({ read: [at('pki/etcd.crt')] }), kubelet.ports);
      assert.match(said[0] ?? '', /process 1 started before/);
      assert.equal(kubelet.pid, 2);
    });

    it('goes on with a restart that was cut off while the manifest was aside', async () => {
      const kubelet = new Kubelet(old);
      write('state/aside/run-1/etcd.yaml', 'kind: Pod');
      rmSync(manifest());
      await run(restart(), kubelet.ports);
      assert.equal(kubelet.pid, 2);
      assert.equal(readFileSync(manifest(), 'utf8'), 'kind: Pod');
    });

    it('wait for what is not running to come up by itself', async () => {
      const kubelet = new Kubelet(renewed);
      kubelet.runs = false;
      rmSync(manifest());
      const named = kubelet.ports.processes!.named;
      let looks = 0;
      const processes = {
        named: (programs: readonly string[]) => {
          if (looks++ === 1) write('manifests/etcd.yaml', 'kind: Pod');
          return named(programs);
        },
      };
      assert.match((await run(restart(), { ...kubelet.ports, processes })).done, /came up and is healthy/);
    });

    it('puts the manifest back when nothing follows it, and says where to look', async () => {
      const kubelet = new Kubelet(old);
      kubelet.stuck = true;
      await assert.rejects(run(restart(), kubelet.ports), failure(/did not end[\s\S]*systemctl status kubelet/));
      assert.equal(readFileSync(manifest(), 'utf8'), 'kind: Pod');
    });

    it('puts the manifest back at the second interrupt', async () => {
      const kubelet = new Kubelet(old);
      kubelet.stuck = true;
      const abandon = new AbortController();
      const clock = {
        now: () => NOW,
        sleep: async () => {
          abandon.abort(new Error('abandoned'));
          abandon.signal.throwIfAborted();
        },
      };
      await assert.rejects(run(restart(), { ...kubelet.ports, clock }, abandon.signal), /abandoned/);
      assert.equal(readFileSync(manifest(), 'utf8'), 'kind: Pod');
    });

    it('does not take a process for healthy that says it is not', async () => {
      const kubelet = new Kubelet(old);
      kubelet.status = 500;
      await assert.rejects(run(restart(), kubelet.ports), failure(/has not become healthy[\s\S]*crictl logs/));
    });

    it('do not wait for health where what was put back has expired', async () => {
      const kubelet = new Kubelet(old);
      kubelet.status = 500;
      const clock = { ...fakePorts().clock, now: () => renewed.certificate.notAfter + 1 };
      assert.match((await run(restart(), { ...kubelet.ports, clock })).done, /have expired, so that it is not healthy/);
    });

    describe('through crictl', () => {
      const listing = (labels: Record<string, string>) =>
        JSON.stringify({ containers: [{ id: 'c1', podSandboxId: 'p1', labels }] });
      const etcdOf = (namespace: string) =>
        listing({ 'io.kubernetes.container.name': 'etcd', 'io.kubernetes.pod.namespace': namespace });

      /** A runtime that ends the kubelet's process when its sandbox is stopped. */
      const runtime = (kubelet: Kubelet, answers: Record<string, Partial<ToolResult>> = {}) => {
        const asked: string[] = [];
        const tools: ApplyPorts['tools'] = {
          run: async ({ argv }) => {
            asked.push(argv.join(' '));
            const verb = argv.find((word) => ['ps', 'stopp', 'rmp'].includes(word)) ?? '';
            if (verb === 'stopp') kubelet.runs = false;
            const stdout = verb === 'ps' ? etcdOf('kube-system') : '';
            return { exit: 0, stdout, stderr: '', ms: 1, ...answers[verb] };
          },
        };
        return { asked, tools };
      };
      const chosen = () => step('restart-static-pod', { pods: printPods([pod()]), way: 'crictl' });
      const readOnly = () => {
        const remove = async (path: string) =>
          Promise.reject(new PortFailure('denied', `${path}: read-only file system`, { code: 'EROFS' }));
        return {
          ...localFileChanges,
          remove: (path: string) => (path === manifest() ? remove(path) : localFileChanges.remove(path)),
        };
      };

      it('end the sandbox by choice, and leave the manifest alone', async () => {
        const kubelet = new Kubelet(old);
        const { asked, tools } = runtime(kubelet);
        const { done } = await run(chosen(), { ...kubelet.ports, tools });
        assert.match(done, /restarted and is healthy/);
        assert.deepEqual(asked, [
          'crictl ps --state Running --name ^etcd$ -o json',
          'crictl stopp p1',
          'crictl rmp p1',
        ]);
        assert.equal(kubelet.pid, 2);
        assert.equal(existsSync(at('state/aside')), false);
      });

      it('is the way where the manifest cannot be moved, and says why', async () => {
        const kubelet = new Kubelet(old);
        const { tools } = runtime(kubelet);
        const { said } = await run(restart(), { ...kubelet.ports, tools, changes: readOnly() });
        assert.ok(said.some((line) => /could not be moved away: .*read-only.*through crictl instead/.test(line)));
        assert.equal(kubelet.pid, 2);
        assert.equal(existsSync(at('state/aside/run-1/etcd.yaml')), false);
      });

      it('is not the way where manifests were asked for', async () => {
        const kubelet = new Kubelet(old);
        const { asked, tools } = runtime(kubelet);
        const one = step('restart-static-pod', { pods: printPods([pod()]), way: 'manifests' });
        const refused = run(one, { ...kubelet.ports, tools, changes: readOnly() });
        await assert.rejects(refused, failure(/could not be moved away: .*read-only[\s\S]*remount/));
        assert.deepEqual(asked, []);
      });

      it('says both reasons where neither way goes', async () => {
        const kubelet = new Kubelet(old);
        const refused = run(restart(), { ...kubelet.ports, changes: readOnly() });
        await assert.rejects(refused, failure(/could not be moved away: .*, and crictl .*not installed/));
        assert.equal(existsSync(manifest()), true);
      });

      it("asks the runtime that is the kubelet's", async () => {
        const kubelet = new Kubelet(old);
        const { asked, tools } = runtime(kubelet);
        const { named } = kubelet.ports.processes!;
        const argv = ['/usr/bin/kubelet', '--container-runtime-endpoint=unix:///run/crio.sock'];
        const processes = {
          named: async (programs: readonly string[]) =>
            programs.includes('kubelet') ? [{ pid: 9, argv, started: 1 }] : named(programs),
        };
        await run(chosen(), { ...kubelet.ports, tools, processes });
        assert.match(asked[0] ?? '', /^crictl --runtime-endpoint unix:\/\/\/run\/crio.sock ps/);
      });

      it('takes it for well when the kubelet has removed the sandbox first', async () => {
        const kubelet = new Kubelet(old);
        const { tools } = runtime(kubelet, { rmp: { exit: 1, stderr: 'rpc error: code = NotFound' } });
        assert.match((await run(chosen(), { ...kubelet.ports, tools })).done, /restarted and is healthy/);
      });

      for (const [title, answers, says] of [
        ['the runtime shows none', { ps: { stdout: '{"containers": []}' } }, /no running container etcd/],
        ['only a namesake elsewhere runs', { ps: { stdout: etcdOf('default') } }, /no running container etcd/],
        ['the answer is none', { ps: { stdout: 'CONTAINER  IMAGE' } }, /gave no list/],
        [
          'the runtime cannot be reached',
          { ps: { exit: 1, stderr: 'connect: no such file' } },
          /connect: no such file/,
        ],
        ['the sandbox cannot be stopped', { stopp: { exit: 1, stderr: 'rpc error: busy' } }, /rpc error: busy/],
      ] as const) {
        it(`fails when ${title}`, () => {
          const kubelet = new Kubelet(old);
          const { tools } = runtime(kubelet, answers);
          return assert.rejects(run(chosen(), { ...kubelet.ports, tools }), failure(says));
        });
      }
    });

    describe('on the way back', () => {
      const back = () => step('restart-static-pods', { pods: printPods([pod({ read: [at('pki/etcd.crt')] })]) });
      const backedUp = (time: number) => {
        const manifest = write('state/backups/run-1/manifest.json', '{}');
        utimesSync(manifest, time / 1000, time / 1000);
      };

      it('leave alone what has run since before the files were copied away: it holds what is back', async () => {
        const kubelet = new Kubelet(renewed);
        backedUp(kubelet.started + 1000);
        assert.match((await run(back(), kubelet.ports)).done, /was not restarted/);
        assert.equal(kubelet.pid, 1);
      });

      it('restart what was started since', async () => {
        const kubelet = new Kubelet(renewed);
        backedUp(kubelet.started - 1000);
        assert.match((await run(back(), kubelet.ports)).done, /restarted and is healthy/);
      });

      it('restart what started before a file changed where no backup tells when that was', async () => {
        const kubelet = new Kubelet(renewed);
        assert.match((await run(back(), kubelet.ports)).done, /restarted and is healthy/);
      });
    });

    it('put a manifest back on the way back, once', async () => {
      const back = step('return-manifest', { pods: printPods([pod()]) });
      write('state/aside/run-1/etcd.yaml', 'kind: Pod');
      rmSync(manifest());
      assert.match((await run(back)).done, /^put .* back/);
      assert.match((await run(back)).done, /in its place/);
      assert.equal(readFileSync(manifest(), 'utf8'), 'kind: Pod');
    });
  });

  describe('for the kubelet', () => {
    const one = step('restart-kubelet', {}, ['systemctl', 'restart', 'kubelet']);
    /** Pids that are seen at each look, the last one again and again; the first look is before the restart. */
    const seen = (...looks: readonly number[][]): Pick<ApplyPorts, 'processes'> => {
      const left = [...looks];
      const named = async () =>
        (left.length > 1 ? left.shift()! : left[0]!).map((pid) => ({ pid, argv: [], started: NOW }));
      return { processes: { named } };
    };
    const tools = { run: async () => ({ exit: 0, stdout: '', stderr: '', ms: 1 }) };

    it('restart it and wait until another process runs', async () => {
      assert.match((await run(one, { tools, ...seen([1], [], [], [2]) })).done, /runs again \(process 2\)/);
    });

    for (const [title, looks] of [
      ['none comes', [[1], []]],
      ['the one of before is still there', [[1], [1]]],
    ] as const) {
      it(`fail when ${title}, and say how to restart it by hand`, () =>
        assert.rejects(
          run(one, { tools, ...seen(...looks.map((look) => [...look])) }),
          failure(/stays running[\s\S]*by hand: systemctl restart kubelet[\s\S]*journalctl/),
        ));
    }

    it('fail when one ends again and again', () => {
      let pid = 1;
      const named = async () => [{ pid: pid++, argv: [], started: NOW }];
      return assert.rejects(run(one, { tools, processes: { named } }), failure(/stays running/));
    });

    it('say what systemd says, and how to restart it by hand', () => {
      const refusing = { run: async () => ({ exit: 5, stdout: '', stderr: 'Unit kubelet.service not found.', ms: 1 }) };
      return assert.rejects(
        run(one, { tools: refusing, ...seen([1]) }),
        failure(/Unit kubelet.service not found[\s\S]*by hand/),
      );
    });

    it('take the word of systemd where the system tells of no processes', async () => {
      const named = () => Promise.reject(new PortFailure('absent', 'no /proc'));
      assert.match((await run(one, { tools, processes: { named } })).done, /tells of no processes/);
    });
  });
});
