import { workloadsFor } from '../check/controller-steps.ts';
import type { StepContext } from './playbook.ts';
import { type LogParams, want } from './requests.ts';

/** Logs that one question asks for: replicas of a controller say the same. */
const MOST_PODS = 3;

/** Pods of the controllers that serve these objects, by the names that a workload gives its Pods. */
export function controllerPods({ inventory }: StepContext, objects: readonly string[]): LogParams[] {
  const workloads = workloadsFor(inventory, objects);
  return inventory
    .facts('pod')
    .filter(({ namespace, name }) =>
      workloads.some((one) => one.namespace === namespace && name.startsWith(`${one.name}-`)),
    )
    .map(({ namespace, name }) => ({ namespace, pod: name }))
    .slice(0, MOST_PODS);
}

/** Requests for what these controllers say. */
export function controllerLogs(context: StepContext, objects: readonly string[], why: string) {
  return controllerPods(context, objects).map((pod) => want.podLog(pod, why));
}
