import { debugLive, debugSnapshot, type Round } from '../../app/debug.ts';
import type { Symptom } from '../../core/model/diagnosis.ts';
import type { Policy } from '../../core/model/policy.ts';
import { clean } from '../../core/view/text.ts';
import { Repairs } from '../explore/repair.ts';
import { progressTeller } from '../progress.ts';
import { momentOf } from '../reading-flags.ts';
import type { Session } from '../session.ts';
import { type Case, noteRound, openCase } from '../ui/debug/case.ts';
import { openDiagnosis } from '../ui/debug/diagnosis-screen.ts';
import { openDrill } from '../ui/debug/drill-screen.ts';
import { openMenu } from '../ui/debug/menu-screen.ts';
import { scoreText } from '../ui/debug/score.ts';
import type { Screen } from '../ui/screen.ts';
import { type Control, showScreens } from '../ui/show.tsx';
import { whereOf, whereToLook } from '../ui/status.ts';
import type { Store } from '../ui/store.ts';
import type { DebugJob } from './job.ts';

export interface DebugOnScreens {
  readonly job: DebugJob;
  readonly session: Session;
  readonly policy: Policy;
  /** What the person came with; undefined: they choose. */
  readonly symptom: Symptom | undefined;
  /** It is an incident of the demo: the trainee may guess first. */
  readonly drill: boolean;
}

/** Diagnoses on screens until a person leaves. @returns the last look; undefined when there was none @throws UserError */
export async function debugOnScreens(options: DebugOnScreens): Promise<Round | undefined> {
  const { job, session, symptom, drill } = options;
  const { context, flags, tool } = job;
  const now = context.clock.now();
  const status = { command: 'debug', ...(await whereToLook(session, context.clock)) };
  const repairs = new Repairs({
    context,
    session,
    tool,
    onlyPlans: flags.from !== undefined || flags.at !== undefined,
  });
  const desk = new Desk(options);
  const [first, text] = firstScreen(symptom, drill);
  const last = await showScreens<Case | undefined>({
    context,
    ui: { world: { status, now, case: openCase(text) }, stack: [first] },
    perform: (effect, { store, end, fail }) => {
      const { case: watched } = store.get().world;
      if (effect.do === 'interrupt') repairs.interrupt(() => end(watched));
      else if (effect.do === 'quit' && !repairs.running) end(watched);
      else if (effect.do === 'apply') void repairs.run(store, effect.plan).then(() => desk.lookAgain({ store, fail }));
      else if (effect.do === 'plan' && watched?.round) repairs.showPlan(store, watched.round.opened, effect.target);
      else if (effect.do === 'guess') goOn(store, effect.code);
      else if (effect.do === 'diagnose') {
        const { playbook } = effect;
        store.dispatch({ type: 'open', screen: openDiagnosis() });
        const chosen = { text: effect.text, targets: session.targets, ...(playbook !== undefined && { playbook }) };
        desk.diagnose({ store, fail }, chosen, effect.title ?? effect.text);
      }
    },
    begin: (control) => desk.diagnose(control, symptom ?? { text: '', targets: session.targets }, text),
  });
  desk.close();
  const score = last && scoreText(last);
  if (score !== undefined) context.terminal.err(`${clean(score)}\n`);
  repairs.print(context);
  return last?.round;
}

function firstScreen(symptom: Symptom | undefined, drill: boolean): readonly [Screen, string] {
  if (!symptom) return [openMenu(), ''];
  const text = symptom.text || symptom.playbook || symptom.targets.map((target) => target.text).join(' ');
  return [drill ? openDrill() : openDiagnosis(), text];
}

/** The trainee has guessed, or not: the diagnosis may be seen. */
function goOn(store: Store, code: string | undefined): void {
  const { case: watched } = store.get().world;
  if (watched && code !== undefined)
    store.dispatch({ type: 'learn', world: { case: { ...watched, guess: { code } } } });
  store.dispatch({ type: 'show', screen: openDiagnosis() });
}

type Watcher = Pick<Control<Case | undefined>, 'store' | 'fail'>;

/** Runs one diagnosis at a time: another one ends the one before. */
class Desk {
  readonly #options: DebugOnScreens;
  #current = new AbortController();
  #symptom: Symptom | undefined;

  constructor(options: DebugOnScreens) {
    this.#options = options;
  }

  close(): void {
    this.#current.abort();
  }

  diagnose(control: Watcher, symptom: Symptom, text: string): void {
    control.store.dispatch({ type: 'learn', world: { case: openCase(text) } });
    this.#look(control, symptom);
  }

  /** After a repair: the same question to the world as it is now. A guess stands against what was there before. */
  lookAgain(control: Watcher): void {
    const { case: watched } = control.store.get().world;
    if (this.#symptom && watched?.guess === undefined) this.#look(control, this.#symptom);
  }

  #look({ store, fail }: Watcher, symptom: Symptom): void {
    this.#current.abort();
    const own = new AbortController();
    this.#current = own;
    this.#symptom = symptom;
    const change = (to: (watched: Case) => Case) => {
      const { case: watched } = store.get().world;
      if (watched && !own.signal.aborted) store.dispatch({ type: 'learn', world: { case: to(watched) } });
    };
    const note = (round: Round) => {
      change((watched) => noteRound(watched, round));
      if (round.final && !own.signal.aborted) this.#tellStatus(store, round);
    };
    const tell = progressTeller((reading) => change((watched) => ({ ...watched, reading })));
    this.#run(symptom, own.signal, note, tell).then(note, (error) => {
      if (!own.signal.aborted) fail(error);
    });
  }

  async #run(
    symptom: Symptom,
    signal: AbortSignal,
    onRound: (round: Round) => void,
    onProgress: ReturnType<typeof progressTeller>,
  ): Promise<Round> {
    const { job, session, policy } = this.#options;
    const { context, flags, tool } = job;
    if (flags.from !== undefined) return debugSnapshot(await session.read(onProgress), { symptom, policy });
    const { ports, scope, timeout } = session;
    const at = momentOf(flags, context.clock.now());
    const both = AbortSignal.any([signal, context.signal]);
    return debugLive({ ports, scope, timeout, signal: both, tool, symptom, policy, at, onProgress, onRound });
  }

  #tellStatus(store: Store, { opened }: Round): void {
    const { job, session } = this.#options;
    const now = job.context.clock.now();
    const status = { command: 'debug', ...whereOf(opened), readAt: session.readAt(opened, now) };
    store.dispatch({ type: 'learn', world: { status, now } });
  }
}
