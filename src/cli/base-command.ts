import { Command } from '@oclif/core';
import type { Context } from '../io/ports/context.ts';
import { type FlagShapes, normalizeFlags } from './argv.ts';
import type { CommandOptions } from './run.ts';

/** What every command shares: the context, and flags taken as kubectl takes them. `run` returns the exit code. */
export abstract class BaseCommand extends Command {
  abstract override run(): Promise<number>;

  protected get context(): Context {
    return this.#options.context;
  }

  get #options(): CommandOptions {
    return this.config.options as CommandOptions;
  }

  protected override async init(): Promise<void> {
    await super.init();
    const shapes = { ...this.ctor.baseFlags, ...this.ctor.flags } as FlagShapes;
    this.argv = normalizeFlags([...this.#options.leading, ...this.argv], shapes);
  }

  /** oclif would set an exit code of its own here. */
  protected override async catch(error: Error): Promise<never> {
    throw error;
  }
}
