import assert from 'node:assert/strict';
import type { JournalEvent, Plan, PlannedStep } from '../../../src/core/model/plan.ts';
import { takeInventory } from '../../../src/core/snapshot/inventory.ts';
import { viewRun } from '../../../src/core/view/renewal-run.ts';
import { type StepHandler, StillWaiting } from '../../../src/io/apply/handler.ts';
import { type RunOptions, runPlan } from '../../../src/io/apply/run.ts';
import { type Minted, mint } from '../../../src/io/demo/mint.ts';
import type { StateStore } from '../../../src/io/ports/state-store.ts';
import { fakePorts } from '../../support/fake-ports.ts';
import { assertMatchesSchema } from '../../support/schema.ts';
import { snapshotOf, VALID } from '../../support/snapshot.ts';

/** A power cut: nothing after it happens. */
class PowerCut extends Error {}

/** A world of files that hold `old` or `new`, a journal, and a fuse that cuts the power after so many acts. */
class World {
  readonly files: Record<string, string> = { a: 'old', b: 'old', c: 'old' };
  readonly lines: string[] = [];
  fuse = Number.POSITIVE_INFINITY;
  broken: string | undefined;

  act(): void {
    if (this.fuse-- <= 0) throw new PowerCut();
  }

  get events(): JournalEvent[] {
    return this.lines.map((line) => JSON.parse(line) as JournalEvent);
  }
}

describe('running a plan', () => {
  let old: Minted;
  let renewed: Minted;
  before(async () => {
    old = await mint({ subject: 'CN=old', ...VALID });
    renewed = await mint({ subject: 'CN=new', ...VALID });
  });

  const ref = (name: string) => `file:/${name}`;
  function plan(): Plan {
    const steps = ['a', 'b', 'c'].map((name): PlannedStep => {
      const requests = [{ source: 'files', params: {}, why: 'to compare' }];
      return {
        id: name,
        kind: 'write',
        title: `renew ${name}`,
        command: [],
        risk: 'none',
        target: ref(name),
        params: { name, content: 'new' },
        precheck: { requests, expect: [{ is: 'leaf', ref: ref(name), sha256: old.certificate.sha256 }] },
        verify: { requests, expect: [{ is: 'new-leaf', ref: ref(name), before: old.certificate.sha256 }] },
        rollback: {
          id: `${name}-back`,
          kind: 'write',
          title: '',
          command: [],
          risk: 'none',
          params: { name, content: 'old' },
        },
      };
    });
    return {
      id: 'run-1',
      createdAt: '2026-01-01T00:00:00Z',
      subject: { kind: 'node', name: 'n' },
      snapshotTakenAt: '2026-01-01T00:00:00Z',
      steps,
      skipped: [],
    };
  }

  function options(world: World, parts: Partial<RunOptions> = {}): RunOptions {
    const appendJournal = async (_id: string, line: string) => {
      world.act();
      world.lines.push(line);
    };
    const store = { appendJournal };
    const write: StepHandler = {
      kind: 'write',
      run: async ({ params }) => {
        const { name, content } = params as { name: string; content: string };
        world.act();
        if (content === 'new' && world.broken === name) throw new Error(`${name}: read-only file system`);
        world.files[name] = content;
        return `wrote ${name}`;
      },
    };
    const never = new AbortController().signal;
    return {
      plan: plan(),
      events: world.events,
      handlers: new Map([['write', write]]),
      store: store as unknown as StateStore,
      clock: fakePorts().clock,
      observe: async () => observe(world),
      stop: never,
      abandon: never,
      onEvent: () => {},
      ...parts,
    };
  }

  function observe(world: World) {
    const fill: Parameters<typeof snapshotOf>[0][number]['fill'] = (reading) => {
      for (const [name, content] of Object.entries(world.files)) {
        const chain = reading.chain([(content === 'new' ? renewed : old).certificate.der]);
        reading.place({ ref: ref(name), layer: 'cluster', role: 'file', manager: 'kubeadm', chain });
      }
    };
    return takeInventory(snapshotOf([{ fill }]));
  }

  const log = (world: World) => world.events.map(({ step, transition }) => `${step}:${transition}`);

  it('does and verifies each step in order, and writes down each transition', async () => {
    const world = new World();
    assert.deepEqual(await runPlan(options(world)), { state: 'done', interrupted: false });
    assert.deepEqual(world.files, { a: 'new', b: 'new', c: 'new' });
    assert.deepEqual(log(world).slice(0, 4), ['a:started', 'a:done', 'a:verified', 'b:started']);
  });

  it('undoes everything, the last first, when a step fails', async () => {
    const world = new World();
    world.broken = 'b';
    const result = await runPlan(options(world));
    assert.equal(result.state, 'rolled-back');
    assert.equal(result.failure?.message, 'b: read-only file system');
    assert.deepEqual(world.files, { a: 'old', b: 'old', c: 'old' });
    assert.deepEqual(log(world).slice(-5), [
      'b:failed',
      'b:rolling-back',
      'b:rolled-back',
      'a:rolling-back',
      'a:rolled-back',
    ]);
  });

  it('undoes everything when a verification does not hold', async () => {
    const world = new World();
    const handlers = new Map([['write', { kind: 'write', run: async () => 'pretended' }]]);
    const result = await runPlan(options(world, { handlers }));
    assert.equal(result.state, 'rolled-back');
    assert.match(result.failure?.message ?? '', /^file:\/a holds serial/);
  });

  it('does not take what could not be read for verified', async () => {
    const world = new World();
    let reads = 0;
    const unread = takeInventory(snapshotOf([{ fill: (reading) => reading.end('denied', 'permission denied') }]));
    const result = await runPlan(options(world, { observe: async () => (reads++ === 0 ? observe(world) : unread) }));
    assert.match(result.failure?.message ?? '', /^unknown: file:\/a was not read: permission denied/);
  });

  it('refuses to begin when the world has moved since the plan', async () => {
    const world = new World();
    world.files.a = 'new';
    const result = await runPlan(options(world));
    assert.match(result.failure?.message ?? '', /file:\/a holds/);
    assert.deepEqual(log(world), ['a:refused']);
    assert.equal(world.files.a, 'new');
  });

  it('stops after the step at hand on the first interrupt, and goes on later', async () => {
    const world = new World();
    const stop = new AbortController();
    const first = await runPlan(options(world, { stop: stop.signal, onEvent: () => stop.abort() }));
    assert.equal(first.interrupted, true);
    assert.equal((await runPlan(options(world))).state, 'done');
  });

  for (const broken of [undefined, 'a', 'c']) {
    it(`survives a power cut at every act${broken ? `, with ${broken} broken` : ''}: nothing lost, no half state`, async () => {
      for (let fuse = 0; ; fuse++) {
        const world = new World();
        world.broken = broken;
        world.fuse = fuse;
        const cut = await runPlan(options(world)).then(
          () => false,
          (error: unknown) => error instanceof PowerCut,
        );
        world.fuse = Number.POSITIVE_INFINITY;
        const { state } = await runPlan(options(world));
        const content = broken ? 'old' : 'new';
        assert.equal(state, broken ? 'rolled-back' : 'done', `cut after ${fuse} acts: ${log(world).join(' ')}`);
        assert.deepEqual(world.files, { a: content, b: content, c: content });
        if (!cut) break;
      }
    });
  }

  it('leaves a step that still waits as it is, and goes on with it later', async () => {
    const world = new World();
    let patience = 0;
    const write: StepHandler = {
      kind: 'write',
      run: async ({ params }) => {
        const { name, content } = params as { name: string; content: string };
        if (name === 'b' && patience++ === 0) throw new StillWaiting('not done within 10m: Order x is pending');
        world.files[name] = content;
        return '';
      },
    };
    const handlers = new Map([['write', write]]);
    const first = await runPlan(options(world, { handlers }));
    assert.deepEqual([first.state, first.interrupted, first.failure?.transition], ['running', true, 'waiting']);
    assert.deepEqual(log(world).slice(-2), ['b:started', 'b:waiting']);
    assert.equal(world.files.a, 'new');
    const document = viewRun(plan(), world.events).document;
    assertMatchesSchema(document);
    assert.equal((await runPlan(options(world, { handlers }))).state, 'done');
  });

  describe('of several parts', () => {
    /** Each step a part of its own, `c` after `a`. */
    const parted = (): Plan => ({
      ...plan(),
      steps: plan().steps.map((step) => ({ ...step, part: step.id, ...(step.id === 'c' && { after: ['a'] }) })),
    });

    it('undoes only the part that failed, and begins no further one', async () => {
      const world = new World();
      world.broken = 'b';
      const result = await runPlan(options(world, { plan: parted() }));
      assert.equal(result.state, 'failed');
      assert.deepEqual(world.files, { a: 'new', b: 'old', c: 'old' });
      assertMatchesSchema(viewRun(parted(), world.events).document);
    });

    it('is the same after a power cut at every act', async () => {
      for (let fuse = 0; ; fuse++) {
        const world = new World();
        world.broken = 'b';
        world.fuse = fuse;
        const run = () => runPlan(options(world, { plan: parted(), events: world.events }));
        const cut = await run().then(
          () => false,
          (error: unknown) => error instanceof PowerCut,
        );
        world.fuse = Number.POSITIVE_INFINITY;
        assert.equal((await run()).state, 'failed', `cut after ${fuse} acts: ${log(world).join(' ')}`);
        assert.deepEqual(world.files, { a: 'new', b: 'old', c: 'old' });
        if (!cut) break;
      }
    });

    it('goes back through all of it when asked, also after a power cut at every act of that way', async () => {
      for (let fuse = 0; ; fuse++) {
        const world = new World();
        world.broken = 'b';
        await runPlan(options(world, { plan: parted() }));
        world.fuse = fuse;
        const cut = await runPlan(options(world, { plan: parted(), events: world.events, rollBack: true })).then(
          () => false,
          (error: unknown) => error instanceof PowerCut,
        );
        world.fuse = Number.POSITIVE_INFINITY;
        const back = world.events.some(({ whole }) => whole);
        const { state } = await runPlan(options(world, { plan: parted(), events: world.events, rollBack: !back }));
        assert.equal(state, 'rolled-back', `cut after ${fuse} acts: ${log(world).join(' ')}`);
        assert.deepEqual(world.files, { a: 'old', b: 'old', c: 'old' });
        if (!cut) break;
      }
    });
  });

  it('goes back through a run that had ended well, when asked', async () => {
    const world = new World();
    await runPlan(options(world));
    assert.equal((await runPlan(options(world, { rollBack: true }))).state, 'rolled-back');
    assert.deepEqual(world.files, { a: 'old', b: 'old', c: 'old' });
  });
});
