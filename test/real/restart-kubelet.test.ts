import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JournalEvent, Plan } from '../../src/core/model/plan.ts';
import { backupStep, restartKubeletStep } from '../../src/core/plan/kubeadm-steps.ts';
import { systemClock } from '../../src/io/adapters/clock.ts';
import { localFileChanges } from '../../src/io/adapters/file-changes.ts';
import { localFiles } from '../../src/io/adapters/files.ts';
import { localProcesses } from '../../src/io/adapters/processes.ts';
import { localStateStore } from '../../src/io/adapters/state-store.ts';
import { localToolRunner } from '../../src/io/adapters/tool-runner.ts';
import { createHandlers } from '../../src/io/apply/handlers.ts';
import { type RunResult, runPlan } from '../../src/io/apply/run.ts';
import { fakePorts } from '../support/fake-ports.ts';
import { until } from '../testbed/fixture.ts';

/** A service manager of one unit: what it starts is a program named kubelet, which sleeps. */
const SYSTEMCTL = (folder: string, life: string) => `#!/bin/sh
test "$*" = "restart kubelet" || { echo "Unknown command verb $1." >&2; exit 1; }
test -e ${folder}/masked && { echo "Failed to restart kubelet.service: Unit kubelet.service is masked." >&2; exit 1; }
kill "$(cat ${folder}/pid)" 2>/dev/null
setsid ${folder}/kubelet ${life} >/dev/null 2>&1 &
echo $! > ${folder}/pid
`;

describe('a restart of the kubelet by a service manager', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kubelet-'));
    symlinkSync('/bin/sleep', join(folder, 'kubelet'));
    writeFileSync(join(folder, 'admin.conf'), 'renewed');
  });
  afterEach(() => {
    const pid = existsSync(join(folder, 'pid')) ? Number(readFileSync(join(folder, 'pid'), 'utf8')) : 0;
    try {
      if (pid > 0) process.kill(pid);
    } catch {
      // It has ended.
    }
    rmSync(folder, { recursive: true });
  });

  const install = (life: string) => writeFileSync(join(folder, 'systemctl'), SYSTEMCTL(folder, life), { mode: 0o755 });
  /** The machine may run kubelets of others. */
  const processes = {
    named: async (programs: readonly string[]) =>
      (await localProcesses().named(programs)).filter(({ argv }) => argv[0]?.startsWith(folder)),
  };
  const tools = () => localToolRunner({ PATH: `${folder}:/usr/bin:/bin` });

  /** A renewal that has copied its files away, and then restarts the kubelet. */
  const plan = (): Plan => ({
    id: 'run-1',
    createdAt: '2026-01-01T00:00:00Z',
    subject: { kind: 'node', name: 'n' },
    snapshotTakenAt: '2026-01-01T00:00:00Z',
    steps: [
      backupStep({ renewed: [], holders: [], more: [join(folder, 'admin.conf')], way: undefined }),
      restartKubeletStep([]),
    ],
    skipped: [],
  });

  async function run(): Promise<{ result: RunResult; events: readonly JournalEvent[] }> {
    const store = localStateStore(join(folder, 'state'));
    const never = new AbortController().signal;
    const ports = { ...fakePorts({ files: localFiles, tools: tools(), processes }), clock: systemClock };
    const handlers = createHandlers({ ...ports, changes: localFileChanges, stateDir: store.directory });
    await store.startJournal('run-1', JSON.stringify(plan()));
    const result = await runPlan({
      ...{ plan: plan(), events: [], handlers, store, clock: systemClock, stop: never, abandon: never },
      observe: () => Promise.reject(new Error('nobody observes')),
      onEvent: () => {},
    });
    const [, ...lines] = await store.readJournal('run-1');
    return { result, events: lines.map((line) => JSON.parse(line) as JournalEvent) };
  }

  const start = async () => {
    await tools().run({
      argv: ['systemctl', 'restart', 'kubelet'],
      maxOutput: 1000,
      signal: AbortSignal.timeout(5000),
    });
    await until('the kubelet runs', async () => (await processes.named(['kubelet'])).length === 1);
    return (await processes.named(['kubelet']))[0]!;
  };

  it('is proven by another process, which started after it was asked for', async function () {
    this.timeout(60_000);
    install('600');
    const before = await start();
    const asked = Date.now();
    const { result, events } = await run();
    assert.equal(result.state, 'done');
    const [now, ...more] = await processes.named(['kubelet']);
    assert.deepEqual(more, []);
    assert.notEqual(now?.pid, before.pid);
    assert.ok(now!.started >= asked - 50, `started ${now?.started}, asked for at ${asked}`);
    assert.match(events.at(-2)?.message ?? '', new RegExp(`process ${now?.pid}\\)`));
  });

  for (const [title, fail, says] of [
    ['the service manager refuses', () => writeFileSync(join(folder, 'masked'), ''), /kubelet\.service is masked/],
    ['the kubelet ends as soon as it has started', () => install('0.3'), /no kubelet .* stays running/],
  ] as const) {
    it(`keeps what was done and verified before when ${title}`, async function () {
      this.timeout(90_000);
      install('600');
      await start();
      fail();
      const { result, events } = await run();
      assert.equal(result.state, 'failed');
      assert.match(result.failure?.message ?? '', says);
      assert.match((result.failure?.hints ?? []).join('\n'), /by hand: systemctl restart kubelet/);
      assert.deepEqual(
        events.map(({ step, transition }) => `${step}:${transition}`),
        ['backup:started', 'backup:done', 'backup:verified', 'restart-kubelet:started', 'restart-kubelet:failed'],
      );
      assert.equal(readFileSync(join(folder, 'admin.conf'), 'utf8'), 'renewed');
    });
  }
});
