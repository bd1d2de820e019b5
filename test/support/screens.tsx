import { EventEmitter } from 'node:events';
import { render as renderForTest } from 'ink-testing-library';
import type { Effect } from '../../src/cli/ui/effects.ts';
import { frameOf } from '../../src/cli/ui/frame.ts';
import type { Screen } from '../../src/cli/ui/screen.ts';
import { createStore } from '../../src/cli/ui/store.ts';
import { reduce, type Ui } from '../../src/cli/ui/ui.ts';
import { Window } from '../../src/cli/ui/window.tsx';
import type { World } from '../../src/cli/ui/world.ts';

export const WINDOW = { small: { columns: 80, rows: 24 }, large: { columns: 200, rows: 60 } } as const;

const WORLD: World = { status: { command: 'test', context: 'prod', namespace: 'all', readAt: 0 }, now: 5000 };

export function uiOf(screen: Screen, world: Partial<World> = {}, size: Ui['size'] = WINDOW.small): Ui {
  return { world: { ...WORLD, ...world }, size, stack: [screen] };
}

/** What keys do to a screen, one after the other; no terminal is there. */
export function pressing(ui: Ui, keys: readonly string[]): { ui: Ui; effects: Effect[] } {
  let now = ui;
  const effects: Effect[] = [];
  for (const key of keys) {
    const step = reduce(now, { type: 'press', key });
    now = step.ui;
    effects.push(...step.effects);
  }
  return { ui: now, effects };
}

/** The rows of the window as text, without the blanks at their ends. */
export function rowsOf(ui: Ui): string[] {
  return frameOf(ui).map((spans) =>
    spans
      .map(({ text }) => text)
      .join('')
      .trimEnd(),
  );
}

/** The screen in Ink as a terminal has it. Its size there is 100 by 24. */
export function inInk(ui: Ui, { color = false } = {}) {
  const effects: Effect[] = [];
  const store = createStore(ui, (effect) => void effects.push(effect));
  const press = (key: string) => store.dispatch({ type: 'press', key });
  const shown = renderForTest(<Window store={store} press={press} color={color} />);
  /** Types what a terminal sends, in one chunk, and waits for what comes of it. */
  const type = async (chunk: string) => {
    await settled();
    shown.stdin.write(chunk);
    await settled();
  };
  return { ...shown, store, effects, type, frame: () => shown.lastFrame() ?? '' };
}

/** Longer than Ink waits for the rest of an escape sequence. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 40));
}

/** Both ends of a terminal of any size: keeps what is written to it, and knows whether its keys are raw. */
export class FakeScreen extends EventEmitter {
  readonly isTTY = true;
  columns: number;
  rows: number;
  written = '';
  raw = false;
  #typed: string | null = null;

  constructor({ columns, rows }: Ui['size']) {
    super();
    this.columns = columns;
    this.rows = rows;
  }

  write = (text: string, done?: () => void): boolean => {
    this.written += text;
    done?.();
    return true;
  };

  resize(size: Ui['size']): void {
    Object.assign(this, size);
    this.emit('resize');
  }

  type(chunk: string): void {
    this.#typed = chunk;
    this.emit('readable');
  }

  read(): string | null {
    const typed = this.#typed;
    this.#typed = null;
    return typed;
  }

  setRawMode(raw: boolean): void {
    this.raw = raw;
  }

  setEncoding(): void {}
  ref(): void {}
  unref(): void {}
}
