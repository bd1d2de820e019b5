import { Args, Flags } from '@oclif/core';
import { layers } from '../../app/layers.ts';
import { EXIT, UserError } from '../../core/model/error.ts';
import { parseDurationFlag } from '../../core/parse/duration.ts';
import { SORT_KEYS, type SortKey } from '../../core/view/inventory.ts';
import { OUTPUT_FLAGS, WATCH_FLAGS } from '../flags/output.ts';
import { printReport } from '../print.ts';
import { ReadingCommand } from '../reading-command.ts';
import { given, type ReadingFlags, refuseSecondReading } from '../reading-flags.ts';
import { showsScreens } from '../screens.ts';
import type { Session } from '../session.ts';
import { drawOrWatch } from '../watch.ts';

export default class Layers extends ReadingCommand {
  static override summary = 'every certificate of the cluster, ingress and mesh layers';
  static override description =
    'Shows what exists, where it stands, who renews it, when it ends and who breaks without it; what ought to be there and is missing; and what could not be read, why, and what is therefore unknown. What is served for each host of the ingress layer is read by handshake and held against what is stored; with --from nobody is dialled. A TARGET is a file, a folder, KIND/NAME, HOST:PORT, a host name, a layer, or a ref as -o name prints it.';
  static override examples = [
    { description: 'Everything that can be seen from here:', command: '<%= config.bin %> layers' },
    { description: 'Only the mesh, with every column:', command: '<%= config.bin %> layers mesh -o wide' },
    { description: 'What ends within a month:', command: '<%= config.bin %> layers --expiring-within 30d' },
    {
      description: 'A file and an address, without any cluster:',
      command: '<%= config.bin %> layers ca.pem example.com:443',
    },
    { description: 'Look around on a terminal:', command: '<%= config.bin %> layers -i' },
    { description: 'When everything ends, drawn:', command: '<%= config.bin %> layers --timeline' },
    { description: 'The embedded demo cluster:', command: '<%= config.bin %> layers --demo' },
  ];
  static override args = {
    target: Args.string({ ignoreStdin: true, multiple: true, description: 'what to look at; everything without one' }),
  };
  static override flags = {
    ...OUTPUT_FLAGS,
    ...WATCH_FLAGS,
    'sort-by': Flags.string({
      helpGroup: 'output',
      options: [...SORT_KEYS],
      default: 'expiry',
      summary: 'order of the rows',
    }),
    'expiring-within': Flags.string({
      helpGroup: 'output',
      helpValue: 'TIME',
      summary: 'only what ends within this time, and what has ended',
    }),
    interactive: Flags.boolean({
      helpGroup: 'output',
      char: 'i',
      summary: 'look around on screens: layers, certificates, details, fixes; ? is help',
    }),
    timeline: Flags.boolean({ helpGroup: 'output', summary: 'draw when each ends, to the width of the terminal' }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Layers);
    refuseSecondReading(flags);
    const within = flags['expiring-within'];
    const view = given({
      sortBy: flags['sort-by'] as SortKey,
      within: within === undefined ? undefined : parseDurationFlag(within, '--expiring-within'),
    });
    const session = await this.openSession(flags, args.target);
    const { terminal } = this.context;
    if (flags.interactive) return this.#onScreens(session, flags);
    return drawOrWatch(this.context, flags.watch, async () => {
      const opened = await session.read();
      const report = layers(opened, {
        targets: session.targets,
        ...view,
        ...(flags.timeline && { timeline: terminal.columns }),
        judged: flags.timeline || terminal.color,
      });
      const { out, err } = printReport(report, flags, terminal);
      return { out, err: session.age(opened) + err, exitCode: EXIT.ok };
    });
  }

  /** @throws UserError (64) where there is no terminal to look around at */
  async #onScreens(session: Session, flags: ReadingFlags): Promise<number> {
    const { context } = this;
    if (!showsScreens(context.terminal, flags)) {
      throw new UserError('--interactive needs a terminal, and does not go with --no-tui', {
        exitCode: EXIT.usage,
        hints: ['without it the same is printed as a table'],
      });
    }
    const { exploreOnScreens } = await import('../explore/explore.ts');
    const { name, version } = this.config;
    const onlyPlans = flags.from !== undefined || flags.at !== undefined;
    return exploreOnScreens({ context, session, tool: { name, version }, onlyPlans });
  }
}
