import { viewRun } from '../../../core/view/renewal-run.ts';
import type { Row } from '../../../core/view/section.ts';
import { humanDuration } from '../../../core/view/time.ts';
import { type Cursor, moveCursor, showing } from '../cursor.ts';
import { type Line, line, wrap } from '../line.ts';
import { rule } from '../rule.ts';
import { type Around, type ScreenKind, type Size, screenOf } from '../screen.ts';
import { headerLine, rowLine, type ScreenTable } from '../table.ts';
import { type RenewalProgress, standing } from './progress.ts';

interface RunState {
  /** Undefined: the step at hand is followed. */
  readonly cursor?: Cursor;
}

interface WatchedRow {
  readonly row: Row;
  /** Milliseconds that the step has taken. */
  readonly took: number | undefined;
}

const cell = (index: number) => (watched: WatchedRow) => watched.row.cells[index] ?? '';

const TABLE: ScreenTable<WatchedRow> = {
  columns: [
    { header: 'STATE', width: 15, cell: cell(1) },
    { header: 'STEP', width: 31, grow: 1, cell: cell(0) },
    { header: 'TOOK', width: 5, cell: ({ took }) => (took === undefined ? '' : humanDuration(took)) },
    { header: 'WHAT WAS FOUND', width: 18, grow: 3, cell: cell(2) },
  ],
  toneOf: ({ row }) => (row.cells[1] === 'pending' ? 'muted' : row.tone),
};

const DETAIL_ROWS = 7;

function listHeight({ rows }: Size): number {
  return Math.max(3, rows - 1 - DETAIL_ROWS);
}

/** A plan while it runs: where each step stands, what is waited for, and for how long. */
const runScreen: ScreenKind<RunState> = {
  name: 'run',
  about:
    'The plan while it runs. Every transition is written to the journal before the next act, so that the run can be resumed whatever happens. Ctrl-C once: stop after the step at hand. Ctrl-C twice: abandon it.',
  keys: [
    { intent: 'interrupt', does: 'stop after this step; again: abandon it', short: 'stop after this step' },
    { intent: 'down', does: 'look at the next step', short: 'look' },
    { intent: 'up', does: 'look at the step before' },
    { intent: 'page-down', does: 'a page down' },
    { intent: 'page-up', does: 'a page up' },
    { intent: 'top', does: 'first step' },
    { intent: 'bottom', does: 'last step' },
    { intent: 'back', does: 'follow the step at hand again' },
    { intent: 'quit', does: 'quit, once the run is over' },
  ],
  title: (_state, { world }) => (world.renewal ? titleOf(world.renewal, world.now) : []),
  body: (state, around) => (around.world.renewal ? bodyOf(state, around.world.renewal, around) : []),
  prompt: (_state, { world: { renewal } }) =>
    renewal?.outcome === undefined ? undefined : 'Esc back  q quit, and print what was done',
  update: ({ cursor }, intent, { world, size }) => {
    const over = world.renewal?.outcome !== undefined;
    if (intent === 'back' && (cursor || !over)) return { state: {} };
    if (intent === 'quit' && !over) return { flash: 'the run goes on: Ctrl-C stops it after the step at hand' };
    if (!world.renewal) return undefined;
    const count = world.renewal.plan.steps.length;
    const from = cursor ?? { at: followed(world.renewal), top: 0 };
    const moved = moveCursor(from, intent, { count, height: listHeight(size) });
    return moved && { state: { cursor: moved } };
  },
};

export function openRun() {
  return screenOf(runScreen, {});
}

function titleOf(renewal: RenewalProgress, now: number): Line {
  return [
    { text: ` Run ${renewal.plan.id}`, strong: true },
    { text: `: ${standing(renewal)}, ${humanDuration(now - renewal.startedAt)}` },
    ...(renewal.stopping && renewal.outcome === undefined
      ? [{ text: '  stopping after this step', tone: 'warning' as const, strong: true }]
      : []),
  ];
}

function followed({ plan, current }: RenewalProgress): number {
  return Math.max(
    0,
    plan.steps.findIndex(({ id }) => id === current?.step),
  );
}

function bodyOf({ cursor }: RunState, renewal: RenewalProgress, { world: { now }, size }: Around): Line[] {
  const rows = watchedRows(renewal, now);
  const height = listHeight(size);
  const { at, top } = showing(cursor ?? { at: followed(renewal), top: 0 }, { count: rows.length, height });
  const shown = rows.slice(top, top + height);
  const list = shown.map((row, index) => rowLine(TABLE, row, { width: size.columns, marked: top + index === at }));
  return [headerLine(TABLE, size.columns), ...list, ...detailLines(renewal, at, size.columns, now)];
}

function watchedRows({ plan, events, current, took }: RenewalProgress, now: number): WatchedRow[] {
  return viewRun(plan, events).sections[0].rows.map((row) => {
    const [id = ''] = row.cells;
    if (current?.step !== id) return { row, took: took[id] };
    const cells = current.message === undefined ? row.cells : [id, row.cells[1] ?? '', current.message];
    return { row: { ...row, cells }, took: now - current.since };
  });
}

/** The chosen step in full: a row has no room for what was found. */
function detailLines(
  { plan, events, current, outcome }: RenewalProgress,
  at: number,
  columns: number,
  now: number,
): Line[] {
  const step = plan.steps[at];
  if (!step) return [];
  const own = events.filter((event) => event.step === step.id);
  const last = own.findLast(({ message }) => message !== undefined);
  const over = outcome === undefined ? [] : wrap(outcome, columns - 1, { strong: true }, 1);
  const waiting =
    outcome === undefined && current?.step === step.id && current.message !== undefined ? current : undefined;
  return [
    rule(step.id, columns),
    ...wrap(step.title, columns - 1, {}, 1),
    ...(waiting
      ? wrap(`${waiting.message} (${humanDuration(now - waiting.since)})`, columns - 1, { tone: 'info' }, 1)
      : []),
    ...(last ? wrap(`${last.transition}: ${last.message}`, columns - 1, { tone: toneOf(last.transition) }, 1) : []),
    ...over,
    ...(own.at(-1)?.hints ?? []).map((hint) => line(` ${hint}`, { tone: 'warning' })),
  ];
}

function toneOf(transition: string): 'critical' | 'muted' {
  return /failed|refused/.test(transition) ? 'critical' : 'muted';
}
