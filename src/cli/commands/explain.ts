import { Args, Flags } from '@oclif/core';
import { CODES } from '../../core/check/codes.ts';
import { explain } from '../../core/check/explain.ts';
import { TOPICS } from '../../core/check/topics.ts';
import { EXIT, UserError } from '../../core/model/error.ts';
import { codeText, listText, topicText } from '../../core/view/explanation.ts';
import { BaseCommand } from '../base-command.ts';

export default class Explain extends BaseCommand {
  static override summary = 'what a finding means, how to prove it and how to fix it';
  static override description =
    'Explains a code that check prints, or answers a question about certificates in Kubernetes; --list names them all.';
  static override examples = [
    { description: 'One code:', command: '<%= config.bin %> explain CERT_EXPIRED' },
    { description: 'A question:', command: '<%= config.bin %> explain which-issuer' },
    { description: 'All of them:', command: '<%= config.bin %> explain --list' },
  ];
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'a code that check prints, or a topic' }),
  };
  static override flags = {
    list: Flags.boolean({ summary: 'list every code and topic' }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Explain);
    const { terminal } = this.context;
    terminal.out(flags.list ? listText(CODES.values(), TOPICS) : explanationOf(args.name, terminal.columns));
    return EXIT.ok;
  }
}

/** @throws UserError (64) */
function explanationOf(name: string | undefined, columns: number): string {
  if (name === undefined) {
    const hints = ['kubectl certs explain --list names every code and topic'];
    throw new UserError('no code or topic to explain', { exitCode: EXIT.usage, hints });
  }
  const explanation = explain(name);
  return explanation.kind === 'code'
    ? codeText(explanation.definition, columns)
    : topicText(explanation.topic, columns);
}
