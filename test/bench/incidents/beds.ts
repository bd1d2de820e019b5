import { Bed } from '../../testbed/bed.ts';
import { ownRunFolder, sweepDeadRuns } from '../../testbed/run-folder.ts';
import { startSupervisor } from '../../testbed/supervisor/client.ts';

/** The bed of a run: it comes up when the first incident needs it, kwok and the tools as they are needed. */
export class BenchBed {
  #bed: Bed | undefined;

  /** @throws Error why it is not there: a component that was not built, or one that did not come up */
  async with(components: readonly string[]): Promise<Bed> {
    this.#bed ??= await startBed();
    await this.#bed.start(components);
    return this.#bed;
  }

  /** Ended; the next incident gets another one. */
  async down(): Promise<void> {
    const bed = this.#bed;
    this.#bed = undefined;
    await bed?.down();
  }
}

async function startBed(): Promise<Bed> {
  sweepDeadRuns();
  const bed = new Bed(ownRunFolder());
  await startSupervisor(bed.runDir, { tied: true });
  return bed;
}
