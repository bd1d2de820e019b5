import type { Line } from './line.ts';

/** A rule across the screen, with a word on it. */
export function rule(title: string, columns: number): Line {
  const start = title === '' ? '─' : `── ${title} `;
  return [{ text: start.padEnd(columns, '─'), tone: 'muted' }];
}
