import { type Line, wrap } from '../line.ts';
import { type Case, POINTS, scoreOf } from './case.ts';

const SAID: Readonly<Record<keyof typeof POINTS, string>> = {
  first: 'that is it',
  other: 'a cause, but not the likeliest',
  effect: 'an effect of the cause, not the cause',
  none: 'that is not it',
};

/** What a trainee's guess was worth, once the diagnosis is final. */
export function scoreText({ guess, round }: Case): string | undefined {
  if (!guess || !round?.final) return undefined;
  const score = scoreOf(guess, round);
  return `your guess ${guess.code}: ${SAID[score]}; ${POINTS[score]} of ${POINTS.first} points`;
}

export function scoreLines(watched: Case, columns: number): readonly Line[] {
  const text = scoreText(watched);
  const isRight = text?.includes(SAID.first);
  return text === undefined ? [] : wrap(text, columns - 1, { tone: isRight ? 'ok' : 'warning', strong: true }, 1);
}
