import { type HeldPod, readPods } from '../../../core/plan/pods.ts';
import { backedUpAt } from '../backup.ts';
import { type StepContext, StepFailure, type StepHandler } from '../handler.ts';
import { hasExpired, heldBack, isHealthy, podProcesses } from '../held.ts';
import type { ApplyPorts } from '../ports.ts';
import { isAside, putBack } from '../static-pods/manifest.ts';
import { stopPod } from '../static-pods/stop.ts';
import { untilTrue } from '../wait.ts';

/** Looks, half a second apart: the kubelet backs off for up to five minutes from what crashes. */
const UNTIL_HEALTHY = 800;

/** Restarts static Pods that hold something else than their files, one at a time in the order given. */
export function restartStaticPods(ports: ApplyPorts, kind: 'restart-static-pod' | 'restart-static-pods'): StepHandler {
  return {
    kind,
    run: async ({ params }, context) => {
      const said: string[] = [];
      const pods = readPods(params?.pods);
      const since = kind === 'restart-static-pods' ? await backedUpAt(ports, context.run) : undefined;
      const expired = (await Promise.all(pods.map((pod) => hasExpired(ports, pod)))).includes(true);
      for (const pod of pods) said.push(await restart(ports, pod, { ...context, expired, since, way: params?.way }));
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
  /** On the way back: when the files were copied away. What has run since before that was never restarted. */
  readonly since: number | undefined;
  /** How it was asked to be restarted. */
  readonly way: string | undefined;
}

async function restart(ports: ApplyPorts, pod: HeldPod, context: RestartContext): Promise<string> {
  const { component } = pod;
  const processes = await podProcesses(ports, pod);
  const pids = processes?.map(({ pid }) => pid) ?? [];
  const isCutOff = await isAside(ports, pod, context.run);
  if (!isCutOff && processes?.length === 0) return comesUp(ports, pod, { context, not: [] });
  const stale = isCutOff ? 'its restart was cut off' : await heldBack(ports, pod, { processes, since: context.since });
  if (stale === undefined) return `${component} was not restarted: it holds what is in its files`;
  context.progress(`restarting ${component}: ${stale}`);
  await stopPod(ports, pod, { context, pids, way: context.way });
  return comesUp(ports, pod, { context, not: pids });
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
