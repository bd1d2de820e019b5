import type { Block, DiagnosisView, Line as Said } from '../../../core/view/diagnosis.ts';
import { BLANK, type Line, line, wrap } from '../line.ts';

/** The whole diagnosis as every other form of it has it. */
export function reportLines({ headline, tone, blocks }: DiagnosisView, columns: number): readonly Line[] {
  return [
    ...wrap(headline, columns - 1, { tone, strong: true }, 1),
    ...blocks.flatMap((block) => blockLines(block, columns)),
  ];
}

function blockLines({ title, level, lines, tone }: Block, columns: number): readonly Line[] {
  const indent = level === 1 ? 1 : 3;
  return [
    ...(level === 1 ? [BLANK] : []),
    ...wrap(title, columns - 1, { tone, strong: true }, indent),
    ...lines.flatMap((said) => saidLines(said, columns, indent + 2)),
  ];
}

function saidLines({ kind, text, aside, tone }: Said, columns: number, indent: number): readonly Line[] {
  if (kind === 'command') return [line(`${' '.repeat(indent + 2)}$ ${text}`, { tone: 'info' })];
  const bullet = kind === 'item' ? 2 : 0;
  const own = wrap(text, columns - 1, { tone }, indent + bullet).map(
    (spans, index): Line =>
      index === 0 && bullet > 0 ? [{ text: `${' '.repeat(indent)}- ` }, ...spans.slice(1)] : spans,
  );
  const beside = aside === undefined ? [] : wrap(`(${aside})`, columns - 1, { tone: 'muted' }, indent + 2);
  return [...own, ...beside];
}
