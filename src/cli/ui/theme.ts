import type { Tone } from '../../core/view/section.ts';
import type { Span } from './line.ts';

/** What Ink's Text takes. */
export interface Look {
  readonly color?: string;
  readonly dimColor?: true;
  readonly bold?: true;
  readonly inverse?: true;
}

/** Colours by meaning, the same as those of tables. */
const COLORS: Readonly<Record<Tone, Look>> = {
  critical: { color: 'red' },
  unknown: { color: 'magenta' },
  warning: { color: 'yellow' },
  info: { color: 'cyan' },
  ok: { color: 'green' },
  muted: { dimColor: true },
};

/** How a span is drawn. Without colour weight and inversion stay; neither says anything that the words do not. */
export function lookOf({ tone, strong, marked }: Span, color: boolean): Look {
  return {
    ...(color && tone && COLORS[tone]),
    ...(strong && { bold: true }),
    ...(marked && { inverse: true }),
  };
}

/** A mark in front of a row says as much as its colour. */
export const MARKS: Readonly<Record<Tone, string>> = {
  critical: '!',
  warning: '*',
  unknown: '?',
  info: 'i',
  ok: ' ',
  muted: ' ',
};

export function markOf(tone: Tone | undefined): string {
  return tone ? MARKS[tone] : ' ';
}
