import { explore, exploreUnjudged } from '../../app/explore.ts';
import { partialInventory } from '../../app/partial-inventory.ts';
import type { Observation } from '../../core/model/observation.ts';
import { progressTeller } from '../progress.ts';
import { openOverview } from '../ui/explore/overview-screen.ts';
import { type Control, showScreens } from '../ui/show.tsx';
import { whereOf, whereToLook } from '../ui/status.ts';
import { type RepairOptions, Repairs } from './repair.ts';

/** Milliseconds after which what was read so far is shown, and shown again, while some sources have not answered. */
const PARTIAL = 1500;
/** Milliseconds in which the list is drawn before it is judged, which takes its time where there are thousands. */
const FRAME = 60;
/** The share of the time that may go into it: keys come first. */
const MOST_SHARE = 0.1;

/** `layers -i`: the layers on screens until a person leaves them. @returns the exit code @throws UserError */
export async function exploreOnScreens(options: RepairOptions): Promise<number> {
  const { context, session } = options;
  const { terminal } = context;
  const where = await whereToLook(session, context.clock);
  const repairs = new Repairs(options);
  await showScreens<void>({
    context,
    ui: { world: { status: { command: 'layers', ...where }, now: context.clock.now() }, stack: [openOverview()] },
    perform: (effect, { store, end, fail }) => {
      if (effect.do === 'interrupt') repairs.interrupt(end);
      else if (effect.do === 'quit' && !repairs.running) end();
      else if (effect.do === 'refresh') void read(options, { store, fail });
      else if (effect.do === 'apply') void repairs.run(store, effect.plan).then(() => read(options, { store, fail }));
      else if (effect.do === 'plan') {
        const { explored } = store.get().world;
        if (explored) repairs.showPlan(store, explored.opened, effect.target);
      }
    },
    begin: (control) => read(options, control),
  });
  return repairs.print({ terminal });
}

/** Reads, and shows what is there while some sources still keep silent. */
async function read(
  { context, session, tool }: RepairOptions,
  { store, fail }: Pick<Control<void>, 'store' | 'fail'>,
): Promise<void> {
  const { clock } = context;
  if (store.get().world.reading !== undefined) return;
  store.dispatch({ type: 'learn', world: { reading: 'reading: no answer yet' } });
  const observations: Observation[] = [];
  const tell = progressTeller((reading) => store.dispatch({ type: 'learn', world: { reading } }));
  let timer = setTimeout(showPartial, PARTIAL);
  function showPartial(): void {
    if (store.get().world.explored?.result) return;
    const begun = performance.now();
    const opened = partialInventory(observations, { ports: session.ports, scope: session.scope, tool });
    store.dispatch({ type: 'learn', world: { explored: exploreUnjudged(opened), now: clock.now() } });
    timer = setTimeout(showPartial, Math.max(PARTIAL, (performance.now() - begun) / MOST_SHARE));
  }
  try {
    const opened = await session.read((progress) => {
      observations.push(...progress.observations);
      tell(progress);
    });
    clearTimeout(timer);
    const now = clock.now();
    const status = { command: 'layers', ...whereOf(opened), readAt: session.readAt(opened, now) };
    if (session.targets.length === 0 && !store.get().world.explored?.result) {
      store.dispatch({ type: 'learn', world: { explored: exploreUnjudged(opened), reading: 'judging', status, now } });
      await clock.sleep(FRAME);
    }
    const explored = explore(opened, session.targets);
    store.dispatch({ type: 'learn', world: { explored, reading: undefined, status, now: clock.now() } });
  } catch (error) {
    fail(error);
  } finally {
    clearTimeout(timer);
  }
}
