import type { Survey } from '../../app/setup/schedule.ts';
import { EXIT, UserError } from '../../core/model/error.ts';
import type { ScheduleForm } from '../../core/plan/setup/schedule-options.ts';
import type { Workshop } from '../../io/ports/workshop.ts';
import type { ScheduleFlags } from './flags.ts';

/** What must hold before anything is installed on the machine itself. @throws UserError (exit 1) */
export function refuseUnsafe(survey: Survey, workshop: Workshop, form: ScheduleForm | 'none'): void {
  if (survey.root !== '') return;
  if (workshop.uid !== undefined && workshop.uid !== 0) throw refusal('only root may install it', [SUDO]);
  if (form === 'none') return;
  if (!survey.node)
    throw refusal('no files of kubeadm are here, so that there is nothing to renew', [
      'run it on a control-plane node; where kubeadm keeps its files elsewhere, name the folder with --pki-dir',
      'managed control planes, k3s and OpenShift renew by themselves: kubectl certs check says who does it here',
    ]);
  if (survey.open.length > 0)
    throw refusal(`root would run what others can change: ${survey.open.join(', ')}`, [
      'put the program, and the Node that runs it, where only root writes: /opt/kubectl-certs, say',
      'then run setup schedule --apply from there',
    ]);
}

/** A schedule is for the machine that it is made on, now. @throws UserError (64) */
export function refuseElsewhere({ from, at }: ScheduleFlags): void {
  if (from === undefined && at === undefined) return;
  throw new UserError(`--${from === undefined ? 'at' : 'from'} has nothing there: a schedule is for this machine`, {
    exitCode: EXIT.usage,
    hints: ['leave it out; --root names the folder of another one'],
  });
}

const SUDO = 'sudo env "PATH=$PATH" kubectl certs setup schedule --apply';

function refusal(why: string, hints: readonly string[]): UserError {
  return new UserError(`nothing has been changed: ${why}`, { exitCode: EXIT.failed, hints });
}
