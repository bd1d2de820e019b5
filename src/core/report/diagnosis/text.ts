import stringWidth from 'string-width';
import type { Block, DiagnosisView, Line } from '../../view/diagnosis.ts';
import { clean } from '../../view/text.ts';
import { paint } from '../paint.ts';
import type { DiagnosisForm, DiagnosisFormOptions } from './form.ts';

/** For a terminal: headings, items, and commands on lines of their own, which are never broken. */
export const text = { id: 'text', print } as const satisfies DiagnosisForm;

function print({ headline, tone, blocks }: DiagnosisView, options: DiagnosisFormOptions): string {
  const first = wrap(clean(headline), options.columns).map((line) => paint(line, tone, options.color));
  return `${first.join('\n')}\n${blocks.map((block) => printBlock(block, options)).join('')}`;
}

function printBlock({ title, level, lines, tone }: Block, options: DiagnosisFormOptions): string {
  const indent = level === 1 ? '' : '  ';
  const heading = level === 1 ? clean(title).replace(/^[^:]*$/, (words) => words.toUpperCase()) : clean(title);
  const body = lines.flatMap((line) => printLine(line, `${indent}  `, options));
  return `${level === 1 ? '\n' : ''}${indent}${paint(heading, tone, options.color)}\n${body.map((line) => `${line}\n`).join('')}`;
}

function printLine(
  { kind, text: said, aside, tone }: Line,
  indent: string,
  { columns, color }: DiagnosisFormOptions,
): string[] {
  if (kind === 'command') return [`${indent}  $ ${clean(said)}`];
  const bullet = kind === 'item' ? '- ' : '';
  const width = Math.max(MIN_WIDTH, columns - indent.length - 2);
  const own = wrap(clean(said), width).map((line, index) =>
    paint(`${index === 0 ? bullet : ' '.repeat(bullet.length)}${line}`, tone, color),
  );
  const beside =
    aside === undefined ? [] : wrap(`(${clean(aside)})`, width).map((line) => `  ${paint(line, 'muted', color)}`);
  return [...own, ...beside].map((line) => `${indent}${line}`);
}

const MIN_WIDTH = 30;

/** At blanks; a word that is longer than the line stays whole, so that it can be copied. */
function wrap(words: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of words.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && stringWidth(last) + 1 + stringWidth(word) <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
