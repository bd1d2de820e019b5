import { PortFailure } from '../../ports/failure.ts';
import type { StepContext, StepHandler } from '../handler.ts';
import { StepFailure } from '../handler.ts';
import type { ApplyPorts } from '../ports.ts';
import { runTool } from '../tool.ts';
import { untilTrue } from '../wait.ts';

/** Milliseconds. */
const DEADLINE = 90_000;
/** Looks, half a second apart. */
const POLLS = 60;
/** Looks at which the same process must be there: a kubelet that cannot use its certificate ends within a second. */
const STEADY = 8;
const BY_HAND = [
  'what was renewed stays; restart the kubelet by hand: systemctl restart kubelet',
  'why it does not start: journalctl -u kubelet',
];

/** `systemctl restart kubelet`, then waits until another process than before runs, and goes on running. */
export function restartKubelet(ports: ApplyPorts): StepHandler {
  return {
    kind: 'restart-kubelet',
    run: async ({ command }, context) => {
      const before = new Set(await kubelets(ports));
      const hangs = 'systemd waits for it: see journalctl -u kubelet';
      await runTool(ports, { argv: command, deadline: DEADLINE, hangs }, context).catch((error: unknown) => {
        if (error instanceof StepFailure) throw new StepFailure(error.message, [...error.hints, ...BY_HAND], error);
        throw error;
      });
      if ((await kubelets(ports)) === undefined)
        return `${command.join(' ')} has run; this system tells of no processes`;
      const pid = await steadyPid(ports, before, context);
      if (pid !== undefined) return `the kubelet runs again (process ${pid})`;
      throw new StepFailure('no kubelet that was started anew stays running after the restart', BY_HAND);
    },
  };
}

/** The process that has been there long enough and was not before. */
async function steadyPid(
  ports: ApplyPorts,
  before: ReadonlySet<number>,
  context: StepContext,
): Promise<number | undefined> {
  const seen = new Map<number, number>();
  const steady = () => [...seen].find(([, looks]) => looks >= STEADY)?.[0];
  const look = async () => {
    const running = ((await kubelets(ports)) ?? []).filter((pid) => !before.has(pid));
    for (const pid of seen.keys()) if (!running.includes(pid)) seen.delete(pid);
    for (const pid of running) seen.set(pid, (seen.get(pid) ?? 0) + 1);
    return steady() !== undefined;
  };
  await untilTrue(ports.clock, look, { polls: POLLS, waitingFor: 'the kubelet', ...context });
  return steady();
}

/** Pids; undefined where the system does not tell about processes. */
async function kubelets({ processes }: ApplyPorts): Promise<readonly number[] | undefined> {
  try {
    return (await processes.named(['kubelet'])).map(({ pid }) => pid);
  } catch (error) {
    if (error instanceof PortFailure) return undefined;
    throw error;
  }
}
