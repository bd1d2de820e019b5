import type { ControllerFact } from '../model/facts.ts';
import { manualStep, type Step } from '../model/step.ts';
import type { Inventory } from '../snapshot/inventory.ts';
import { controllersOf } from './ingress-controllers.ts';

/** Where nothing tells which controller there is: the one that most clusters had. */
const USUAL = { kind: 'Deployment', namespace: 'ingress-nginx', name: 'ingress-nginx-controller' } as const;

type Workload = Pick<ControllerFact, 'kind' | 'namespace' | 'name'>;

/** The workloads that serve these objects; the usual one where none is known. */
export function workloadsFor(inventory: Inventory, objects: readonly string[]): readonly [Workload, ...Workload[]] {
  const found = new Map(
    objects.flatMap((object) => controllersOf(inventory, object)).map((one) => [`${one.namespace}/${one.name}`, one]),
  );
  const [first, ...others] = [...found.values()];
  return first ? [first, ...others] : [USUAL];
}

/** Reads the log of whatever serves these objects. */
export function readControllerLog(inventory: Inventory, objects: readonly string[], why: string): Step {
  const [one] = workloadsFor(inventory, objects);
  return manualStep('logs', why, ['kubectl', '-n', one.namespace, 'logs', word(one)]);
}

/** Starts its Pods anew, one after the other. */
export function restartControllers(inventory: Inventory, objects: readonly string[]): Step[] {
  return workloadsFor(inventory, objects).map((one, index) =>
    manualStep(
      index === 0 ? 'restart' : `restart-${index + 1}`,
      'restart the controller, one replica after the other',
      ['kubectl', '-n', one.namespace, 'rollout', 'restart', word(one)],
      'restart',
    ),
  );
}

function word({ kind, name }: Workload): string {
  return `${kind === 'Deployment' ? 'deploy' : kind.toLowerCase()}/${name}`;
}
