import { restore } from '../backup.ts';
import { during } from '../failure.ts';
import { StepFailure, type StepHandler } from '../handler.ts';
import type { ApplyPorts } from '../ports.ts';
import { runTool } from '../tool.ts';
import { linesOf } from './backup-files.ts';

/** kubeadm asks the API server for its configuration first and takes up to a minute to find that nothing answers. */
const DEADLINE = 180_000;

/** What kubeadm says when it exits with 0 and has done nothing (cmd/kubeadm/app/cmd/certs.go). */
const LEFT_ALONE = /^MISSING! .*|.*can't be renewed.*$/im;

/**
 * `kubeadm certs renew NAME`. kubeadm writes key and certificate in place, one after the other: a step that was cut off
 * may have left half a pair, which it could not read again, so that the old files are put back first.
 */
export function kubeadmRenew(ports: ApplyPorts): StepHandler {
  return {
    kind: 'kubeadm-renew',
    run: async ({ command, params }, context) => {
      await during('what an earlier attempt left could not be put back', () =>
        restore(ports, context.run, linesOf(params?.paths)),
      );
      const { stdout } = await runTool(ports, { argv: command, deadline: DEADLINE, hangs: HANGS }, context).catch(
        explain,
      );
      const alone = LEFT_ALONE.exec(stdout);
      if (alone) throw new StepFailure(`kubeadm exits with 0 but has left ${params?.name} alone: ${alone[0].trim()}`);
      return `${command.join(' ')} has run`;
    },
  };
}

const HANGS =
  'the API server or what stands before it takes connections and does not answer: kubeadm waits for its configuration';

/** `kubeadm certs` is of 1.20; a kubeadm that does not know a name is older than what it should renew. */
function explain(error: unknown): never {
  if (error instanceof StepFailure && /unknown command|unknown flag/.test(error.message)) {
    throw new StepFailure(`this kubeadm is too old: ${error.message}`, [
      "install the kubeadm of the cluster's version: kubeadm version, kubelet --version",
    ]);
  }
  throw error;
}
