import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalEvent, Plan } from '../../src/core/model/plan.ts';
import { installProgram, type Program } from '../support/program.ts';
import { assertNodeWorks, RenewalNode } from '../support/renewal.ts';
import { useOwnBed } from '../testbed/fixture.ts';

/** Every transition is a point to be killed at; without this, the first of each kind of step and transition. */
const ALL = process.env.KUBECTL_CERTS_KILL === 'all';

describe('renewal of a control plane that is killed', () => {
  const bed = useOwnBed('core');
  let program: Program;
  before(async function () {
    this.timeout(60_000);
    program = await installProgram();
  });
  after(() => program.remove());

  const node = () => new RenewalNode({ program, folder: bed.kubernetesDir, path: `${bed.binDir}:/usr/bin:/bin` });
  const lines = (one: RenewalNode) => one.journal().slice(1);
  const told = (one: RenewalNode) => `${lines(one).length} lines: ${lines(one).slice(-4).join('\n')}`;

  /** At any moment a manifest is in its place or aside, whole. */
  function assertNothingLost(one: RenewalNode): void {
    const [id] = one.journal().map((line) => (JSON.parse(line) as Plan).id);
    for (const name of ['etcd', 'kube-apiserver', 'kube-controller-manager']) {
      const places = [join(one.folder, `manifests/${name}.yaml`), join(one.stateDir, `aside/${id}/${name}.yaml`)];
      assert.ok(places.some(existsSync), `${name}.yaml is lost after ${told(one)}`);
    }
  }

  /** Kills at each transition that has not been before, going on with the same run every time. @returns how often */
  async function killAll(one: RenewalNode, first: readonly string[], again: readonly string[]): Promise<number> {
    for (let kills = 0; ; kills++) {
      const seen = transitionsIn(one.journal());
      const isNew = (journal: readonly string[]) => transitionsIn(journal).size > seen.size;
      const killed = await one.killWhen(isNew, one.journal().length > 1 && kills > 0 ? again : first);
      assertNothingLost(one);
      if (!killed) return kills;
    }
  }

  /** A run that goes on begins its step again: that is no new one. The last line may just be being written. */
  function transitionsIn([, ...events]: readonly string[]): ReadonlySet<string> {
    return new Set(events.flatMap((line) => /^\{"step":"[^"]+","transition":"[^"]+"/.exec(line)?.[0] ?? []));
  }

  it('goes on to its end when it is killed at every transition, and back when that way is', async function () {
    this.timeout(900_000);
    const one = node();
    const before = one.snapshot();
    const kills = await killAll(one, ['all', '--yes'], ['--resume', 'last']);
    assert.equal((await one.json(['--history'])).runs[0].state, 'done', told(one));
    const { steps } = JSON.parse(one.journal()[0] ?? '') as Plan;
    assert.ok(steps.length >= 14, `${steps.length} steps`);
    assert.ok(kills >= 2 * steps.length, `${kills} kills at the transitions of ${steps.length} steps`);
    const after = one.snapshot();
    for (const { target } of steps.filter(({ kind }) => kind === 'kubeadm-renew')) {
      const path = target
        .replace(/^\w+:/, '')
        .replace(/#.*/, '')
        .slice(one.folder.length + 1);
      assert.notEqual(after[path], before[path], path);
    }
    await assertNodeWorks(bed, one);

    const back = await killAll(one, ['--rollback', 'last', '--yes'], ['--rollback', 'last', '--yes']);
    assert.equal((await one.json(['--history'])).runs[0].state, 'rolled-back', told(one));
    // A busy machine may show two transitions at once, which are one kill then.
    assert.ok(back >= (2 / 3) * steps.length, `${back} kills on the way back through ${steps.length} steps`);
    assert.deepEqual(one.snapshot(), before);
    await assertNodeWorks(bed, one);
    rmSync(one.stateDir, { recursive: true });
  });

  it('goes back from wherever it was killed, to a working server and to the files of before', async function () {
    this.timeout(ALL ? 3_600_000 : 900_000);
    const pattern = node();
    await pattern.json(['all', '--yes']);
    for (const count of pointsOf(pattern)) {
      const one = node();
      const before = one.snapshot();
      await one.killWhen((journal) => journal.length >= count, ['all', '--yes']);
      assertNothingLost(one);
      const { exitCode, stderr } = await one.run(['--rollback', 'last', '--yes']);
      assert.equal(exitCode, 0, `${told(one)}\n${stderr}`);
      assert.deepEqual(one.snapshot(), before, told(one));
      await assertNodeWorks(bed, one);
      rmSync(one.stateDir, { recursive: true });
    }
  });

  /** After how many lines to kill. */
  function pointsOf(one: RenewalNode): number[] {
    const [plan, ...events] = one.journal().map((line) => JSON.parse(line) as Plan & JournalEvent);
    const kindOf = new Map(plan?.steps.map(({ id, kind }) => [id, kind]));
    const kinds = events.map(({ step, transition }) => `${kindOf.get(step)}:${transition}`);
    return kinds.flatMap((kind, index) => (ALL || kinds.indexOf(kind) === index ? [index + 2] : []));
  }
});
