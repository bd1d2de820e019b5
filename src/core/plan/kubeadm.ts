import type { PlannedStep, SkippedTarget } from '../model/plan.ts';
import { COMPONENTS, KUBEADM_CAS, KUBEADM_NAMES } from './kubeadm-names.ts';
import {
  isLive,
  type KubeadmNode,
  kubeadmNode,
  kubeletRuns,
  placedAs,
  placedNamed,
  staticPod,
} from './kubeadm-node.ts';
import { elsewhere, notRestarted, skippedCas, skippedKubelet, whyNot } from './kubeadm-skips.ts';
import { backupStep, type Holder, type Renewed, renewStep, restartKubeletStep, restartStep } from './kubeadm-steps.ts';
import { otherNodes } from './other-nodes.ts';
import { isChosen, type PlanMaker, type PlanPart, type RenewalRequest } from './plan-maker.ts';
import { refreshSteps } from './refresh-kubeconfig.ts';

/** Renews what kubeadm made on this control-plane node, and restarts what holds it. */
export const kubeadm: PlanMaker = {
  id: 'kubeadm',
  names: [...KUBEADM_NAMES.map(({ name }) => name), ...KUBEADM_CAS.map(({ name }) => name), 'kubelet.conf'],
  plan: (request) => {
    const node = kubeadmNode(request.inventory, request.pkiDir);
    if (!node) return part([], isAsked(request) ? elsewhere(request.inventory, request) : []);
    const { renewed, skipped } = chooseNames(node, request);
    const { holders, idle } = chooseHolders(node, renewed);
    const refresh = refreshSteps(node, request, renewed);
    const way = request.restartWith;
    const steps: PlannedStep[] = [];
    if (renewed.length > 0 || refresh.steps.length > 0) {
      steps.push(
        backupStep({ renewed, holders, more: refresh.paths, way }),
        ...renewed.map((one) => renewStep(node, one, request.now)),
        ...holders.map((holder) => restartStep(node, holder, way)),
        ...refresh.steps,
        ...(request.all && holders.length > 0 && node.root === '' && kubeletRuns(node)
          ? [restartKubeletStep(holders)]
          : []),
      );
    }
    const words = request.all ? ['all'] : request.names;
    return part(
      steps,
      [
        ...skipped,
        ...skippedCas(node, request),
        ...skippedKubelet(node, request),
        ...idle,
        ...refresh.skipped,
        ...(renewed.length > 0 ? otherNodes(node, words) : []),
      ],
      node,
    );
  },
};

/** What was skipped under kubeadm's name for it is not to be explained again under its ref. */
function part(steps: PlannedStep[], skipped: SkippedTarget[], node?: KubeadmNode): PlanPart {
  const named = node
    ? [...KUBEADM_NAMES, ...KUBEADM_CAS].flatMap(({ role }) => placedAs(node.inventory, node.folder, role))
    : [];
  const refs = [...named.map(({ placement }) => placement.ref), ...skipped.map(({ target }) => target)];
  return { steps, skipped, spokenFor: new Set(refs) };
}

function isAsked({ all, within, names }: RenewalRequest): boolean {
  return (all && within === undefined) || names.length > 0;
}

function chooseNames(node: KubeadmNode, request: RenewalRequest): { renewed: Renewed[]; skipped: SkippedTarget[] } {
  const renewed: Renewed[] = [];
  const skipped: SkippedTarget[] = [];
  for (const name of KUBEADM_NAMES) {
    const placed = placedNamed(node, name);
    const named = request.names.includes(name.name);
    if (!(placed ? isChosen(request, placed, name.name) : named || (request.all && !name.optional))) continue;
    const reason = whyNot(node, name, request.now);
    if (reason) skipped.push(reason);
    else if (placed) renewed.push({ name, placed });
  }
  return { renewed, skipped };
}

/** Who holds what is renewed, in the order in which they may be restarted; and who of them does not run. */
function chooseHolders(node: KubeadmNode, renewed: readonly Renewed[]): { holders: Holder[]; idle: SkippedTarget[] } {
  const holders: Holder[] = [];
  const idle: SkippedTarget[] = [];
  for (const component of COMPONENTS) {
    const held = renewed.filter(({ name }) => name.holder === component);
    if (held.length === 0) continue;
    const pod = staticPod(node, component);
    if (pod && isLive(node)) holders.push({ component, pod, renewed: held });
    else if (node.root !== undefined) idle.push(notRestarted(node, component));
  }
  return { holders, idle };
}
