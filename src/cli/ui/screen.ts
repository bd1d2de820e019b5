import type { Effect } from './effects.ts';
import type { Intent } from './keys.ts';
import type { Line } from './line.ts';
import type { World } from './world.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** What a screen may look at besides its own state; `size` is the room that its body has. */
export interface Around {
  readonly world: World;
  readonly size: Size;
}

/** What a key does on a screen, for its help; the footer shows those with `short`. */
export interface KeyHelp {
  readonly intent: Intent;
  readonly does: string;
  readonly short?: string;
}

/** A kind of screen: how its plain state reacts to keys, and how it looks. Pure. */
export interface ScreenKind<S> {
  readonly name: string;
  /** One paragraph for the top of its help. */
  readonly about: string;
  readonly keys: readonly KeyHelp[];
  title(state: S, around: Around): Line;
  /** At most `size.rows` lines. */
  body(state: S, around: Around): readonly Line[];
  /** What an intent does; undefined: nothing of this screen's own. */
  update(state: S, intent: Intent, around: Around): Update<S> | undefined;
  /** Takes keys as text while a field is open; undefined: no field is. */
  type?(state: S, key: string, around: Around): Update<S> | undefined;
  /** In place of the keys in the footer, while others hold. */
  prompt?(state: S, around: Around): string | undefined;
}

export interface Update<S> {
  readonly state?: S;
  /** Goes on top of this screen. */
  readonly open?: Screen;
  /** Takes this screen away. */
  readonly back?: true;
  readonly effects?: readonly Effect[];
  /** Asks first; the default is No. */
  readonly ask?: Question;
  /** Said in the footer until the next key. */
  readonly flash?: string;
}

export interface Question {
  readonly text: string;
  readonly yes: Effect;
}

/** A screen on the stack: its kind, and its state as plain data. */
export interface Screen {
  readonly kind: ScreenKind<unknown>;
  readonly state: unknown;
}

/** Hides the type of the state: nobody but the kind looks into it. */
export function screenOf<S>(kind: ScreenKind<S>, state: S): Screen {
  return { kind: kind as ScreenKind<unknown>, state };
}
