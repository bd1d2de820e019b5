import { likelyPlaybooks } from '../../../core/diagnose/likely.ts';
import { PLAYBOOKS } from '../../../core/diagnose/playbooks.ts';
import { type Cursor, moveCursor, START, showing } from '../cursor.ts';
import { atMost, type Line, wrap } from '../line.ts';
import { rule } from '../rule.ts';
import { type Around, type ScreenKind, type Size, screenOf } from '../screen.ts';
import { rowLine, type ScreenTable } from '../table.ts';
import { typeInto } from '../typing.ts';
import { headlineOf } from './case.ts';

interface MenuState {
  readonly cursor: Cursor;
  /** An error text that is being typed; undefined: a symptom is chosen. */
  readonly text?: string;
}

interface Choice {
  /** Undefined: everything that is wrong now. */
  readonly playbook?: string;
  readonly title: string;
  readonly layer: string;
  readonly likely: boolean;
}

const TABLE: ScreenTable<Choice> = {
  columns: [
    { header: 'WHAT DO YOU SEE?', width: 54, grow: 1, cell: ({ title }) => title },
    { header: 'LAYER', width: 7, cell: ({ layer }) => layer },
    { header: '', width: 7, cell: ({ likely }) => (likely ? 'likely' : '') },
  ],
  toneOf: ({ likely }) => (likely ? 'warning' : undefined),
};

/** What a person sees: symptoms to choose from, those first that the cluster's present state makes likely. */
const menuScreen: ScreenKind<MenuState> = {
  name: 'symptoms',
  about:
    'What do you see? Choose a symptom, or type or paste the error text with /. The cluster is read meanwhile: symptoms that its present state makes likely come first.',
  keys: [
    { intent: 'open', does: 'diagnose it', short: 'diagnose' },
    { intent: 'filter', does: 'type or paste an error text', short: 'error text' },
    { intent: 'down', does: 'next symptom', short: 'next' },
    { intent: 'up', does: 'symptom before' },
    { intent: 'page-down', does: 'a page down' },
    { intent: 'page-up', does: 'a page up' },
    { intent: 'quit', does: 'quit' },
  ],
  title: (_state, { world }) => [
    { text: ' Symptoms', strong: true },
    { text: world.case?.round?.final ? '' : `  ${world.case?.reading ?? ''}`, tone: 'info' },
  ],
  body: (state, around) => bodyOf(state, around),
  prompt: ({ text }) => (text === undefined ? undefined : `error text: ${lastOf(text)}▏`),
  type: (state, key) => {
    if (state.text === undefined) return undefined;
    const typed = typeInto(state.text, key);
    if (typed?.is === 'text') return { state: { ...state, text: typed.text } };
    if (typed?.is === 'cancelled') return { state: { cursor: state.cursor } };
    return typed && { state: { cursor: state.cursor }, effects: [{ do: 'diagnose', text: state.text }] };
  },
  update: ({ cursor }, intent, around) => {
    const choices = choicesOf(around);
    const moved = moveCursor(cursor, intent, { count: choices.length, height: listHeight(around.size) });
    if (moved) return { state: { cursor: moved } };
    if (intent === 'filter') return { state: { cursor, text: '' } };
    const chosen = choices[cursor.at];
    if (intent !== 'open' || !chosen) return undefined;
    const { playbook, title } = chosen;
    return { effects: [{ do: 'diagnose', text: '', ...(playbook !== undefined && { playbook, title }) }] };
  },
};

export function openMenu() {
  return screenOf(menuScreen, { cursor: START });
}

/** The end of a long text is where one types. */
function lastOf(text: string): string {
  const shown = [...text].slice(-50).join('');
  return shown.length < text.length ? `...${shown}` : shown;
}

function listHeight({ rows }: Size): number {
  return Math.max(1, rows - 5);
}

function choicesOf({ world }: Around): readonly Choice[] {
  const diagnosis = world.case?.round?.diagnosis;
  const likely = new Set(diagnosis ? likelyPlaybooks(diagnosis, PLAYBOOKS) : []);
  const all = PLAYBOOKS.map(({ id, title, layer }) => ({ playbook: id, title, layer, likely: likely.has(id) }));
  const everything = { title: 'Everything that is wrong now', layer: 'all', likely: false };
  return [everything, ...all.filter((one) => one.likely), ...all.filter((one) => !one.likely)];
}

function bodyOf({ cursor }: MenuState, around: Around): readonly Line[] {
  const { size, world } = around;
  const choices = choicesOf(around);
  const height = listHeight(size);
  const { at, top } = showing(cursor, { count: choices.length, height });
  const rows = choices.slice(top, top + height);
  return [
    ...rows.map((row, index) => rowLine(TABLE, row, { width: size.columns, marked: top + index === at })),
    rule('So far', size.columns),
    ...(world.case ? atMost(wrap(headlineOf(world.case), size.columns - 5, {}, 1), 2) : []),
  ];
}
