import type { Field } from '../../core/view/section.ts';
import { type Line, pad, wrap } from './line.ts';

const LABEL_COLUMNS = 12;

/** Fields under one another: labels on the left, text wrapped beside them, commands as they are typed. */
export function fieldLines(fields: readonly Field[], columns: number): readonly Line[] {
  return fields.flatMap(({ label, text, tone, command }) => {
    const look = command ? { tone: 'info' as const } : { tone };
    return wrap(text, columns - 1, look, LABEL_COLUMNS + 1).map(
      (spans, index): Line => (index === 0 ? [labelSpan(label), ...spans.slice(1)] : spans),
    );
  });
}

function labelSpan(label: string) {
  return { text: ` ${pad(label, LABEL_COLUMNS)}`, tone: 'muted' as const };
}
