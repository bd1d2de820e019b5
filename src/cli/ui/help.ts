import { type Intent, KEYS, keyLabel } from './keys.ts';
import { BLANK, type Line, line, pad, wrap } from './line.ts';
import type { KeyHelp, Screen } from './screen.ts';

/** Keys that every screen understands. */
const EVERYWHERE: readonly KeyHelp[] = [
  { intent: 'help', does: 'this help, and back from it' },
  { intent: 'back', does: 'back to the screen before' },
  { intent: 'quit', does: 'quit' },
  { intent: 'interrupt', does: 'interrupt' },
  { intent: 'suspend', does: 'stop here; fg goes on' },
  { intent: 'redraw', does: 'draw again' },
];

/** The help of a screen: what it shows, and what its keys do. */
export function helpLines({ kind }: Screen, columns: number): readonly Line[] {
  const own = new Set<Intent>(kind.keys.map(({ intent }) => intent));
  const rest = EVERYWHERE.filter(({ intent }) => !own.has(intent));
  return [
    ...wrap(kind.about, columns - 1, {}, 1),
    BLANK,
    line(' On this screen', { strong: true }),
    ...kind.keys.map(keyLine),
    BLANK,
    line(' Everywhere', { strong: true }),
    ...rest.map(keyLine),
  ];
}

function keyLine({ intent, does }: KeyHelp): Line {
  return [{ text: `   ${pad(KEYS[intent].map(keyLabel).join('  '), KEY_COLUMNS)}`, tone: 'info' }, { text: does }];
}

const KEY_COLUMNS = 22;
