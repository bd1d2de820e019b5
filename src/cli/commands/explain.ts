import { Args, Flags } from '@oclif/core';
import { CODES } from '../../core/check/codes.ts';
import { explain } from '../../core/check/explain.ts';
import { TOPICS } from '../../core/check/topics.ts';
import { EXIT, UserError } from '../../core/model/error.ts';
import { codeText, listText, topicText } from '../../core/view/explanation.ts';
import { BaseCommand } from '../base-command.ts';
import { CONNECTION_FLAGS } from '../flags/connection.ts';
import { INPUT_FLAGS } from '../flags/input.ts';
import type { ReadingFlags } from '../reading-flags.ts';

export default class Explain extends BaseCommand {
  static override summary = 'what a finding means, how to prove it and how to fix it';
  static override description =
    'Explains a code that check prints, or answers a question about certificates in Kubernetes; --list names them all. With --here, or where a cluster is named (--context, --kubeconfig, --server, --from, --demo), which-issuer, which-layer, gateway-api, non-http and mesh-and-cert-manager tell too who does which job in that cluster; without, nothing is read and the answer is there at once.';
  static override examples = [
    { description: 'One code:', command: '<%= config.bin %> explain CERT_EXPIRED' },
    { description: 'A question:', command: '<%= config.bin %> explain which-issuer' },
    {
      description: 'The same, and how it is in this cluster:',
      command: '<%= config.bin %> explain which-issuer --here',
    },
    { description: 'All of them:', command: '<%= config.bin %> explain --list' },
  ];
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'a code that check prints, or a topic' }),
  };
  static override baseFlags = { ...CONNECTION_FLAGS, ...INPUT_FLAGS };
  static override flags = {
    here: Flags.boolean({ summary: 'read the cluster, and say what the topic comes to there' }),
    list: Flags.boolean({ summary: 'list every code and topic' }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Explain);
    const { terminal } = this.context;
    if (flags.list) terminal.out(listText(CODES.values(), TOPICS));
    else terminal.out(await this.#explanationOf(args.name, flags));
    return EXIT.ok;
  }

  /** @throws UserError (64) */
  async #explanationOf(name: string | undefined, flags: ReadingFlags & { readonly here: boolean }): Promise<string> {
    if (name === undefined) {
      const hints = ['kubectl certs explain --list names every code and topic'];
      throw new UserError('no code or topic to explain', { exitCode: EXIT.usage, hints });
    }
    const { columns } = this.context.terminal;
    const explanation = explain(name);
    if (explanation.kind === 'code') return codeText(explanation.definition, columns);
    const { topic } = explanation;
    return topicText(topic, columns, namesCluster(flags) ? await this.#inCluster(topic.id, flags) : []);
  }

  /** What reads a cluster is loaded when one is to be read: most explanations need none. */
  async #inCluster(topic: string, flags: ReadingFlags): Promise<string[]> {
    const [{ inCluster, TOPICS_OF_CLUSTERS }, { openSession }] = await Promise.all([
      import('../../core/check/in-cluster.ts'),
      import('../session.ts'),
    ]);
    if (!TOPICS_OF_CLUSTERS.includes(topic)) return [];
    const { name, version } = this.config;
    const session = await openSession({
      context: this.context,
      flags,
      targets: [],
      quiet: false,
      tool: { name, version },
    });
    const opened = await session.read();
    this.context.terminal.err(session.age(opened));
    return inCluster(topic, opened.inventory);
  }
}

/** Whether a cluster is meant, rather than clusters in general. */
function namesCluster(flags: ReadingFlags & { readonly here: boolean }): boolean {
  const { here, demo, incident, from, context, kubeconfig, server } = flags;
  return here || demo || [incident, from, context, kubeconfig, server].some((value) => value !== undefined);
}
