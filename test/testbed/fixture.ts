import { after, before, type Suite } from 'mocha';
import { Bed, ComponentMissing } from './bed.ts';
import { withNeeds } from './catalogue/index.ts';
import { recordSuite } from './records.ts';
import { isUp, ownRunFolder, sweepDeadRuns } from './run-folder.ts';
import { startSupervisor } from './supervisor/client.ts';

export { Bed } from './bed.ts';
export { CommandFailed, until } from './run.ts';

const START_WITHIN_MS = 240_000;

/** Components (or groups) whose absence fails a suite instead of skipping it: what CI promises to have built. */
const PROMISED = 'KUBECTL_CERTS_REQUIRE';

let shared: Bed | undefined;
const supervisors = new WeakMap<Bed, Promise<unknown>>();

/**
 * The bed of this test run, with these components (or groups) up before the first test of the suite that calls it.
 * All suites of a run share it, so each keeps to namespaces of its own. It ends with the run, however that ends.
 * Where a component is not at hand, the suite's tests are skipped by name, with the reason in their titles.
 */
export function useBed(...names: readonly string[]): Bed {
  shared ??= new Bed(ownRunFolder());
  return hold(shared, names);
}

/** The same, but a bed that this suite has to itself: for one that changes what is the whole cluster's. Ends with the suite. */
export function useOwnBed(...names: readonly string[]): Bed {
  const bed = hold(new Bed(ownRunFolder()), names);
  after('its own bed ends', async () => {
    if (isUp(bed.runDir)) await bed.down();
  });
  return bed;
}

function hold(bed: Bed, names: readonly string[]): Bed {
  before(`the test bed has ${names.join(', ')}`, async function () {
    this.timeout(START_WITHIN_MS);
    try {
      if (!supervisors.has(bed)) supervisors.set(bed, startTied(bed));
      await supervisors.get(bed);
      await bed.start(names);
    } catch (error) {
      if (!(error instanceof ComponentMissing) || isPromised(error.component)) throw error;
      this.test?.parent?.eachTest((test) => {
        test.title += ` (${error.message})`;
      });
      this.skip();
    }
  });
  after('the run is recorded', function () {
    if (this.test?.parent !== undefined) recordSuite({ names, ...countTests(this.test.parent) });
  });
  return bed;
}

function countTests(suite: Suite): { ran: number; skipped: number } {
  const count = { ran: 0, skipped: 0 };
  suite.eachTest((test) => {
    if (test.isPending()) count.skipped++;
    else if (test.state !== undefined) count.ran++;
  });
  return count;
}

function startTied(bed: Bed): Promise<unknown> {
  sweepDeadRuns();
  return startSupervisor(bed.runDir, { tied: true });
}

function isPromised(component: string): boolean {
  const promised = process.env[PROMISED]?.split(',').filter((name) => name !== '') ?? [];
  return withNeeds(promised).some(({ name }) => name === component);
}
