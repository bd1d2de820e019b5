import type { StepHandler } from '../handler.ts';
import { StepFailure } from '../handler.ts';
import type { ApplyPorts } from '../ports.ts';
import { runTool } from '../tool.ts';
import { untilTrue } from '../wait.ts';

/** Milliseconds. */
const DEADLINE = 90_000;
const POLLS = 60;

/** `systemctl restart kubelet`, then waits until one runs again. */
export function restartKubelet(ports: ApplyPorts): StepHandler {
  return {
    kind: 'restart-kubelet',
    run: async ({ command }, context) => {
      const hangs = 'systemd waits for it: see journalctl -u kubelet';
      await runTool(ports, { argv: command, deadline: DEADLINE, hangs }, context);
      const runs = async () => (await ports.processes.named(['kubelet'])).length > 0;
      if (!(await untilTrue(ports.clock, runs, { polls: POLLS, waitingFor: 'the kubelet', ...context })))
        throw new StepFailure('the kubelet does not run after its restart', ['see journalctl -u kubelet']);
      return 'the kubelet runs again';
    },
  };
}
