import { scroll } from './cursor.ts';
import type { Effect } from './effects.ts';
import { helpLines } from './help.ts';
import { type Intent, intentOf } from './keys.ts';
import type { Around, Question, Screen, Size, Update } from './screen.ts';
import type { World } from './world.ts';

/** Everything that is drawn, as plain data. */
export interface Ui {
  readonly world: World;
  readonly size: Size;
  /** The last one is shown. */
  readonly stack: readonly Screen[];
  /** The first line of help that is shown; undefined: it is closed. */
  readonly help?: number;
  readonly question?: Question;
  /** Said in the footer until the next key. */
  readonly flash?: string;
}

export type Action =
  | { readonly type: 'press'; readonly key: string }
  | { readonly type: 'resize'; readonly size: Size }
  | { readonly type: 'learn'; readonly world: Partial<World> }
  | { readonly type: 'open'; readonly screen: Screen }
  /** In the place of everything that is shown. */
  | { readonly type: 'show'; readonly screen: Screen }
  | { readonly type: 'flash'; readonly text: string };

export interface Step {
  readonly ui: Ui;
  readonly effects: readonly Effect[];
}

/** Rows that the header, the title and the footer take. */
const FRAME_ROWS = 3;

/** What surrounds the screen on top. */
export function around({ world, size }: Pick<Ui, 'world' | 'size'>): Around {
  return { world, size: { columns: size.columns, rows: Math.max(1, size.rows - FRAME_ROWS) } };
}

/** The one reducer of all screens. */
export function reduce(ui: Ui, action: Action): Step {
  switch (action.type) {
    case 'press':
      return press(ui, action.key);
    case 'resize':
      return only({ ...ui, size: action.size });
    case 'learn':
      return only({ ...ui, world: { ...ui.world, ...action.world } });
    case 'open':
      return only({ ...ui, stack: [...ui.stack, action.screen] });
    case 'show':
      return only({ ...ui, stack: [action.screen] });
    case 'flash':
      return only({ ...ui, flash: action.text });
  }
}

function only(ui: Ui, effects: readonly Effect[] = []): Step {
  return { ui, effects };
}

function press({ flash: _flash, ...ui }: Ui, key: string): Step {
  const intent = intentOf(key);
  if (intent === 'suspend' || intent === 'redraw') return only(ui, [{ do: intent }]);
  if (ui.question) return answer(ui, ui.question, key);
  if (ui.help !== undefined) return readHelp(ui, ui.help, intent);
  const top = ui.stack.at(-1);
  if (!top) return only(ui, intent === 'quit' ? [{ do: 'quit' }] : []);
  const typed = top.kind.type?.(top.state, key, around(ui));
  if (typed) return apply(ui, typed);
  if (intent === undefined) return only(ui);
  const update = top.kind.update(top.state, intent, around(ui));
  return update ? apply(ui, update) : common(ui, intent);
}

/** The default is No: only a plain yes is one. */
function answer({ question: _question, ...ui }: Ui, question: Question, key: string): Step {
  if (key === 'y' || key === 'Y') return only(ui, [question.yes]);
  if (NO.has(key)) return only({ ...ui, flash: 'No. Nothing has been changed.' });
  if (intentOf(key) === 'interrupt') return only(ui, [{ do: 'interrupt' }]);
  return only({ ...ui, question });
}

const NO: ReadonlySet<string> = new Set(['n', 'N', 'enter', 'escape', 'q']);

function readHelp({ help: _help, ...ui }: Ui, top: number, intent: Intent | undefined): Step {
  if (intent === 'interrupt') return only(ui, [{ do: 'interrupt' }]);
  if (intent === 'help' || intent === 'back' || intent === 'quit' || intent === 'open') return only(ui);
  const screen = ui.stack.at(-1);
  const { size } = around(ui);
  const count = screen ? helpLines(screen, size.columns).length : 0;
  return only({ ...ui, help: (intent && scroll(top, intent, { count, height: size.rows })) ?? top });
}

/** What keys mean wherever the screen gives them no meaning of its own. */
function common(ui: Ui, intent: Intent): Step {
  if (intent === 'help') return only({ ...ui, help: 0 });
  if (intent === 'back') return only(ui.stack.length > 1 ? { ...ui, stack: ui.stack.slice(0, -1) } : ui);
  if (intent === 'quit' || intent === 'interrupt') return only(ui, [{ do: intent }]);
  return only(ui);
}

function apply(ui: Ui, { state, open, back, effects, ask, flash }: Update<unknown>): Step {
  const top = ui.stack.at(-1);
  const changed = top && state !== undefined ? [...ui.stack.slice(0, -1), { kind: top.kind, state }] : ui.stack;
  const left = back ? changed.slice(0, -1) : changed;
  const stack = open ? [...left, open] : left;
  return only({ ...ui, stack, ...(ask && { question: ask }), ...(flash !== undefined && { flash }) }, effects);
}
