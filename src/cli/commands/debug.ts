import { Args, Flags } from '@oclif/core';
import { exitCodeOfVerdict } from '../../app/debug.ts';
import { DIAGNOSIS_FORM_IDS } from '../../core/report/diagnosis/forms.ts';
import { printDiagnosis } from '../debug/print.ts';
import { runDebug } from '../debug/run.ts';
import { ReadingCommand } from '../reading-command.ts';

export default class Debug extends ReadingCommand {
  static override summary = 'from an error text to the root cause, the evidence and the fix';
  static override description =
    'Takes an error text, a log on standard input, a symptom by name, or TARGETs; asks the cluster, the node and the addresses what it needs, and says what is broken, by what evidence, what else breaks, how to repair it and how to see that it is repaired; and what it is not. Where no certificate is at fault it says so, and where to look next. Exits with 0 for no fault, 2 when a root cause was found, 3 when it is undecided.';
  static override examples = [
    {
      description: 'With the error as it was printed:',
      command: "<%= config.bin %> debug 'x509: certificate has expired or is not yet valid'",
    },
    { description: 'From a log:', command: 'kubectl logs deploy/web | <%= config.bin %> debug -' },
    { description: 'What is wrong with something:', command: '<%= config.bin %> debug ingress/app-ingress' },
    {
      description: 'As of a snapshot that someone sent:',
      command: "<%= config.bin %> debug 'TLS handshake error' --from snapshot.json",
    },
    { description: 'A drill on the demo cluster:', command: '<%= config.bin %> debug --incident frozen' },
    { description: "For an incident's channel:", command: '<%= config.bin %> debug https://app.example.com -o md' },
  ];
  static override args = {
    word: Args.string({
      ignoreStdin: true,
      multiple: true,
      description: 'an error text, a symptom of the list, TARGETs, or - for standard input',
    }),
  };
  static override flags = {
    output: Flags.string({
      helpGroup: 'output',
      char: 'o',
      options: [...DIAGNOSIS_FORM_IDS],
      summary: 'format of the output; nothing is asked then',
    }),
    policy: Flags.string({
      helpGroup: 'policy',
      helpValue: 'FILE',
      summary: 'YAML file that changes the default policy',
    }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Debug);
    const words: readonly string[] = [args.word ?? []].flat();
    const tool = { name: this.config.name, version: this.config.version };
    const round = await runDebug({ context: this.context, flags, words, tool });
    if (round) printDiagnosis(round, flags.output, this.context);
    // Whoever leaves before the end has no verdict.
    return exitCodeOfVerdict(round?.final ? round.diagnosis.verdict : 'undecided');
  }
}
