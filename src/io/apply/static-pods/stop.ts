import type { HeldPod } from '../../../core/plan/pods.ts';
import { PortFailure } from '../../ports/failure.ts';
import { during } from '../failure.ts';
import { type StepContext, StepFailure } from '../handler.ts';
import { answers, podProcesses } from '../held.ts';
import type { ApplyPorts } from '../ports.ts';
import { untilTrue } from '../wait.ts';
import { isAside, putAside, putBack } from './manifest.ts';
import { stopThroughCrictl } from './through-crictl.ts';

/** Looks, half a second apart: the kubelet's fileCheckFrequency (20 s) and the termination grace, with room. */
const UNTIL_GONE = 360;

export interface StopOptions {
  readonly context: StepContext;
  /** Processes that are to end. */
  readonly pids: readonly number[];
}

/**
 * Ends a static Pod in the way that was asked for. Where its manifest cannot be moved (a read-only folder, a full disk),
 * and nobody asked for a way, the container runtime ends it.
 * @throws StepFailure
 */
export async function stopPod(
  ports: ApplyPorts,
  pod: HeldPod,
  { way, ...options }: StopOptions & { readonly way: string | undefined },
): Promise<void> {
  const { context } = options;
  const cutOff = await isAside(ports, pod, context.run);
  if (way === 'crictl' && !cutOff) return endSandbox(ports, pod, options);
  const why = await moveAway(ports, pod, { run: context.run, mayFail: way === undefined });
  if (why === undefined) return awaitEnd(ports, pod, options);
  context.progress(`${why}; ending ${pod.component} through crictl instead`);
  await endSandbox(ports, pod, options).catch((error: unknown) => {
    throw error instanceof StepFailure ? new StepFailure(`${why}, and ${error.message}`, error.hints, error) : error;
  });
}

async function endSandbox(ports: ApplyPorts, pod: HeldPod, options: StopOptions): Promise<void> {
  const { component } = pod;
  await stopThroughCrictl(ports, component, options.context);
  if (await isGone(ports, pod, options)) return;
  throw new StepFailure(`${component} still runs after crictl has stopped its Pod`, [
    `see crictl ps --name ${component}: another runtime may run it`,
  ]);
}

/** @returns why it cannot be moved, where that is no failure yet */
async function moveAway(
  ports: ApplyPorts,
  pod: HeldPod,
  { run, mayFail }: { run: string; mayFail: boolean },
): Promise<string | undefined> {
  const what = `the manifest of ${pod.component} could not be moved away`;
  try {
    await putAside(ports, pod, run);
    return undefined;
  } catch (error) {
    await putBack(ports, pod, run);
    if (mayFail && error instanceof PortFailure) return `${what}: ${error.message}`;
    return during(what, () => Promise.reject(error));
  }
}

/** Whatever goes wrong, the manifest goes back first. */
async function awaitEnd(ports: ApplyPorts, pod: HeldPod, options: StopOptions): Promise<void> {
  const { component, manifest } = pod;
  const { run } = options.context;
  const ended = await isGone(ports, pod, options).catch(async (error: unknown) => {
    await putBack(ports, pod, run);
    throw error;
  });
  await during(`the manifest of ${component} could not be put back`, () => putBack(ports, pod, run));
  if (ended) return;
  throw new StepFailure(`${component} did not end after its manifest ${manifest} was moved away`, [
    'is the kubelet running? systemctl status kubelet; it is what follows the manifests',
  ]);
}

function isGone(ports: ApplyPorts, pod: HeldPod, { context, pids }: StopOptions): Promise<boolean> {
  const look = async () => {
    const running = await podProcesses(ports, pod);
    return running ? !running.some(({ pid }) => pids.includes(pid)) : !(await answers(ports, pod));
  };
  const waitingFor = `${pod.component} to end (the kubelet looks for manifests every 20 seconds)`;
  return untilTrue(ports.clock, look, { polls: UNTIL_GONE, waitingFor, ...context });
}
