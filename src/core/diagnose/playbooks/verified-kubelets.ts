import { ref } from '../../model/ref.ts';
import { manualStep, type Step } from '../../model/step.ts';
import type { Placed } from '../../snapshot/inventory.ts';
import { coversName, expectedName } from '../../x509/names.ts';
import { nodeAt, podsOf } from '../control-plane.ts';
import type { Judgement, PlaybookStep, StepContext } from '../playbook.ts';
import { want } from '../requests.ts';
import type { Saying } from '../sayings.ts';

/** A client that verifies kubelets says which one it refuses: metrics-server, a monitoring agent, an API server. */
const REFUSES =
  /https:\/\/\[?(?<address>[^\]/":\s\\]+)\]?:(?<port>10250)\b[^\n]*x509: (?:(?<name>cannot validate certificate for|certificate is (?:valid for|not valid for any names)|certificate relies on legacy Common Name)|(?<trust>certificate signed by unknown authority))/;
const METRICS = /\bmetrics\b|kubectl top|\bHorizontalPodAutoscaler\b|\bHPA\b/i;

/**
 * By default nobody verifies kubelets, whose own certificates are self-signed and name the host alone: that is no fault
 * until somebody does.
 */
export const verifiedKubelets: PlaybookStep = {
  id: 'verified',
  question: 'Does a client verify kubelets that show certificates of their own making?',
  command: () => 'kubectl -n kube-system logs deploy/metrics-server --tail=20; openssl s_client -connect NODE:10250',
  sources: ['kubelet-handshakes'],
  causes: ['NAME_NOT_COVERED', 'CHAIN_UNTRUSTED'],
  applies: ({ sayings }) => sayings.some(({ text }) => REFUSES.test(text)),
  wants: ({ inventory, reading }) =>
    METRICS.test(reading.text)
      ? podsOf(inventory, 'metrics-server')
          .slice(0, 1)
          .map(({ namespace, name }) => want.podLog({ namespace, pod: name }, 'why metrics-server has no metrics'))
      : [],
  judge: (context) => refused(context).flatMap((one) => judge(context, one)),
};

interface Refused {
  readonly placed: Placed;
  readonly for: 'name' | 'trust';
  readonly address: string;
  readonly said: Saying;
}

/** Each kubelet that somebody says to refuse, and whose certificate is seen to be as is said. */
function refused({ inventory, sayings }: StepContext): Refused[] {
  const found = new Map<string, Refused>();
  for (const said of sayings) {
    const groups = REFUSES.exec(said.text)?.groups;
    if (!groups?.address) continue;
    const node = nodeAt(inventory, groups.address);
    const known = inventory.facts('node').find(({ name }) => name === node);
    const at = [groups.address, ...(known?.addresses ?? []).map(({ address }) => address)];
    const placed = at.flatMap((address) => inventory.placement(ref.tls(address, Number(groups.port))) ?? [])[0];
    const why = groups.name === undefined ? 'trust' : 'name';
    if (!placed?.leaf || found.has(placed.placement.ref) || !isSo(placed, groups.address, why)) continue;
    found.set(placed.placement.ref, { placed, for: why, address: groups.address, said });
  }
  return [...found.values()];
}

function isSo({ placement, leaf }: Placed, address: string, why: Refused['for']): boolean {
  if (!leaf) return false;
  if (why === 'trust') return placement.role === 'kubelet-serving-self-signed';
  return !coversName(leaf, expectedName(address));
}

function judge({ inventory }: StepContext, { placed, for: why, address, said }: Refused): Judgement[] {
  const { placement, leaf } = placed;
  const node = nodeAt(inventory, address) ?? address;
  const names = [...leaf!.dnsNames, ...leaf!.ipAddresses].join(', ') || 'no name';
  return [
    {
      is: 'supports',
      code: why === 'name' ? 'NAME_NOT_COVERED' : 'CHAIN_UNTRUSTED',
      object: placement.ref,
      also: [ref.object('node', node)],
      message:
        why === 'name'
          ? `the kubelet of ${node} is asked for ${address} by a client that verifies it, and its certificate is for ${names}`
          : `the kubelet of ${node} shows a certificate of its own making to a client that verifies it`,
      evidence: [
        said.evidence,
        inventory.evidence(
          placement.seen,
          `${placement.ref} shows ${leaf!.subject}, issued by ${leaf!.issuer}, for ${names}`,
        ),
      ],
      impact:
        'whoever verifies kubelets gets nothing from this one: metrics, and with them autoscaling and kubectl top',
      fix: FIX,
      named: true,
    },
  ];
}

const FIX: readonly Step[] = [
  manualStep(
    'request',
    "have kubelets ask the cluster's CA for serving certificates: serverTLSBootstrap: true, then restart them one by one",
    ['systemctl', 'restart', 'kubelet'],
    'restart',
  ),
  manualStep('approve', 'compare the names of their requests with their Nodes, and approve them', [
    'kubectl',
    'certificate',
    'approve',
    'CSR',
  ]),
];
