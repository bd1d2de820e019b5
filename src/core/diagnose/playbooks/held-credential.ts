import { componentRef, podsOf } from '../control-plane.ts';
import type { Judgement, PlaybookStep, StepContext } from '../playbook.ts';
import { want } from '../requests.ts';
import type { Saying } from '../sayings.ts';

/** Components that load a client certificate once, at their start, and how their words name them. */
const COMPONENTS = ['kube-controller-manager', 'kube-scheduler'] as const;
const REFUSED = /Unauthorized|must be logged in|provide credentials/i;

/**
 * A component goes on with the client certificate that it loaded. Seen from its node by its process and file; from
 * elsewhere by a leader that fell silent while its own log says Unauthorized.
 */
export const heldCredential: PlaybookStep = {
  id: 'held-credential',
  question: 'Do the controller-manager and the scheduler still work with a client certificate of before the renewal?',
  command: () =>
    'kubectl -n kube-system get lease kube-controller-manager kube-scheduler; kubectl -n kube-system logs kube-controller-manager-NODE --tail=20',
  sources: ['leases', 'processes'],
  causes: ['PROCESS_OLDER_THAN_FILE'],
  wants: ({ inventory }) =>
    COMPONENTS.flatMap((component) =>
      podsOf(inventory, component)
        .slice(0, 2)
        .map(({ namespace, name }) => want.podLog({ namespace, pod: name }, `what ${component} says`)),
    ),
  judge: (context) => COMPONENTS.flatMap((component) => judge(context, component)),
};

function judge(context: StepContext, component: (typeof COMPONENTS)[number]): Judgement[] {
  const { inventory, findings } = context;
  const older = findings.filter(
    ({ code, message }) => code === 'PROCESS_OLDER_THAN_FILE' && message.startsWith(component),
  );
  const silent = findings.filter(({ code, placement }) => code === 'LEADER_SILENT' && placement.includes(component));
  const said = refusals(context, component);
  const expired = findings.some(
    ({ code, placement }) => code === 'CERT_EXPIRED' && placement.includes(component.replace('kube-', '')),
  );
  if (expired || older.length + said.length === 0 || (silent.length === 0 && said.length === 0)) return [];
  const decisive = older.length > 0 && (silent.length > 0 || said.length > 0);
  if (!decisive && silent.length === 0) return [];
  const object = said.find(({ from }) => from === 'log')?.object ?? componentRef(inventory, component);
  return [
    {
      is: 'supports',
      code: 'PROCESS_OLDER_THAN_FILE',
      object,
      also: older.flatMap(({ placement }) => placement),
      message: `${component} still works with the client certificate that it loaded at its start, and the API server refuses it; the renewed one in its kubeconfig is only read at a restart`,
      evidence: [...older, ...silent]
        .flatMap(({ evidence }) => evidence)
        .concat(said.slice(0, 2).map(({ evidence }) => evidence)),
      decisive,
      impact: silent[0]?.impact ?? older[0]?.impact ?? 'nothing is reconciled or scheduled any more',
      ...(older[0] && { fix: older[0].fix }),
      explains: [...older, ...silent].map(({ code, placement }) => ({ code, placement })),
      named: said.length > 0,
    },
  ];
}

/** Where the component itself is told that it is not known. */
function refusals({ sayings }: StepContext, component: string): Saying[] {
  return sayings.filter(
    ({ text, object, from }) =>
      REFUSED.test(text) && (object.includes(`/${component}-`) || (from === 'symptom' && text.includes(component))),
  );
}
