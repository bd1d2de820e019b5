import type { Round } from '../../../app/debug.ts';
import { hypothesesOf, type Standing } from '../../../core/view/hypotheses.ts';

/** One diagnosis as it is watched: what was asked, the last look, and how hypotheses stood before. */
export interface Case {
  /** What a person came with, for the eye; empty: the present state. */
  readonly symptom: string;
  readonly round?: Round;
  /** What each hypothesis was before it was what it is, by id. */
  readonly was: Readonly<Record<string, Standing | 'new'>>;
  /** What is being read. */
  readonly reading?: string | undefined;
  /** A drill: the trainee may guess before the diagnosis is shown. */
  readonly guess?: Guess;
}

export interface Guess {
  readonly code: string;
}

export function openCase(symptom: string): Case {
  return { symptom, was: {} };
}

/** The case after another look; what changed since the last one is remembered until it changes again. */
export function noteRound(old: Case, round: Round): Case {
  const before = new Map(
    (old.round ? hypothesesOf(old.round.diagnosis) : []).map(({ id, standing }) => [id, standing]),
  );
  const was = { ...old.was };
  for (const { id, standing } of hypothesesOf(round.diagnosis)) {
    const last = before.get(id);
    if (old.round && last !== standing) was[id] = last ?? 'new';
  }
  return { ...old, round, was };
}

/** What is known by now, in one sentence. That nothing was found yet says nothing. */
export function headlineOf({ round }: Case): string {
  if (!round) return 'nothing is known yet';
  const { headline, rootCauses } = round.diagnosis;
  if (round.final) return headline;
  return rootCauses.length > 0 ? `so far: ${headline}` : 'nothing was found yet';
}

/** Points for a guess: for the first-ranked cause, for one that is ranked lower, for an effect of a cause. */
export const POINTS = { first: 100, other: 60, effect: 30, none: 0 } as const;

/** How good a guess was, once the diagnosis is final. */
export function scoreOf({ code }: Guess, { diagnosis: { rootCauses, otherCauses } }: Round): keyof typeof POINTS {
  const causes = [...rootCauses, ...otherCauses];
  if (causes[0]?.code === code || (causes.length === 0 && code === NO_FAULT)) return 'first';
  if (causes.some((cause) => cause.code === code)) return 'other';
  return causes.some(({ chain }) => chain.some((effect) => effect.code === code)) ? 'effect' : 'none';
}

/** The guess that nothing is wrong with any certificate. */
export const NO_FAULT = 'NO_FAULT';
