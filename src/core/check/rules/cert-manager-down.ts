import type { ControllerFact, PodFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { manualStep, type Step } from '../../model/step.ts';
import { isCertManagersWebhook } from '../../parse/kube/system.ts';
import { draft } from '../draft.ts';
import { heldUp } from '../issuance/held-up.ts';
import { CERT_MANAGER_CAINJECTOR_DOWN, CERT_MANAGER_DOWN, CERT_MANAGER_WEBHOOK_DOWN } from '../issuance/parts-down.ts';
import { wasRead } from '../readings.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';

/** The parts of an installation: by which labels their Pods are known, and what stands still without them. */
interface Part {
  readonly definition: CodeDefinition;
  readonly product: string;
  readonly component: string;
  /** The label `app` of its Pods, of old and new charts. */
  readonly apps: readonly string[];
  readonly title: string;
  readonly impact: string;
}

const PARTS: readonly Part[] = [
  {
    definition: CERT_MANAGER_DOWN,
    product: 'cert-manager',
    component: 'controller',
    apps: ['cert-manager'],
    title: 'the controller of cert-manager',
    impact: 'nothing is issued or renewed; every certificate that it keeps will end',
  },
  {
    definition: CERT_MANAGER_WEBHOOK_DOWN,
    product: 'cert-manager-webhook',
    component: 'webhook',
    apps: ['webhook', 'cert-manager-webhook'],
    title: 'the webhook of cert-manager',
    impact:
      'the API server refuses every write to the kinds of cert-manager, those of its own controller too: nothing can be issued, renewed or changed',
  },
  {
    definition: CERT_MANAGER_CAINJECTOR_DOWN,
    product: 'cert-manager-cainjector',
    component: 'cainjector',
    apps: ['cainjector', 'cert-manager-cainjector'],
    title: 'the cainjector of cert-manager',
    impact: 'caBundles are not kept up: with the next renewal of a CA the API server refuses what their webhooks judge',
  },
];

/** Its kinds without its controller renew nothing. Said where workloads could be read whole. */
export const certManagerDown: Check = {
  id: 'cert-manager-down',
  title: 'the parts of cert-manager run',
  codes: PARTS.map(({ definition }) => definition),
  applies: ({ inventory }) =>
    inventory.facts('controller').some(({ product }) => PARTS.some((part) => part.product === product)),
  run: (input) =>
    PARTS.flatMap((part) => {
      const workloads = input.inventory.facts('controller').filter(({ product }) => product === part.product);
      const down = wasRead(input.inventory, 'controllers') ? judge(input, part, workloads) : [];
      if (part.product !== 'cert-manager-webhook' || down.length > 0) return down;
      return withoutEndpoints(input, part);
    }),
};

function judge(input: CheckInput, part: Part, workloads: readonly Seen<ControllerFact>[]): Draft[] {
  const { inventory } = input;
  const answers = part.component === 'webhook' && endpointsOf(inventory).some(({ ready }) => ready.length > 0);
  if (workloads.length === 0 || answers || workloads.some(({ ready }) => ready > 0)) return [];
  if (workloads.some(({ namespace }) => runs(podsOf(inventory, part, namespace)))) return [];
  return workloads.map(({ kind, namespace, name, replicas, seen }) => {
    const [pod] = podsOf(inventory, part, namespace).filter(({ unready }) => unready !== undefined);
    const why = pod ? `: ${pod.name} is ${pod.unready}` : '';
    return report(input, part, {
      placement: ref.object(kind, name, namespace),
      message:
        replicas === 0
          ? `${kind} ${namespace}/${name}, ${part.title}, is scaled to 0`
          : `${kind} ${namespace}/${name}, ${part.title}, has none of ${replicas} replicas ready${why}`,
      evidence: [
        inventory.evidence(seen, `${name}: 0 of ${replicas} ready`),
        ...(pod ? [inventory.evidence(pod.seen, `${pod.name}: ${pod.unready}`)] : []),
      ],
      fix:
        replicas === 0 ? [scaleUp(namespace, kind, name)] : seePods(part, namespace, `${kind.toLowerCase()}/${name}`),
    });
  });
}

interface Found extends Pick<Draft, 'placement' | 'message' | 'evidence' | 'fix'> {}

/** Of the webhook the configurations are named too: they are what the API server's message is about. */
function report({ inventory, now }: CheckInput, part: Part, found: Found): Draft {
  const configurations = part.component === 'webhook' ? calls(inventory).map(({ ref: place }) => place) : [];
  const held = part.component === 'cainjector' ? [] : heldUp(inventory, now);
  return draft(part.definition, {
    layer: 'ingress',
    ...found,
    also: [...configurations, ...held].filter((place) => place !== found.placement),
    impact: part.impact,
  });
}

/** The configurations by which the API server calls it. */
function calls(inventory: CheckInput['inventory']) {
  return inventory.facts('caBundle').filter(isCertManagersWebhook);
}

/** EndpointSlices of the Service that these are called through. */
function endpointsOf(inventory: CheckInput['inventory']) {
  const services = new Set(calls(inventory).map(({ service }) => service && `${service.namespace}/${service.name}`));
  return inventory.facts('endpoints').filter(({ namespace, service }) => services.has(`${namespace}/${service}`));
}

/** A Service without any slice is one that nobody fills in: nothing is said of it. */
function withoutEndpoints(input: CheckInput, part: Part): Draft[] {
  const slices = endpointsOf(input.inventory);
  const [first] = slices;
  if (!first || slices.some(({ ready }) => ready.length > 0)) return [];
  const [call] = calls(input.inventory);
  const { namespace, service } = first;
  return [
    report(input, part, {
      placement: call?.ref ?? ref.object('service', service, namespace),
      message: `Service ${namespace}/${service}, through which the API server calls ${part.title}, has no endpoint that is ready`,
      evidence: slices.map(({ seen, notReady }) =>
        input.inventory.evidence(seen, `${service}: none ready, ${notReady.length} not ready`),
      ),
      fix: seePods(part, namespace, `deployment/${service}`),
    }),
  ];
}

function podsOf(inventory: CheckInput['inventory'], { component, apps }: Part, namespace: string): Seen<PodFact>[] {
  return inventory
    .facts('pod')
    .filter(
      ({ namespace: its, labels = {} }) =>
        its === namespace && (labels['app.kubernetes.io/component'] === component || apps.includes(labels.app ?? '')),
    );
}

/** A Pod runs, whatever the status of its Deployment says. */
function runs(pods: readonly PodFact[]): boolean {
  return pods.some(({ phase, unready }) => phase === 'Running' && unready === undefined);
}

function seePods({ component }: Part, namespace: string, workload: string): Step[] {
  const inNamespace = ['kubectl', '-n', namespace];
  return [
    manualStep('pods', 'see why its Pods do not run', [
      ...inNamespace,
      'describe',
      'pods',
      '-l',
      `app.kubernetes.io/component=${component}`,
    ]),
    manualStep('logs', 'and what they said last', [...inNamespace, 'logs', workload, '--previous']),
  ];
}

function scaleUp(namespace: string, kind: string, name: string): Step {
  return manualStep('scale', 'let it run again', [
    'kubectl',
    '-n',
    namespace,
    'scale',
    `${kind.toLowerCase()}/${name}`,
    '--replicas=1',
  ]);
}
