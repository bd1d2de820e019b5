import { BaseCommand } from './base-command.ts';
import { CONNECTION_FLAGS } from './flags/connection.ts';
import { INPUT_FLAGS } from './flags/input.ts';
import type { ReadingFlags } from './reading-flags.ts';
import { openSession, type Session } from './session.ts';

/** A command that looks at a cluster, a node or a snapshot. */
export abstract class ReadingCommand extends BaseCommand {
  static override baseFlags = { ...CONNECTION_FLAGS, ...INPUT_FLAGS };

  /** @param targets variadic words; oclif types them as one @param quiet nothing is said of the progress either */
  protected openSession(
    flags: ReadingFlags,
    targets: string | readonly string[] | undefined,
    quiet = false,
  ): Promise<Session> {
    return openSession({
      context: this.context,
      flags,
      quiet,
      targets: [targets ?? []].flat(),
      tool: { name: this.config.name, version: this.config.version },
    });
  }
}
