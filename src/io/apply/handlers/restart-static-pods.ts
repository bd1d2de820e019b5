import { dirname, join } from 'node:path';
import { type HeldPod, readPods } from '../../../core/plan/pods.ts';
import { during } from '../failure.ts';
import { type StepContext, StepFailure, type StepHandler } from '../handler.ts';
import { answers, hasExpired, heldBack, isHealthy, podProcesses } from '../held.ts';
import type { ApplyPorts } from '../ports.ts';
import { untilTrue } from '../wait.ts';

/** Looks, half a second apart: the kubelet's fileCheckFrequency (20 s) and the termination grace, with room. */
const UNTIL_GONE = 360;
/** The kubelet backs off for up to five minutes from what crashes. */
const UNTIL_HEALTHY = 800;

/** Restarts static Pods that hold something else than their files, one at a time in the order given. */
export function restartStaticPods(ports: ApplyPorts, kind: 'restart-static-pod' | 'restart-static-pods'): StepHandler {
  return {
    kind,
    run: async ({ params }, context) => {
      const said: string[] = [];
      const pods = readPods(params?.pods);
      const expired = (await Promise.all(pods.map((pod) => hasExpired(ports, pod)))).includes(true);
      for (const pod of pods) said.push(await restart(ports, pod, { ...context, expired }));
      return said.join('; ');
    },
  };
}

/** Puts manifests back that a restart which was cut off has left aside. */
export function returnManifest(ports: ApplyPorts): StepHandler {
  return {
    kind: 'return-manifest',
    run: async ({ params }, { run }) => {
      const returned: string[] = [];
      for (const pod of readPods(params?.pods)) {
        if (await putBack(ports, pod, run)) returned.push(pod.manifest);
      }
      return returned.length > 0 ? `put ${returned.join(', ')} back` : 'it was in its place';
    },
  };
}

interface RestartContext extends StepContext {
  /** On the way back to what had ended there is no health to wait for. */
  readonly expired: boolean;
}

async function restart(ports: ApplyPorts, pod: HeldPod, context: RestartContext): Promise<string> {
  const { component } = pod;
  const processes = await podProcesses(ports, pod);
  const isCutOff = (await ports.files.stat(asidePath(ports, pod, context.run))) !== undefined;
  if (!isCutOff && processes?.length === 0) return comesUp(ports, pod, { context, not: [] });
  const stale = isCutOff ? 'its restart was cut off' : await heldBack(ports, pod, processes);
  if (stale === undefined) return `${component} was not restarted: it holds what is in its files`;
  context.progress(`restarting ${component}: ${stale}`);
  await stop(ports, pod, { context, pids: processes?.map(({ pid }) => pid) ?? [] });
  await during(`the manifest of ${component} could not be put back`, () => putBack(ports, pod, context.run));
  return comesUp(ports, pod, { context, not: processes?.map(({ pid }) => pid) ?? [] });
}

/** Moves the manifest away and waits for the end; whatever goes wrong, the manifest goes back first. */
async function stop(
  ports: ApplyPorts,
  pod: HeldPod,
  { context, pids }: { context: StepContext; pids: readonly number[] },
): Promise<void> {
  const { component } = pod;
  await during(`the manifest of ${component} could not be moved away`, () => putAside(ports, pod, context.run));
  const isGone = async () => {
    const running = await podProcesses(ports, pod);
    return running ? !running.some(({ pid }) => pids.includes(pid)) : !(await answers(ports, pod));
  };
  try {
    const waitingFor = `${component} to end (the kubelet looks for manifests every 20 seconds)`;
    if (await untilTrue(ports.clock, isGone, { polls: UNTIL_GONE, waitingFor, ...context })) return;
  } catch (error) {
    await putBack(ports, pod, context.run);
    throw error;
  }
  await putBack(ports, pod, context.run);
  throw new StepFailure(`${component} did not end after its manifest ${pod.manifest} was moved away`, [
    'is the kubelet running? systemctl status kubelet; it is what follows the manifests',
  ]);
}

async function comesUp(
  ports: ApplyPorts,
  pod: HeldPod,
  { context, not }: { context: RestartContext; not: readonly number[] },
): Promise<string> {
  const { component } = pod;
  const isUp = async () => {
    const running = await podProcesses(ports, pod);
    if (running && !running.some(({ pid }) => !not.includes(pid))) return false;
    return context.expired || isHealthy(ports, pod);
  };
  const waitingFor = `${component} to be ${context.expired ? 'started' : 'healthy'}`;
  if (await untilTrue(ports.clock, isUp, { polls: UNTIL_HEALTHY, waitingFor, ...context })) {
    if (context.expired) return `${component} was started; its certificates have expired, so that it is not healthy`;
    return not.length > 0 ? `${component} was restarted and is healthy` : `${component} came up and is healthy`;
  }
  throw new StepFailure(`${component} has not become healthy after its restart`, [
    `see its log: crictl ps -a --name ${component}, then crictl logs ID`,
  ]);
}

/** Never inside the folder of manifests, where the kubelet takes every file for a Pod. */
function asidePath({ stateDir }: ApplyPorts, { component }: HeldPod, run: string): string {
  return join(stateDir, 'aside', run, `${component}.yaml`);
}

/** The copy is whole before the manifest goes: there is one of the two at any moment. */
async function putAside(ports: ApplyPorts, pod: HeldPod, run: string): Promise<void> {
  const aside = asidePath(ports, pod, run);
  if ((await ports.files.stat(pod.manifest)) === undefined) {
    if ((await ports.files.stat(aside)) !== undefined) return;
    throw new StepFailure(`${pod.manifest} is not there: ${pod.component} is no static Pod any more`);
  }
  await ports.changes.makeDirectory(dirname(aside), 0o700);
  await ports.changes.copy(pod.manifest, aside);
  await ports.changes.remove(pod.manifest);
}

async function putBack(ports: ApplyPorts, pod: HeldPod, run: string): Promise<boolean> {
  const aside = asidePath(ports, pod, run);
  if ((await ports.files.stat(aside)) === undefined) return false;
  const isAway = (await ports.files.stat(pod.manifest)) === undefined;
  if (isAway) await ports.changes.copy(aside, pod.manifest);
  await ports.changes.remove(aside);
  return isAway;
}
