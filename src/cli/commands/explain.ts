import { Args, Flags } from '@oclif/core';
import { CODES } from '../../core/check/codes.ts';
import { explain } from '../../core/check/explain.ts';
import { TOPICS } from '../../core/check/topics.ts';
import { EXIT, UserError } from '../../core/model/error.ts';
import { codeText, hereText, listText, topicText } from '../../core/view/explanation.ts';
import { clean } from '../../core/view/text.ts';
import { BaseCommand } from '../base-command.ts';
import { CONNECTION_FLAGS } from '../flags/connection.ts';
import { INPUT_FLAGS } from '../flags/input.ts';
import { type ReadingFlags, worldOf } from '../reading-flags.ts';

export default class Explain extends BaseCommand {
  static override summary = 'what a finding means, how to prove it and how to fix it';
  static override description =
    'Explains a code that check prints, or answers a question about certificates in Kubernetes; --list names them all. which-issuer, which-layer, gateway-api, non-http and mesh-and-cert-manager tell below the answer who does which job in the cluster of the kubeconfig, where that answers within two seconds and its login is no program; --no-here asks nobody. With --here, or where a cluster is named (--context, --kubeconfig, --server, --from, --demo), it is read however long that takes.';
  static override examples = [
    { description: 'One code:', command: '<%= config.bin %> explain CERT_EXPIRED' },
    { description: 'A question:', command: '<%= config.bin %> explain which-issuer' },
    {
      description: 'The same, without a look at any cluster:',
      command: '<%= config.bin %> explain which-issuer --no-here',
    },
    { description: 'All of them:', command: '<%= config.bin %> explain --list' },
  ];
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'a code that check prints, or a topic' }),
  };
  static override baseFlags = { ...CONNECTION_FLAGS, ...INPUT_FLAGS };
  static override flags = {
    here: Flags.boolean({
      allowNo: true,
      summary: 'read the cluster, however long that takes; --no-here: ask no cluster',
    }),
    list: Flags.boolean({ summary: 'list every code and topic' }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Explain);
    const { terminal } = this.context;
    if (flags.list) terminal.out(listText(CODES.values(), TOPICS));
    else await this.#explain(args.name, flags);
    return EXIT.ok;
  }

  /** @throws UserError (64) */
  async #explain(name: string | undefined, flags: ExplainFlags): Promise<void> {
    if (name === undefined) {
      const hints = ['kubectl certs explain --list names every code and topic'];
      throw new UserError('no code or topic to explain', { exitCode: EXIT.usage, hints });
    }
    const { terminal } = this.context;
    const explanation = explain(name);
    if (explanation.kind === 'code') return terminal.out(codeText(explanation.definition, terminal.columns));
    const { topic } = explanation;
    terminal.out(topicText(topic, terminal.columns));
    if (flags.here === false || !topic.ofCluster) return;
    const sentences = namesCluster(flags)
      ? await this.#inCluster(topic.id, flags)
      : await this.#briefly(topic.id, flags);
    terminal.out(hereText(sentences, terminal.columns));
  }

  /** What reads a cluster is loaded when one is to be read: most explanations need none. */
  async #inCluster(topic: string, flags: ReadingFlags): Promise<string[]> {
    const [{ inCluster }, { openSession }] = await Promise.all([
      import('../../core/check/in-cluster.ts'),
      import('../session.ts'),
    ]);
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

  /** Nobody asked for it: where the cluster is not at hand the answer stands alone. */
  async #briefly(topic: string, flags: ReadingFlags): Promise<string[]> {
    const { signal, terminal } = this.context;
    const [{ inCluster, sourcesOfTopic }, { readBriefly }, { scopeOf }] = await Promise.all([
      import('../../core/check/in-cluster.ts'),
      import('../../app/read-briefly.ts'),
      import('../scope.ts'),
    ]);
    const ports = await this.context.openPorts({ ...worldOf(flags), requestTimeout: BRIEFLY });
    const scope = await scopeOf(flags, [], ports);
    const { name, version } = this.config;
    const sources = sourcesOfTopic(topic);
    const found = await readBriefly({ ports, scope, sources, within: BRIEFLY, signal, tool: { name, version } });
    if (!('reason' in found)) return inCluster(topic, found);
    if (found.reason) terminal.err(`\nNo cluster was asked: ${clean(found.reason)} (--here insists)\n`);
    return [];
  }
}

type ExplainFlags = ReadingFlags & { readonly here?: boolean };

/** Milliseconds for a look at a cluster that nobody asked for. */
const BRIEFLY = 2000;

/** Whether a cluster is meant, rather than clusters in general. */
function namesCluster(flags: ExplainFlags): boolean {
  const { here, demo, incident, from, context, kubeconfig, server } = flags;
  return here === true || demo || [incident, from, context, kubeconfig, server].some((value) => value !== undefined);
}
