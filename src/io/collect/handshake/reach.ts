import { PortFailure } from '../../ports/failure.ts';
import type { DialResult, DialTarget } from '../../ports/tls-dialer.ts';
import type { CollectContext } from '../source.ts';
import { eachOf } from './parallel.ts';
import { prepareShake, resolved, type ShakePlan } from './shake.ts';

/** Milliseconds: on the network of the nodes a handshake takes a few; from outside nothing answers at all. */
const REACH_WITHIN = 3_000;
/** Handshakes that are made at the same time. */
const PARALLEL = 32;
/** How many are tried before the others are given up with them. */
const SCOUTS = 8;

/** What a dial came to. */
export interface Attempt {
  readonly plan: ShakePlan;
  readonly outcome: DialResult | PortFailure;
}

/**
 * Dials addresses that may lie on a network that cannot be reached from here. When none of the first few answers, the
 * others are not dialled.
 * @returns what each came to; undefined: none can be reached from this side
 */
export async function tryReach(
  context: CollectContext,
  plans: readonly ShakePlan[],
): Promise<readonly Attempt[] | undefined> {
  const scouted = await dialAll(context, plans.slice(0, SCOUTS));
  if (scouted.every(({ outcome }) => isFar(outcome))) return undefined;
  return [...scouted, ...(await dialAll(context, plans.slice(SCOUTS)))];
}

/** Makes the reading of an attempt, as if it were made now. */
export async function recordAttempt(context: CollectContext, { plan, outcome }: Attempt): Promise<boolean> {
  const dial = async () => {
    if (outcome instanceof PortFailure) throw outcome;
    return outcome;
  };
  return prepareShake({ ...context, ports: { ...context.ports, tls: { dial } } }, plan)();
}

async function dialAll(context: CollectContext, plans: readonly ShakePlan[]): Promise<Attempt[]> {
  const attempts = new Map<ShakePlan, Attempt>();
  await eachOf(PARALLEL, plans, async (plan) => {
    attempts.set(plan, { plan, outcome: await attempt(context, plan.dial) });
  });
  return plans.map((plan) => attempts.get(plan)!);
}

/** Dials once, for a few seconds at most; through what `open` opens, if it is given. @throws the signal's reason when the run ends */
export async function attempt(
  context: CollectContext,
  target: Omit<DialTarget, 'signal'>,
  open?: (signal: AbortSignal) => Promise<NonNullable<DialTarget['through']>>,
): Promise<DialResult | PortFailure> {
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(REACH_WITHIN)]);
  try {
    const through = await open?.(signal);
    const result = await context.ports.tls.dial({
      ...(through ? { ...target, through } : resolved(context, target)),
      signal,
    });
    context.answered();
    return result;
  } catch (error) {
    if (context.signal.aborted || !(error instanceof PortFailure)) throw error;
    return error;
  }
}

const NO_WAY: ReadonlySet<string> = new Set(['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'EADDRNOTAVAIL']);

/** Nothing came back, not even a refusal: there is no way, or a wall. */
export function isFar(outcome: DialResult | PortFailure): boolean {
  return outcome instanceof PortFailure && (outcome.state === 'timed-out' || NO_WAY.has(outcome.code ?? ''));
}
