import { Args, Flags } from '@oclif/core';
import { CODES } from '../../core/check/codes.ts';
import { EXIT, UserError } from '../../core/model/error.ts';
import type { CodeDefinition } from '../../core/model/finding.ts';
import { codesText, explanationText } from '../../core/view/explanation.ts';
import { BaseCommand } from '../base-command.ts';
import { suggest } from '../suggest.ts';

export default class Explain extends BaseCommand {
  static override summary = 'what a finding means, how to prove it and how to fix it';
  static override description = 'Explains a code that check prints; --list names them all.';
  static override examples = [
    { description: 'One code:', command: '<%= config.bin %> explain CERT_EXPIRED' },
    { description: 'All of them:', command: '<%= config.bin %> explain --list' },
  ];
  static override args = {
    code: Args.string({ ignoreStdin: true, description: 'a code that check prints' }),
  };
  static override flags = {
    list: Flags.boolean({ summary: 'list every code' }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Explain);
    const { terminal } = this.context;
    terminal.out(flags.list ? codesText(CODES.values()) : explanationText(definitionOf(args.code), terminal.columns));
    return EXIT.ok;
  }
}

/** @throws UserError (64) with the nearest codes */
function definitionOf(word: string | undefined): CodeDefinition {
  const list = 'kubectl certs explain --list names every code';
  if (word === undefined) throw new UserError('no code to explain', { exitCode: EXIT.usage, hints: [list] });
  const definition = CODES.get(word.toUpperCase());
  if (definition) return definition;
  const near = suggest(word, [...CODES.keys()]);
  throw new UserError(`no finding has the code ${word}`, {
    exitCode: EXIT.usage,
    hints: [...(near.length > 0 ? [`did you mean ${near.join(' or ')}?`] : []), list],
  });
}
