import { dirname, join } from 'node:path';
import type { HeldPod } from '../../../core/plan/pods.ts';
import { StepFailure } from '../handler.ts';
import type { ApplyPorts } from '../ports.ts';

/** Whether a restart was cut off while the manifest was away. */
export async function isAside(ports: ApplyPorts, pod: HeldPod, run: string): Promise<boolean> {
  return (await ports.files.stat(asidePath(ports, pod, run))) !== undefined;
}

/** The copy is whole before the manifest goes: there is one of the two at any moment. @throws StepFailure, PortFailure */
export async function putAside(ports: ApplyPorts, pod: HeldPod, run: string): Promise<void> {
  const aside = asidePath(ports, pod, run);
  if ((await ports.files.stat(pod.manifest)) === undefined) {
    if ((await ports.files.stat(aside)) !== undefined) return;
    throw new StepFailure(`${pod.manifest} is not there: ${pod.component} is no static Pod any more`);
  }
  await ports.changes.makeDirectory(dirname(aside), 0o700);
  await ports.changes.copy(pod.manifest, aside);
  await ports.changes.remove(pod.manifest);
}

/** @returns whether the manifest was away @throws PortFailure */
export async function putBack(ports: ApplyPorts, pod: HeldPod, run: string): Promise<boolean> {
  const aside = asidePath(ports, pod, run);
  if ((await ports.files.stat(aside)) === undefined) return false;
  const isAway = (await ports.files.stat(pod.manifest)) === undefined;
  if (isAway) await ports.changes.copy(aside, pod.manifest);
  await ports.changes.remove(aside);
  return isAway;
}

/** Never inside the folder of manifests, where the kubelet takes every file for a Pod. */
function asidePath({ stateDir }: ApplyPorts, { component }: HeldPod, run: string): string {
  return join(stateDir, 'aside', run, `${component}.yaml`);
}
