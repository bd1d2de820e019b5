import { PortFailure } from '../ports/failure.ts';
import type { ToolResult, ToolRun, ToolRunner } from '../ports/tool-runner.ts';
import { NODE_TOOLS, type NodeToolsOptions } from './node-tools.ts';
import { answerTo, toolsOf } from './recorded-tools.ts';
import type { World } from './world/world.ts';

/** What `timeout` says of a command that it had to end: an answer recorded with it never comes. */
const NEVER_ENDED = 124;

/** Recorded answers in place of binaries, and tools that act on the demo's node: nothing is started. */
export class DemoTools implements ToolRunner {
  readonly #world: World;
  readonly #node: NodeToolsOptions;

  constructor(node: NodeToolsOptions) {
    this.#world = node.world;
    this.#node = node;
  }

  async run({ argv, signal }: ToolRun): Promise<ToolResult> {
    signal.throwIfAborted();
    const { denied = [] } = this.#world.incident;
    const tools = toolsOf(this.#world);
    const program = argv[0] ?? '';
    if (denied.some((rule) => 'binary' in rule && rule.binary === program)) {
      throw new PortFailure('denied', `${program} may not be executed`, { code: 'EACCES' });
    }
    const answer = answerTo(tools, argv);
    const acted = answer ? undefined : await act(argv, this.#node);
    if (acted) return acted;
    if (!answer)
      throw unanswered(
        program,
        tools.some((tool) => tool.argv[0] === program),
        argv,
      );
    if (answer.exit === NEVER_ENDED) await aborted(signal);
    const { stdout, stderr } = await this.#world.render({ stdout: answer.stdout, stderr: answer.stderr });
    return { exit: answer.exit, stdout, stderr, ms: 0 };
  }
}

async function act(argv: readonly string[], node: NodeToolsOptions): Promise<ToolResult | undefined> {
  for (const tool of NODE_TOOLS) {
    const result = await tool(argv, node);
    if (result) return result;
  }
  return undefined;
}

function unanswered(program: string, isThere: boolean, argv: readonly string[]): PortFailure {
  return isThere
    ? new PortFailure('partial', `the demo has no answer to ${argv.join(' ')}`)
    : new PortFailure('absent', `${program} is not installed or not on PATH`, { code: 'ENOENT' });
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
