import { Args } from '@oclif/core';
import { EXIT, UserError } from '../../core/model/error.ts';
import { ReadingCommand } from '../reading-command.ts';
import { RENEW_FLAGS, type RenewFlags } from '../renew/flags.ts';
import type { RenewJob } from '../renew/job.ts';
import { leavingMetrics } from '../renew/metrics.ts';
import { planAndApply } from '../renew/new-run.ts';
import { listRuns, resumeRun, rollBackRun } from '../renew/runs.ts';

export default class Renew extends ReadingCommand {
  static override summary = 'plan, confirm, apply, verify; every run can be resumed and rolled back';
  static override description =
    'Renews certificates on the node that it runs on: makes a plan, asks, copies away what it touches, renews, restarts what still holds the old certificates and nothing else, and proves by handshake that the new ones are served; when that cannot be proven, it puts everything back. A TARGET is a name that kubeadm uses (apiserver, etcd-server, admin.conf, ...), a ref as layers -o name prints it, KIND/NAME, or all. Needs no API server. What is left alone is listed with what to do instead.';
  static override examples = [
    {
      description: 'What would be done to everything on this node:',
      command: '<%= config.bin %> renew all --dry-run=client',
    },
    {
      description: 'What ends within a month, without asking:',
      command: '<%= config.bin %> renew --expiring-within 30d --yes',
    },
    { description: 'One certificate:', command: '<%= config.bin %> renew apiserver' },
    { description: 'Go on with a run that was interrupted:', command: '<%= config.bin %> renew --resume last' },
    {
      description: 'Put everything back as it was before the newest run:',
      command: '<%= config.bin %> renew --rollback last',
    },
  ];
  static override args = {
    target: Args.string({ ignoreStdin: true, multiple: true, description: 'what to renew' }),
  };
  static override flags = RENEW_FLAGS;

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Renew);
    const words = [args.target ?? []].flat();
    const { context, argv } = this;
    const { name, version } = this.config;
    const job: RenewJob = { context, argv, flags: { ...flags, words }, tool: { name, version } };
    refuseBesideRun(job.flags);
    if (flags.history) return listRuns(job);
    if (flags.resume !== undefined) return resumeRun(job, flags.resume);
    if (flags.rollback !== undefined) return rollBackRun(job, flags.rollback);
    return leavingMetrics(job, () => planAndApply(job));
  }
}

/** A run that has begun has its own plan, made for the real machine. @throws UserError (64) */
function refuseBesideRun(flags: RenewFlags): void {
  const flag = (['resume', 'rollback', 'history'] as const).find((name) => flags[name]);
  if (flag === undefined) return;
  if (flags.words.length > 0)
    throw new UserError(`--${flag} takes no TARGET: the run has its own plan`, { exitCode: EXIT.usage });
  if (flags.demo || flags.incident !== undefined || flags.from !== undefined || flags.at !== undefined) {
    const hints = ['leave out --demo, --incident, --from and --at'];
    throw new UserError(`--${flag} has nothing there: only runs on a real machine are kept`, {
      exitCode: EXIT.usage,
      hints,
    });
  }
}
