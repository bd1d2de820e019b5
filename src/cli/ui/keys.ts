/** What a person means by a key, whichever screen is shown. */
export type Intent = keyof typeof KEYS;

/** The one table of keys. Screens say which intents they understand, and what these do there. */
export const KEYS = {
  up: ['up', 'k'],
  down: ['down', 'j'],
  'page-up': ['pageup', 'ctrl-b'],
  'page-down': ['pagedown', 'ctrl-f', ' '],
  top: ['home', 'g'],
  bottom: ['end', 'G'],
  open: ['enter'],
  back: ['escape'],
  filter: ['/'],
  sort: ['s'],
  'next-layer': ['tab'],
  'previous-layer': ['shift-tab'],
  'layer-1': ['1'],
  'layer-2': ['2'],
  'layer-3': ['3'],
  'layer-all': ['0'],
  copy: ['y'],
  fix: ['f'],
  run: ['r'],
  help: ['?'],
  quit: ['q'],
  refresh: ['ctrl-r'],
  redraw: ['ctrl-l'],
  suspend: ['ctrl-z'],
  interrupt: ['ctrl-c'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

const INTENTS: ReadonlyMap<string, Intent> = new Map(
  Object.entries(KEYS).flatMap(([intent, keys]) => keys.map((key) => [key, intent as Intent] as const)),
);

export function intentOf(key: string): Intent | undefined {
  return INTENTS.get(key);
}

/** What help prints for a key. */
export function keyLabel(key: string): string {
  return LABELS[key] ?? key;
}

const LABELS: Readonly<Record<string, string>> = {
  up: '↑',
  down: '↓',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  home: 'Home',
  end: 'End',
  enter: 'Enter',
  escape: 'Esc',
  tab: 'Tab',
  'shift-tab': 'Shift-Tab',
  ' ': 'Space',
  'ctrl-b': 'Ctrl-B',
  'ctrl-c': 'Ctrl-C',
  'ctrl-f': 'Ctrl-F',
  'ctrl-l': 'Ctrl-L',
  'ctrl-r': 'Ctrl-R',
  'ctrl-z': 'Ctrl-Z',
};

/** The flags of a key that Ink understood by itself. */
export interface InkKey {
  readonly upArrow: boolean;
  readonly downArrow: boolean;
  readonly leftArrow: boolean;
  readonly rightArrow: boolean;
  readonly pageUp: boolean;
  readonly pageDown: boolean;
  readonly home: boolean;
  readonly end: boolean;
  readonly return: boolean;
  readonly escape: boolean;
  readonly tab: boolean;
  readonly backspace: boolean;
  readonly delete: boolean;
  readonly ctrl: boolean;
  readonly shift: boolean;
  readonly meta: boolean;
}

const NAMED: readonly [flag: keyof InkKey, key: string][] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['backspace', 'backspace'],
  ['delete', 'backspace'],
];

/**
 * The keys of one of Ink's input events, by name or as the character that was typed. Ink splits escape sequences that
 * arrive in one chunk, but hands over plain characters together when they were typed fast: `jjjj`, `/app\r`.
 */
export function keysOf(input: string, key: InkKey): string[] {
  if (key.tab) return [key.shift ? 'shift-tab' : 'tab'];
  const named = NAMED.find(([flag]) => key[flag]);
  if (named) return [named[1]];
  if (key.ctrl) return input === '' ? [] : [`ctrl-${input}`];
  // Escape and a letter that follow one another at once look like Alt with that letter, which nothing here uses.
  const before = key.escape || key.meta ? ['escape'] : [];
  return [...before, ...[...input].flatMap(characterKey)];
}

const CONTROLS: Readonly<Record<string, string>> = { '\r': 'enter', '\n': 'enter', '\t': 'tab', '\x7f': 'backspace' };

function characterKey(character: string): string[] {
  const control = CONTROLS[character];
  if (control !== undefined) return [control];
  const code = character.codePointAt(0) ?? 0;
  if (code >= 1 && code <= 26) return [`ctrl-${String.fromCharCode(code + 96)}`];
  return code < 32 ? [] : [character];
}
