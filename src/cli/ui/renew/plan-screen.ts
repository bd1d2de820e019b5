import type { Plan, PlannedStep, SkippedTarget } from '../../../core/model/plan.ts';
import { commandLine } from '../../../core/view/plan.ts';
import { skippedFields, stepFields } from '../../../core/view/step-fields.ts';
import { count } from '../../../core/view/text.ts';
import { type Cursor, moveCursor, START, showing } from '../cursor.ts';
import { fieldLines } from '../fields.ts';
import type { Line } from '../line.ts';
import { rule } from '../rule.ts';
import { type ScreenKind, type Size, screenOf } from '../screen.ts';
import { headerLine, rowLine, type ScreenTable } from '../table.ts';

interface PlanState {
  readonly plan: Plan;
  /** What a person is asked. */
  readonly question: string;
  readonly cursor: Cursor;
}

type Row = { readonly step: PlannedStep; readonly number: number } | { readonly skipped: SkippedTarget };

const TABLE: ScreenTable<Row> = {
  columns: [
    { header: '#', width: 3, cell: (row) => ('step' in row ? String(row.number).padStart(3) : '') },
    { header: 'STEP', width: 31, grow: 1, cell: (row) => ('step' in row ? row.step.id : row.skipped.target) },
    { header: 'RISK', width: 10, cell: (row) => ('step' in row ? row.step.risk : 'left alone') },
    { header: 'WHAT', width: 24, grow: 3, cell: (row) => ('step' in row ? row.step.title : row.skipped.reason) },
  ],
  toneOf: (row) => ('skipped' in row ? 'muted' : row.step.risk === 'none' ? undefined : 'warning'),
};

function rowsOf({ steps, skipped }: Plan): readonly Row[] {
  return [
    ...steps.map((step, index) => ({ step, number: index + 1 })),
    ...skipped.map((target) => ({ skipped: target })),
  ];
}

/** Rows of the list; the rest is for the details of the chosen one. */
function listHeight({ rows }: Size): number {
  return Math.max(3, Math.floor((rows - 2) / 2));
}

/** The plan before it is confirmed: its steps, and everything about the chosen one. */
const planScreen: ScreenKind<PlanState> = {
  name: 'plan',
  about:
    'What would be done, in this order, and what is left alone. Nothing has been changed yet. Each step is proven after it has run; when one cannot be proven, everything that was done is undone, the last first.',
  keys: [
    { intent: 'down', does: 'next step', short: 'next' },
    { intent: 'up', does: 'previous step' },
    { intent: 'run', does: 'run the plan, after a question', short: 'run' },
    { intent: 'open', does: 'the same' },
    { intent: 'copy', does: 'copy the command of the step', short: 'copy command' },
    { intent: 'page-down', does: 'a page down' },
    { intent: 'page-up', does: 'a page up' },
    { intent: 'top', does: 'first step' },
    { intent: 'bottom', does: 'last step' },
    { intent: 'quit', does: 'change nothing' },
  ],
  title: ({ plan }) => titleOf(plan),
  body: ({ plan, cursor }, { size }) => {
    const rows = rowsOf(plan);
    const height = listHeight(size);
    const { at, top } = showing(cursor, { count: rows.length, height });
    const chosen = rows[at];
    const list = rows
      .slice(top, top + height)
      .map((row, index) => rowLine(TABLE, row, { width: size.columns, marked: top + index === at }));
    return [headerLine(TABLE, size.columns), ...list, ...(chosen ? detailLines(chosen, size.columns) : [])];
  },
  update: ({ cursor, plan, question }, intent, { size }) => {
    const rows = rowsOf(plan);
    const moved = moveCursor(cursor, intent, { count: rows.length, height: listHeight(size) });
    if (moved) return { state: { plan, question, cursor: moved } };
    if (intent === 'run' || intent === 'open') return { ask: { text: `${question}?`, yes: { do: 'apply', plan } } };
    if (intent === 'copy') return copyCommand(rows[cursor.at]);
    return undefined;
  },
};

export function openPlan(plan: Plan, question: string) {
  return screenOf(planScreen, { plan, question, cursor: START });
}

function titleOf({ steps, skipped, subject }: Plan): Line {
  const restarts = steps.filter(({ risk }) => risk !== 'none').length;
  return [
    { text: ' Plan', strong: true },
    { text: ` for ${subject.kind} ${subject.name}: ${count(steps.length, 'step')}` },
    ...(restarts > 0 ? [{ text: `, ${count(restarts, 'restart')}`, tone: 'warning' as const }] : []),
    ...(skipped.length > 0 ? [{ text: `, ${skipped.length} left alone`, tone: 'muted' as const }] : []),
  ];
}

function detailLines(row: Row, columns: number): readonly Line[] {
  const title = 'step' in row ? row.step.id : row.skipped.target;
  const fields = 'step' in row ? stepFields(row.step) : skippedFields(row.skipped);
  return [rule(title, columns), ...fieldLines(fields, columns)];
}

function copyCommand(row: Row | undefined) {
  const command =
    row && 'step' in row
      ? row.step.command
      : (row?.skipped.instead.find((step) => step.command.length > 0)?.command ?? []);
  if (command.length === 0) return { flash: 'this step has no command to copy' };
  const text = commandLine(command);
  return { effects: [{ do: 'copy' as const, text }], flash: `copied: ${text}` };
}
