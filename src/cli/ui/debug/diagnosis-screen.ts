import type { CheckedStep, Diagnosis } from '../../../core/model/diagnosis.ts';
import { checkedFields, type Hypothesis, hypothesesOf, outcomeTone } from '../../../core/view/hypotheses.ts';
import { type Cursor, moveCursor, START, showing } from '../cursor.ts';
import { openFix } from '../explore/fix-screen.ts';
import { fieldLines } from '../fields.ts';
import { atMost, BLANK, type Line, wrap } from '../line.ts';
import { rule } from '../rule.ts';
import { type Around, type ScreenKind, type Size, screenOf, type Update } from '../screen.ts';
import { rowLine, type ScreenTable } from '../table.ts';
import { type Case, headlineOf } from './case.ts';
import { openReport } from './report-screen.ts';
import { scoreLines } from './score.ts';

interface DiagnosisState {
  readonly cursor: Cursor;
}

interface HypothesisRow {
  readonly hypothesis: Hypothesis;
  readonly was: string | undefined;
  readonly final: boolean;
}

interface StepRow {
  readonly step: CheckedStep;
  readonly number: number;
}

type Row = HypothesisRow | StepRow;

const HYPOTHESES: ScreenTable<HypothesisRow> = {
  columns: [
    { header: '', width: 17, cell: standingText },
    { header: '', width: 24, grow: 1, cell: ({ hypothesis }) => hypothesis.code },
    { header: '', width: 30, grow: 3, cell: ({ hypothesis }) => hypothesis.message },
  ],
  toneOf: ({ hypothesis }) => hypothesis.tone,
};

const STEPS: ScreenTable<StepRow> = {
  columns: [
    { header: '', width: 17, cell: ({ step }) => step.outcome },
    { header: '', width: 36, grow: 2, cell: ({ step, number }) => `${number}. ${step.question}` },
    { header: '', width: 18, grow: 2, cell: ({ step }) => step.answer },
  ],
  toneOf: ({ step }) => outcomeTone(step.outcome),
};

function drawRow(row: Row, options: { width: number; marked: boolean }): Line {
  return 'step' in row ? rowLine(STEPS, row, options) : rowLine(HYPOTHESES, row, options);
}

/** The diagnosis as it runs. */
const diagnosisScreen: ScreenKind<DiagnosisState> = {
  name: 'diagnosis',
  about:
    'The diagnosis as it runs. Above stand the hypotheses, the likeliest first, with how sure each is, a ? behind it while something is still read, and what it was before; below the questions that were asked, each with the command that a person would type and what was found. The chosen row is shown in full at the bottom. Leaving prints the report.',
  keys: [
    { intent: 'down', does: 'next row', short: 'next' },
    { intent: 'up', does: 'row before' },
    { intent: 'next-layer', does: 'to the questions, and back to the hypotheses', short: 'questions' },
    { intent: 'fix', does: 'what to do about the chosen cause, or the first', short: 'fix' },
    { intent: 'open', does: 'the whole report', short: 'report' },
    { intent: 'copy', does: 'copy the command of the row', short: 'copy command' },
    { intent: 'page-down', does: 'a page down' },
    { intent: 'page-up', does: 'a page up' },
    { intent: 'top', does: 'first row' },
    { intent: 'bottom', does: 'last row' },
    { intent: 'quit', does: 'leave, and print the report' },
  ],
  title: (_state, { world }) => titleOf(world.case),
  body: (state, around) => bodyOf(state, around),
  update: (state, intent, around) => update(state, intent, around),
};

export function openDiagnosis() {
  return screenOf(diagnosisScreen, { cursor: START });
}

const VERDICTS = {
  'root-cause-found': ['Root cause found', 'critical'],
  'no-fault': ['No certificate fault', 'ok'],
  undecided: ['Undecided', 'unknown'],
} as const;

function titleOf(watched: Case | undefined): Line {
  const round = watched?.round;
  if (!round?.final)
    return [
      { text: ' Diagnosing', strong: true },
      { text: `  ${watched?.reading ?? 'reading'}`, tone: 'info' },
    ];
  const [say, tone] = VERDICTS[round.diagnosis.verdict];
  return [
    { text: ` ${say}`, tone, strong: true },
    { text: `  ${countText(round.diagnosis)}`, tone: 'muted' },
  ];
}

function countText({ checked, ruledOut, open }: Diagnosis): string {
  return `${checked.length} questions asked, ${ruledOut.length} ruled out, ${open.length} open`;
}

/** How it stands, and how it stood before; while something is still read, nothing is certain. */
function standingText({ hypothesis: { standing }, was, final }: HypothesisRow): string {
  const now = final || !CONFIDENT.has(standing) ? standing : `${standing}?`;
  return was === undefined ? now : `${now} (${was === 'new' ? 'new' : `was ${was}`})`;
}

const CONFIDENT: ReadonlySet<string> = new Set(['high', 'medium', 'low']);

function rowsOf({ round, was }: Case): { readonly rows: readonly Row[]; readonly hypotheses: number } {
  if (!round) return { rows: [], hypotheses: 0 };
  const { final } = round;
  const hypotheses = hypothesesOf(round.diagnosis).map((hypothesis) => ({
    hypothesis,
    was: was[hypothesis.id],
    final,
  }));
  const steps = round.diagnosis.checked.map((step, index) => ({ step, number: index + 1 }));
  return { rows: [...hypotheses, ...steps], hypotheses: hypotheses.length };
}

const DETAIL_ROWS = 8;
/** Rows from which on a long symptom has more than one line. */
const ROOMY = 30;

/** What stands above the rows: the symptom, the verdict in one sentence, the score of a drill. */
function headLines(watched: Case, { columns, rows }: Size): readonly Line[] {
  const said = watched.symptom.replace(/\s+/g, ' ').trim() || 'everything that is wrong now';
  return [
    ...atMost(wrap(said, columns - 5, { tone: 'muted' }, 1), rows < ROOMY ? 1 : 3),
    ...atMost(wrap(headlineOf(watched), columns - 5, { strong: true }, 1), 2),
    ...scoreLines(watched, columns),
  ];
}

/** Rows of the list, two rules among them. */
function listHeight(watched: Case, size: Size): number {
  return Math.max(2, size.rows - headLines(watched, size).length - 2 - DETAIL_ROWS);
}

function bodyOf({ cursor }: DiagnosisState, { world, size }: Around): readonly Line[] {
  const watched = world.case;
  if (!watched) return [];
  const { columns } = size;
  const { rows, hypotheses } = rowsOf(watched);
  const head = headLines(watched, size);
  if (rows.length === 0)
    return [...head, BLANK, ...wrap(watched.reading ?? 'reading', columns - 1, { tone: 'info' }, 1)];
  const height = listHeight(watched, size);
  const { at, top } = showing(cursor, { count: rows.length, height });
  const shown = rows.slice(top, top + height).flatMap((row, index): Line[] => {
    const drawn = drawRow(row, { width: columns, marked: top + index === at });
    return top + index === hypotheses && index > 0 ? [rule('Questions', columns), drawn] : [drawn];
  });
  const blanks = Array.from({ length: Math.max(0, height + 1 - shown.length) }, () => BLANK);
  const chosen = rows[at];
  return [
    ...head,
    rule(top < hypotheses ? `Hypotheses (${hypotheses})` : 'Questions', columns),
    ...shown.slice(0, height + 1),
    ...blanks,
    ...(chosen ? [rule('', columns), ...fieldLines(fieldsOf(chosen), columns)] : []),
  ];
}

function fieldsOf(row: Row) {
  return 'hypothesis' in row ? row.hypothesis.fields : checkedFields(row.step);
}

function update(state: DiagnosisState, intent: string, { world, size }: Around): Update<DiagnosisState> | undefined {
  const watched = world.case;
  if (!watched) return undefined;
  const { rows, hypotheses } = rowsOf(watched);
  if (intent === 'next-layer')
    return { state: { cursor: { at: state.cursor.at < hypotheses ? hypotheses : 0, top: 0 } } };
  const moved = moveCursor(state.cursor, intent, { count: rows.length, height: listHeight(watched, size) });
  if (moved) return { state: { cursor: moved } };
  const chosen = rows[state.cursor.at];
  if (intent === 'open' && watched.round) return { open: openReport() };
  if (intent === 'copy') return copy(chosen);
  if (intent === 'fix') return fix(chosen, rows);
  return undefined;
}

function copy(row: Row | undefined): Update<DiagnosisState> {
  const command = row && ('hypothesis' in row ? row.hypothesis.command : row.step.command);
  if (!command) return { flash: 'this row has no command to copy' };
  return { effects: [{ do: 'copy', text: command }], flash: `copied: ${command}` };
}

function fix(chosen: Row | undefined, rows: readonly Row[]): Update<DiagnosisState> {
  const fixable = [chosen, ...rows].flatMap((row) =>
    row && 'hypothesis' in row && row.hypothesis.fix.length > 0 ? [row.hypothesis] : [],
  );
  const [first] = fixable;
  if (!first) return { flash: 'no cause is known that could be fixed' };
  return { open: openFix({ title: `${first.code} of ${first.object}`, steps: first.fix, target: first.object }) };
}
