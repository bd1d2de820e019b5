import type { Command } from '@oclif/core';
import type { CommandOptions } from '../../src/cli/run.ts';
import { type EXIT, UserError } from '../../src/core/model/error.ts';
import type { FakeContext } from './fake-context.ts';

type CommandClass = { run(argv: string[], options: CommandOptions): Promise<unknown> } & typeof Command;

export interface CommandOutcome {
  readonly exitCode: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command from source in a made-up context. @returns its exit code and what it wrote @throws what it throws */
export async function runCommand(
  command: unknown,
  argv: readonly string[],
  context: FakeContext,
  leading: readonly string[] = [],
): Promise<CommandOutcome> {
  const options: CommandOptions = { root: process.cwd(), context, leading };
  const exitCode = await (command as CommandClass).run([...argv], options);
  return { exitCode, ...context.terminal.written };
}

/** For `rejects`: an error for the user with this exit code, whose message matches. */
export function userError(exitCode: (typeof EXIT)[keyof typeof EXIT], message: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof UserError && error.exitCode === exitCode && message.test(error.message);
}
