import { ref } from '../../model/ref.ts';
import { manualStep } from '../../model/step.ts';
import { draft } from '../draft.ts';
import { CERT_MANAGER_DOWN } from '../issuance/generic.ts';
import { wasRead } from '../readings.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';

/** Its kinds without its controller renew nothing. Said where workloads could be read whole. */
export const certManagerDown: Check = {
  id: 'cert-manager-down',
  title: "cert-manager's controller runs",
  codes: [CERT_MANAGER_DOWN],
  applies: ({ inventory }) => inventory.facts('controller').some(({ product }) => product === 'cert-manager'),
  run: (input) => (wasRead(input.inventory, 'controllers') ? judge(input) : []),
};

function judge({ inventory }: CheckInput): Draft[] {
  const controllers = inventory.facts('controller').filter(({ product }) => product === 'cert-manager');
  if (controllers.length === 0 || controllers.some(({ ready }) => ready > 0)) return [];
  if (controllers.every(({ namespace }) => runs(inventory, namespace))) return [];
  return controllers.map(({ kind, namespace, name, replicas, seen }) =>
    draft(CERT_MANAGER_DOWN, {
      layer: 'ingress',
      placement: ref.object(kind, name, namespace),
      message: `${kind} ${namespace}/${name}, the controller of cert-manager, has none of ${replicas} replicas ready`,
      evidence: [inventory.evidence(seen, `${name}: 0 of ${replicas} ready`)],
      impact: 'nothing is issued or renewed; every certificate that it keeps will end',
      fix: [
        manualStep('pods', 'see why its Pods do not run', [
          'kubectl',
          '-n',
          namespace,
          'describe',
          'pods',
          '-l',
          'app.kubernetes.io/name=cert-manager',
        ]),
        manualStep('logs', 'and what they said last', [
          'kubectl',
          '-n',
          namespace,
          'logs',
          `deploy/${name}`,
          '--previous',
        ]),
      ],
    }),
  );
}

/** A Pod of the controller runs, whatever its Deployment's status says. */
function runs(inventory: CheckInput['inventory'], namespace: string): boolean {
  return inventory
    .facts('pod')
    .some(
      (pod) =>
        pod.namespace === namespace &&
        pod.phase === 'Running' &&
        (pod.labels?.['app.kubernetes.io/component'] === 'controller' || pod.labels?.app === 'cert-manager'),
    );
}
