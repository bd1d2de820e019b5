import { debugLive, debugSnapshot, isSure, type Round } from '../../app/debug.ts';
import type { Symptom } from '../../core/model/diagnosis.ts';
import { clean } from '../../core/view/text.ts';
import { type Context, LOG_REQUESTS_FROM } from '../../io/ports/context.ts';
import { policyOf } from '../policy.ts';
import { startProgress } from '../progress.ts';
import { given, momentOf } from '../reading-flags.ts';
import { showsScreens } from '../screens.ts';
import { openSession, type Session } from '../session.ts';
import type { DebugJob } from './job.ts';
import { chooseSymptom } from './menu.ts';
import { readWayIn, type WayIn } from './ways-in.ts';
import { widen } from './widen.ts';

/**
 * Reads the way in, then the world or the snapshot, and diagnoses, on screens where somebody sits at a terminal.
 * @returns the last look; undefined when a person left before there was one @throws UserError
 */
export async function runDebug(job: DebugJob): Promise<Round | undefined> {
  const { context, flags, tool } = job;
  const way = await readWayIn(job.words, flags.from, context);
  const session = await openSession({ context, flags, targets: way.targets, quiet: false, tool, adapt: widen });
  const policy = await policyOf(given({ policy: flags.policy }), context.files);
  if (flags.output === undefined && showsScreens(context.terminal, flags)) {
    const { debugOnScreens } = await import('./on-screen.ts');
    const told = symptomTold(way, session);
    const story = told ? undefined : storyOf(session, job);
    return debugOnScreens({ job, session, policy, symptom: told ?? story, drill: story !== undefined });
  }
  const symptom = await symptomOf(way, session, job);
  if (flags.from !== undefined) {
    const opened = await session.read();
    context.terminal.err(session.age(opened));
    return debugSnapshot(opened, { symptom, policy });
  }
  const progress = flags.v < LOG_REQUESTS_FROM ? startProgress(context) : undefined;
  try {
    return await debugLive({
      ports: session.ports,
      scope: session.scope,
      timeout: session.timeout,
      signal: context.signal,
      tool,
      symptom,
      policy,
      at: momentOf(flags, context.clock.now()),
      onProgress: progress?.update,
      onRound: firstWord(context),
    });
  } finally {
    progress?.stop();
  }
}

/** What the command line tells; undefined: nothing. */
function symptomTold({ text, playbook, targets }: WayIn, session: Session): Symptom | undefined {
  const isEmpty = text === '' && playbook === undefined && targets.length === 0;
  return isEmpty ? undefined : { ...given({ text, playbook }), targets: session.targets };
}

/** What somebody reported in an incident that is drilled. */
function storyOf({ ports }: Session, { flags }: DebugJob): Symptom | undefined {
  const symptom = ports.story?.symptom;
  return symptom !== undefined && flags.incident !== undefined ? { text: symptom, targets: [] } : undefined;
}

/** Without any word: on a terminal a choice. */
async function symptomOf(way: WayIn, session: Session, job: DebugJob): Promise<Symptom> {
  const told = symptomTold(way, session) ?? storyOf(session, job);
  if (told) return told;
  const { terminal } = job.context;
  const asks = job.flags.output === undefined && terminal.inIsTerminal && terminal.errIsTerminal;
  const chosen = asks ? await chooseSymptom(terminal) : {};
  return { text: '', ...chosen, targets: session.targets };
}

/** Says once, while sources still hang, what is known by then. */
function firstWord({ terminal }: Context): (round: Round) => void {
  let said = false;
  return ({ diagnosis, final, waitingFor }) => {
    if (said || final || waitingFor.length === 0 || !isSure(diagnosis)) return;
    said = true;
    terminal.err(`so far: ${clean(diagnosis.headline)}\n`);
  };
}
