import { CODES } from '../../../core/check/codes.ts';
import { type Cursor, moveCursor, START, showing } from '../cursor.ts';
import { atMost, BLANK, type Line, line, wrap } from '../line.ts';
import { type Around, type ScreenKind, type Size, screenOf } from '../screen.ts';
import { headerLine, rowLine, type ScreenTable } from '../table.ts';
import { typeInto } from '../typing.ts';
import { NO_FAULT, POINTS } from './case.ts';

interface DrillState {
  readonly cursor: Cursor;
  readonly filter: string;
  readonly typing: boolean;
}

interface Answer {
  readonly code: string;
  readonly title: string;
}

const TABLE: ScreenTable<Answer> = {
  columns: [
    { header: 'CAUSE', width: 30, cell: ({ code }) => code },
    { header: 'MEANS', width: 40, grow: 1, cell: ({ title }) => title },
  ],
  toneOf: () => undefined,
};

const ANSWERS: readonly Answer[] = [
  { code: NO_FAULT, title: 'no certificate, key, token or trust is at fault' },
  ...[...CODES.values()].map(({ code, title }) => ({ code, title })),
];

/** A drill: what was reported, and the causes that a trainee may guess before the diagnosis is shown. */
const drillScreen: ScreenKind<DrillState> = {
  name: 'drill',
  about: `What would you say is the cause? ${POINTS.first} points for the first-ranked cause, ${POINTS.other} for one that is ranked lower, ${POINTS.effect} for an effect of it. Or go on without a guess.`,
  keys: [
    { intent: 'open', does: 'guess the chosen cause, and see the diagnosis', short: 'guess' },
    { intent: 'filter', does: 'filter the causes', short: 'filter' },
    { intent: 'next-layer', does: 'go on without a guess', short: 'no guess' },
    { intent: 'down', does: 'next cause', short: 'next' },
    { intent: 'up', does: 'cause before' },
    { intent: 'page-down', does: 'a page down' },
    { intent: 'page-up', does: 'a page up' },
  ],
  title: () => line(' Drill: what is the cause?', { strong: true }),
  body: (state, around) => bodyOf(state, around),
  prompt: ({ typing, filter }) => (typing ? `/${filter}▏` : undefined),
  type: (state, key) => {
    if (!state.typing) return undefined;
    const typed = typeInto(state.filter, key);
    if (typed?.is === 'text') return { state: { ...state, filter: typed.text, cursor: START } };
    if (typed?.is === 'accepted') return { state: { ...state, typing: false } };
    return typed && { state: { cursor: START, filter: '', typing: false } };
  },
  update: (state, intent, around) => {
    const answers = answersOf(state);
    const moved = moveCursor(state.cursor, intent, { count: answers.length, height: listHeight(around) });
    if (moved) return { state: { ...state, cursor: moved } };
    if (intent === 'filter') return { state: { ...state, typing: true } };
    if (intent === 'back' && state.filter !== '') return { state: { ...state, filter: '', cursor: START } };
    if (intent === 'next-layer') return { effects: [{ do: 'guess' }] };
    const chosen = answers[state.cursor.at];
    return intent === 'open' && chosen ? { effects: [{ do: 'guess', code: chosen.code }] } : undefined;
  },
};

export function openDrill() {
  return screenOf(drillScreen, { cursor: START, filter: '', typing: false });
}

function answersOf({ filter }: DrillState): readonly Answer[] {
  const words = filter.toLowerCase().split(' ').filter(Boolean);
  return ANSWERS.filter(({ code, title }) => words.every((word) => `${code} ${title}`.toLowerCase().includes(word)));
}

function reportedLines({ world, size: { columns } }: Around): readonly Line[] {
  const symptom = world.case?.symptom ?? '';
  return [
    line(' What was reported:', { tone: 'muted' }),
    ...atMost(wrap(symptom, columns - 5, { strong: true }, 1), 6),
    BLANK,
  ];
}

function listHeight(around: Around): number {
  const { rows }: Size = around.size;
  return Math.max(1, rows - reportedLines(around).length - 1);
}

function bodyOf(state: DrillState, around: Around): readonly Line[] {
  const { columns } = around.size;
  const answers = answersOf(state);
  const height = listHeight(around);
  const { at, top } = showing(state.cursor, { count: answers.length, height });
  const rows = answers.slice(top, top + height);
  return [
    ...reportedLines(around),
    headerLine(TABLE, columns),
    ...rows.map((row, index) => rowLine(TABLE, row, { width: columns, marked: top + index === at })),
  ];
}
