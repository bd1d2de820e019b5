import { lastWord } from '../../core/parse/tool-output.ts';
import { PortFailure } from '../ports/failure.ts';
import type { ToolResult } from '../ports/tool-runner.ts';
import { type StepContext, StepFailure } from './handler.ts';
import type { ApplyPorts } from './ports.ts';

/** Bytes of output that are read of a tool. */
const MAX_OUTPUT = 1 << 20;
/** Milliseconds between two words that a tool is still running. */
const SAY_EVERY = 10_000;

export interface ToolStep {
  readonly argv: readonly string[];
  /** Milliseconds after which it is ended. */
  readonly deadline: number;
  /** Why it may hang, for the person. */
  readonly hangs: string;
}

/**
 * Runs a tool to its end, saying now and then that it still runs.
 * @throws StepFailure when it is not there, hangs, or ends with another code than 0
 */
export async function runTool(
  { tools, clock }: Pick<ApplyPorts, 'tools' | 'clock'>,
  { argv, deadline, hangs }: ToolStep,
  { signal, progress }: Pick<StepContext, 'signal' | 'progress'>,
): Promise<ToolResult> {
  const [program] = argv;
  const over = new AbortController();
  const limit = new AbortController();
  const command = argv.join(' ');
  void watch(clock, { over: over.signal, limit, deadline, say: () => progress(`${command} is still running`) });
  try {
    const result = await tools.run({ argv, maxOutput: MAX_OUTPUT, signal: AbortSignal.any([signal, limit.signal]) });
    if (result.exit !== 0) throw new StepFailure(`${command} failed: ${lastWord(result)}`);
    return result;
  } catch (error) {
    signal.throwIfAborted();
    if (limit.signal.aborted)
      throw new StepFailure(`${command} did not end within ${deadline / 1000}s and was ended`, [hangs]);
    if (!(error instanceof PortFailure)) throw error;
    throw new StepFailure(
      `${command}: ${error.message}`,
      [`put ${program} on PATH; under sudo its PATH counts`],
      error,
    );
  } finally {
    over.abort();
  }
}

interface Watch {
  readonly over: AbortSignal;
  readonly limit: AbortController;
  readonly deadline: number;
  say(): void;
}

async function watch(clock: ApplyPorts['clock'], { over, limit, deadline, say }: Watch): Promise<void> {
  try {
    for (let waited = 0; waited < deadline; waited += SAY_EVERY) {
      if (waited > 0) say();
      await clock.sleep(Math.min(SAY_EVERY, deadline - waited), over);
    }
    limit.abort();
  } catch {
    // It has ended.
  }
}
