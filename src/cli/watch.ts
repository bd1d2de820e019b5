import type { Context } from '../io/ports/context.ts';

/** Milliseconds between the end of one reading and the start of the next. */
const PAUSE = 10_000;
const HOME = '\x1b[H';
const ERASE_BELOW = '\x1b[J';
const ERASE_LINE_END = '\x1b[K';
const CLEAR = '\x1b[2J';

export interface Drawing {
  /** For standard output. */
  readonly out: string;
  /** For standard error. */
  readonly err: string;
  readonly exitCode: number;
}

/**
 * Draws once, or with `watch` again and again until the user interrupts or nobody reads any more: over the last drawing
 * on a terminal, one after the other on a pipe.
 * @returns the exit code of the only drawing
 * @throws the signal's reason when a watch ends, and what `draw` throws
 */
export async function drawOrWatch(context: Context, watch: boolean, draw: () => Promise<Drawing>): Promise<number> {
  const { terminal, clock, signal } = context;
  if (!watch) {
    const { out, err, exitCode } = await draw();
    terminal.out(out);
    terminal.err(err);
    return exitCode;
  }
  const over = terminal.canRedraw;
  if (over) terminal.out(CLEAR);
  while (true) {
    const { out, err } = await draw();
    terminal.out(over ? drawOver(out) : out);
    terminal.err(err);
    await clock.sleep(PAUSE, signal);
  }
}

/** Goes home and replaces line by line, so that nothing flickers; what the last drawing had below goes too. */
function drawOver(text: string): string {
  return HOME + text.replaceAll('\n', `${ERASE_LINE_END}\n`) + ERASE_BELOW;
}
