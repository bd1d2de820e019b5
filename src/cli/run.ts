import { Config, run } from '@oclif/core';
import { EXIT, UserError } from '../core/model/error.ts';
import type { Context } from '../io/ports/context.ts';
import { splitCommandLine } from './argv.ts';
import { formatError, reportError } from './errors.ts';
import { CONNECTION_FLAGS } from './flags/connection.ts';
import { INPUT_FLAGS } from './flags/input.ts';
import { suggest } from './suggest.ts';

export interface RunOptions {
  /** Folder of package.json and oclif.manifest.json. */
  readonly root: string;
  readonly context: Context;
}

/** What commands find in their config's options beside oclif's own. */
export interface CommandOptions extends RunOptions {
  readonly leading: readonly string[];
}

/** Runs one command line to its end; says on standard error what went wrong. Returns the exit code. */
export async function runCommandLine(argv: readonly string[], { root, context }: RunOptions): Promise<number> {
  try {
    const { leading, rest } = splitCommandLine(argv, { ...CONNECTION_FLAGS, ...INPUT_FLAGS });
    const options: CommandOptions = { root, context, leading };
    const config = await Config.load(options);
    refuseUnknownCommand(rest, config);
    const exitCode: unknown = await run([...rest], config);
    return typeof exitCode === 'number' ? exitCode : EXIT.ok;
  } catch (error) {
    const report = reportError(error, { verbose: argv.includes('--verbose') });
    context.terminal.err(formatError(report));
    return report.exitCode;
  }
}

/** @throws UserError (64) with the nearest commands, or with what to do with a word that looks like a target */
function refuseUnknownCommand([word, next]: readonly string[], config: Config): void {
  if (word === undefined || word.startsWith('-')) return;
  const ids = config.commandIDs.map((id) => id.replaceAll(':', ' '));
  const children = ids.filter((id) => id.startsWith(`${word} `));
  if (children.length > 0) refuseUnknownChild(word, next, children);
  if (ids.includes(word) || children.length > 0) return;
  const near = suggest(word, ids);
  throw new UserError(`unknown command "${word}"`, {
    exitCode: EXIT.usage,
    hints: [
      ...(near.length > 0 ? [`did you mean: kubectl certs ${near.join(', kubectl certs ')}`] : []),
      ...(/[./:]/.test(word) ? [`to check it: kubectl certs check ${word}`] : []),
      'kubectl certs --help lists the commands',
    ],
  });
}

/** A topic's commands take no words of their own, so that a second word can only be one of its children. */
function refuseUnknownChild(topic: string, word: string | undefined, children: readonly string[]): void {
  if (word === undefined || word.startsWith('-')) return;
  if (children.includes(`${topic} ${word}`)) return;
  throw new UserError(`unknown command "${topic} ${word}"`, {
    exitCode: EXIT.usage,
    hints: [`commands under it: kubectl certs ${children.join(', kubectl certs ')}`],
  });
}
