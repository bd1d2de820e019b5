import { Args, Flags } from '@oclif/core';
import { check, exitCodeOf, FAIL_ON, type FailOn } from '../../app/check.ts';
import { OUTPUT_FLAGS, WATCH_FLAGS } from '../flags/output.ts';
import { policyOf } from '../policy.ts';
import { printReport } from '../print.ts';
import { ReadingCommand } from '../reading-command.ts';
import { given, refuseSecondReading } from '../reading-flags.ts';
import { drawOrWatch } from '../watch.ts';

const helpGroup = 'policy';

export default class Check extends ReadingCommand {
  static override summary = 'what is wrong with the certificates, by a policy';
  static override description =
    'Says what is wrong, who breaks and how, and what to do, the worst first; a finding that another one explains stands under it. For the ingress layer it shakes hands with every address of the hosts that Ingresses, Gateways and routes serve, and with each replica of their controllers through the API server, within the request timeout; with --from it dials nobody, and --layer leaves that layer out. Exits with 0 when all is well, 1 for warnings, 2 for what is critical, 3 when something could not be read and is therefore unknown. A TARGET is a file, a folder, KIND/NAME, HOST:PORT, a host name, a layer, or a ref as layers -o name prints it.';
  static override examples = [
    { description: 'Everything that can be seen from here:', command: '<%= config.bin %> check' },
    {
      description: 'Whether clients will accept a chain for a name:',
      command: '<%= config.bin %> check fullchain.pem --ca ca.pem --host app.example.com',
    },
    { description: 'What an address serves:', command: '<%= config.bin %> check app.example.com:443' },
    {
      description: 'For a scheduled job: only the exit code, and only for what is critical:',
      command: '<%= config.bin %> check -q --fail-on critical',
    },
    { description: 'What will be wrong in three months:', command: '<%= config.bin %> check --at +90d' },
  ];
  static override args = {
    target: Args.string({ ignoreStdin: true, multiple: true, description: 'what to check; everything without one' }),
  };
  static override flags = {
    ...OUTPUT_FLAGS,
    ...WATCH_FLAGS,
    quiet: Flags.boolean({ helpGroup: 'output', char: 'q', summary: 'print nothing, only exit' }),
    'fail-on': Flags.string({
      helpGroup,
      options: [...FAIL_ON],
      default: 'warning',
      summary: 'lowest status that is no success',
    }),
    warn: Flags.string({ helpGroup, helpValue: 'TIME', summary: 'warn so long before the end, 30d for example' }),
    critical: Flags.string({ helpGroup, helpValue: 'TIME', summary: 'critical so long before the end' }),
    policy: Flags.string({ helpGroup, helpValue: 'FILE', summary: 'YAML file that changes the default policy' }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Check);
    refuseSecondReading(flags);
    const session = await this.openSession(flags, args.target, flags.quiet);
    const policy = await policyOf(
      given({ policy: flags.policy, warn: flags.warn, critical: flags.critical }),
      this.context.files,
    );
    return drawOrWatch(this.context, flags.watch, async () => {
      const opened = await session.read();
      const { report, status } = check(opened, { targets: session.targets, policy });
      const exitCode = exitCodeOf(status, flags['fail-on'] as FailOn);
      if (flags.quiet) return { out: '', err: '', exitCode };
      const { out, err } = printReport(report, flags, this.context.terminal);
      return { out, err: session.age(opened) + err, exitCode };
    });
  }
}
