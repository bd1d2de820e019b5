import { render } from 'ink';
import type { Context } from '../../io/ports/context.ts';
import type { Effect } from './effects.ts';
import { createStore, type Store } from './store.ts';
import type { Ui } from './ui.ts';
import { Window, type WindowControls } from './window.tsx';

export interface ShowOptions<A> {
  readonly context: Context;
  /** What is drawn first; its size is that of the window. */
  readonly ui: Omit<Ui, 'size'>;
  /** Carries out what keys ask for beyond the window itself. */
  readonly perform: (effect: Effect, control: Control<A>) => void;
  /** Called once the window is drawn. */
  readonly begin?: (control: Control<A>) => unknown;
}

/** What those who show screens may do with them. */
export interface Control<A> {
  readonly store: Store;
  /** Ends the screens with an answer. */
  readonly end: (answer: A) => void;
  readonly fail: (error: unknown) => void;
}

/** Milliseconds between looks at the clock: ages are told in seconds. */
const TICK = 1000;

/** Milliseconds after the first frame in which keys are dropped: they were typed before there was anything to answer. */
const DEAF = 150;

/**
 * Takes the whole window until somebody ends it, and gives it back as it was, whatever happens.
 * @returns the answer that it was ended with @throws what it failed with, or the reason of an interrupt
 */
export async function showScreens<A>({ context, ui, perform, begin }: ShowOptions<A>): Promise<A> {
  const { terminal, clock, signal } = context;
  const { promise, resolve: end, reject: fail } = Promise.withResolvers<A>();
  let controls: WindowControls | undefined;
  let unmount = () => {};
  const { input, output, jobControl } = terminal.takeScreen(() => unmount());
  const store = createStore({ ...ui, size: { columns: output.columns, rows: output.rows } }, (effect) => {
    if (effect.do === 'copy') output.write(clipboardSequence(effect.text));
    else if (effect.do === 'suspend' && jobControl) controls?.suspend();
    else if (effect.do === 'redraw') controls?.redraw();
    else perform(effect, { store, end, fail });
  });
  const onAbort = () => fail(signal.reason);
  const ticking = setInterval(() => store.dispatch({ type: 'learn', world: { now: clock.now() } }), TICK);
  try {
    signal.throwIfAborted();
    signal.addEventListener('abort', onAbort, { once: true });
    const onReady = (ready: WindowControls) => {
      controls = ready;
    };
    const listensFrom = performance.now() + DEAF;
    const press = (key: string) => {
      if (performance.now() >= listensFrom) store.dispatch({ type: 'press', key });
    };
    const window = <Window {...{ store, press, color: terminal.color, jobControl, onReady }} />;
    const instance = render(window, { stdin: input, stdout: output, ...INK });
    unmount = instance.unmount;
    // A fault while drawing ends Ink by itself.
    instance.waitUntilExit().then(() => {}, fail);
    begin?.({ store, end, fail });
    return await promise;
  } finally {
    clearInterval(ticking);
    signal.removeEventListener('abort', onAbort);
    terminal.giveBackScreen();
  }
}

/** Where both ends are a terminal it is drawn on, CI or not. What is written by others waits in Terminal. */
const INK = {
  alternateScreen: true,
  interactive: true,
  exitOnCtrlC: false,
  patchConsole: false,
  incrementalRendering: true,
} as const;

/** OSC 52 of xterm's control sequences: the terminal keeps the text, over ssh and in tmux too. */
function clipboardSequence(text: string): string {
  return `\x1b]52;c;${Buffer.from(text).toString('base64')}\x07`;
}
