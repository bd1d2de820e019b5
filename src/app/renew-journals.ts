import { EXIT, UserError } from '../core/model/error.ts';
import type { Plan } from '../core/model/plan.ts';
import { type Journal, readJournal } from '../core/plan/journal.ts';
import { RunProgress } from '../core/plan/progress.ts';
import type { PastRun } from '../core/view/renewal-run.ts';
import { PortFailure } from '../io/ports/failure.ts';
import type { StateStore } from '../io/ports/state-store.ts';

/** Every run, the oldest first; a damaged journal is one without a plan. @throws UserError */
export async function pastRuns(store: StateStore): Promise<PastRun[]> {
  const ids = await reading(store, () => store.journals());
  return Promise.all(
    ids.map(async (id): Promise<PastRun> => {
      try {
        return { id, ...readJournal(await reading(store, () => store.readJournal(id)), id) };
      } catch (error) {
        if (error instanceof UserError) return { id, events: [] };
        throw error;
      }
    }),
  );
}

/** A run by its id, or the newest by `last`. @throws UserError (64) when there is none, 65 when its journal is damaged */
export async function findRun(store: StateStore, id: string): Promise<Journal> {
  const ids = await reading(store, () => store.journals());
  const found = id === 'last' ? ids.at(-1) : ids.find((one) => one === id);
  if (found === undefined) {
    throw new UserError(id === 'last' ? `there has been no run yet (${store.directory})` : `there is no run ${id}`, {
      exitCode: EXIT.usage,
      hints: ['kubectl certs renew --history lists the runs of this user; those of root need sudo'],
    });
  }
  return readJournal(await reading(store, () => store.readJournal(found)), found);
}

/** A run of the same node or cluster that has begun and not ended. */
export async function unfinishedRun(store: StateStore, { subject }: Plan): Promise<PastRun | undefined> {
  const runs = await pastRuns(store);
  return runs.findLast(
    ({ plan, events }) =>
      plan !== undefined &&
      events.length > 0 &&
      plan.subject.kind === subject.kind &&
      plan.subject.name === subject.name &&
      new RunProgress(plan, events).next().move !== 'end',
  );
}

async function reading<T>({ directory }: StateStore, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof PortFailure)) throw error;
    throw new UserError(`the state folder ${directory} cannot be used: ${error.message}`, {
      exitCode: EXIT.failed,
      hints: ['name another folder with --state-dir'],
      cause: error,
    });
  }
}
