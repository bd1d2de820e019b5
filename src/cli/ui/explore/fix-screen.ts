import type { Step } from '../../../core/model/step.ts';
import { commandLine } from '../../../core/view/plan.ts';
import { manualFields } from '../../../core/view/step-fields.ts';
import { type Cursor, moveCursor, START, showing } from '../cursor.ts';
import { fieldLines } from '../fields.ts';
import { type Line, line } from '../line.ts';
import { rule } from '../rule.ts';
import { type ScreenKind, type Size, screenOf } from '../screen.ts';
import { headerLine, rowLine, type ScreenTable } from '../table.ts';

export interface Fix {
  readonly title: string;
  readonly steps: readonly Step[];
  /** Ref of what is repaired: the renewal engine may have a plan for it. */
  readonly target: string;
}

interface FixState extends Fix {
  readonly cursor: Cursor;
}

interface Row {
  readonly step: Step;
  readonly number: number;
}

const TABLE: ScreenTable<Row> = {
  columns: [
    { header: '#', width: 2, cell: ({ number }) => String(number).padStart(2) },
    { header: 'WHAT TO DO', width: 40, grow: 1, cell: ({ step }) => step.title },
    { header: 'RISK', width: 8, cell: ({ step }) => step.risk },
  ],
  toneOf: ({ step }) => (step.risk === 'none' ? undefined : 'warning'),
};

function listHeight({ rows }: Size, count: number): number {
  return Math.max(1, Math.min(count, Math.floor(rows / 2)));
}

/** What to do about a finding or a root cause, step by step: copied, or done by the renewal engine where it can. */
const fixScreen: ScreenKind<FixState> = {
  name: 'fix',
  about:
    'What to do, in this order, each step with its command. Nothing is run from here, but for what the renewal engine has a plan for: it shows the plan first, and asks.',
  keys: [
    { intent: 'down', does: 'next step', short: 'next' },
    { intent: 'up', does: 'step before' },
    { intent: 'copy', does: 'copy the command of the step', short: 'copy command' },
    { intent: 'run', does: 'show the plan of the renewal engine for it, and ask', short: 'plan a renewal' },
    { intent: 'back', does: 'back', short: 'back' },
  ],
  title: ({ title }) => [{ text: ' Fix', strong: true }, { text: ` for ${title}` }],
  body: (state, { size }) => bodyOf(state, size),
  update: (state, intent, { size }) => {
    const { steps, cursor, target } = state;
    const moved = moveCursor(cursor, intent, { count: steps.length, height: listHeight(size, steps.length) });
    if (moved) return { state: { ...state, cursor: moved } };
    if (intent === 'run') return { effects: [{ do: 'plan', target }] };
    if (intent !== 'copy') return undefined;
    const command = steps[cursor.at]?.command ?? [];
    if (command.length === 0) return { flash: 'this step has no command to copy' };
    const text = commandLine(command);
    return { effects: [{ do: 'copy', text }], flash: `copied: ${text}` };
  },
};

export function openFix(fix: Fix) {
  return screenOf(fixScreen, { ...fix, cursor: START });
}

function bodyOf({ steps, cursor }: FixState, size: Size): readonly Line[] {
  const height = listHeight(size, steps.length);
  const { at, top } = showing(cursor, { count: steps.length, height });
  const rows = steps.map((step, index) => ({ step, number: index + 1 })).slice(top, top + height);
  const chosen = steps[at];
  if (!chosen) return [line(' nothing is to be done', { tone: 'ok' })];
  return [
    headerLine(TABLE, size.columns),
    ...rows.map((row, index) => rowLine(TABLE, row, { width: size.columns, marked: top + index === at })),
    rule(`step ${at + 1} of ${steps.length}`, size.columns),
    ...fieldLines(manualFields(chosen), size.columns),
  ];
}
