import type { DestinationRuleFact, MtlsMode, PodFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { manualStep } from '../../model/step.ts';
import type { Inventory } from '../../snapshot/inventory.ts';
import { draft } from '../draft.ts';
import {
  type EffectiveMode,
  effectiveMode,
  isMeshed,
  podsBehind,
  serviceOf,
  targetPorts,
  type Undecided,
  whyUndecided,
} from '../mesh-mtls.ts';
import { unkept } from '../pod-selection.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { list } from '../words.ts';

const MTLS_MODE_CONFLICT: CodeDefinition = {
  code: 'MTLS_MODE_CONFLICT',
  severity: 'critical',
  title: 'clients are told another TLS mode than the server takes',
  meaning:
    "A DestinationRule with a tls block takes the place of Istio's automatic mTLS. Where it says DISABLE or SIMPLE, clients show no workload certificate, and a workload under STRICT ends the connection; where it says ISTIO_MUTUAL, a workload without a proxy, or with DISABLE at the port, answers in plain text. No certificate is at fault.",
  prove: [
    'istioctl x describe pod POD: Effective PeerAuthentication, and the TLS mode of the DestinationRule',
    'the client logs 503 UC, or UF with WRONG_VERSION_NUMBER; the server logs NR filter_chain_not_found',
  ],
  fix: [
    'take the tls block out of the DestinationRule: automatic mTLS then does what the server takes',
    'or say ISTIO_MUTUAL, where the server has a proxy',
  ],
  prevent: ['leave TLS modes to automatic mTLS; istioctl analyze does not report this conflict'],
  source: 'istio.io Understanding TLS Configuration; Mutual TLS Migration',
  since: '0.1.0',
};

const MTLS_MODE_UNKNOWN: CodeDefinition = {
  code: 'MTLS_MODE_UNKNOWN',
  severity: 'unknown',
  title: 'whether clients are told the TLS mode that the server takes cannot be told',
  meaning:
    'A DestinationRule sets a TLS mode of its own, and what the workload takes is not known: PeerAuthentications were not read, or the policy, or the Service, selects Pods by a label that is not kept of them (of tens of thousands of Pods a few labels are). The two may contradict each other.',
  prove: [
    'istioctl x describe pod POD: Effective PeerAuthentication, and the TLS mode of the DestinationRule',
    'kubectl get peerauthentications.security.istio.io -A -o yaml: the selectors, and who may read them',
  ],
  fix: [
    'give the right to list PeerAuthentications where that is wanting',
    'or take the tls block out of the DestinationRule: automatic mTLS does what the server takes',
  ],
  source: 'istio pilot/pkg/security/authn/policy_applier.go',
  since: '0.1.0',
};

/** Whether DestinationRules agree with what workloads take. */
export const mtlsMode: Check = {
  id: 'mtls-mode',
  title: 'clients speak to workloads of Istio in the TLS mode that these take',
  codes: [MTLS_MODE_CONFLICT, MTLS_MODE_UNKNOWN],
  applies: ({ inventory }) => inventory.facts('destinationRule').some(({ tls }) => tls.length > 0),
  run: (input) => input.inventory.facts('destinationRule').flatMap((rule) => worst(judge(input, rule))),
};

/** One for each rule: a conflict goes before what is unknown. */
function worst(drafts: readonly Draft[]): Draft[] {
  return [drafts.find(({ severity }) => severity === 'critical') ?? drafts[0]].flatMap((one) => one ?? []);
}

type Tls = DestinationRuleFact['tls'][number];

function judge(input: CheckInput, rule: Seen<DestinationRuleFact>): Draft[] {
  const pods = podsBehind(input.inventory, rule);
  return rule.tls.flatMap((tls) => {
    if (tls.mode === 'ISTIO_MUTUAL') {
      if (pods.length === 0) return undecided(input, rule, tls, pods);
      const plain = taking(input.inventory, rule, tls, pods, 'DISABLE');
      return plain.length > 0 ? [againstPlain(input, rule, tls, plain)] : withoutProxy(input, rule, tls, pods);
    }
    const strict = taking(input.inventory, rule, tls, pods, 'STRICT');
    return strict.length > 0 ? [againstStrict(input, rule, tls, strict)] : undecided(input, rule, tls, pods);
  });
}

/** Unknown is not in order: the Service's selector, or who says what its Pods take, rests on what was not read. */
function undecided(
  { inventory }: CheckInput,
  rule: Seen<DestinationRuleFact>,
  tls: Tls,
  pods: readonly PodFact[],
): Draft[] {
  const [open] = pods.filter(isMeshed).flatMap((pod) => whyUndecided(inventory, pod) ?? []);
  const reason = open ?? (pods.length === 0 ? unselected(inventory, rule) : undefined);
  if (!reason) return [];
  const at = nameOf(rule);
  return [
    draft(MTLS_MODE_UNKNOWN, {
      layer: 'mesh',
      placement: at,
      message: `${at} tells clients of ${rule.host} which TLS to speak (${tls.mode}${whereOf(tls)}), and whether its pods take that is unknown: ${reason.why}`,
      evidence: [
        inventory.evidence(rule.seen, `${at}: tls.mode is ${tls.mode}${whereOf(tls)} for ${rule.host}`),
        inventory.evidence(reason.seen, reason.why),
      ],
      impact:
        tls.mode === 'ISTIO_MUTUAL'
          ? `where they have no proxy, every call of a meshed client to ${rule.host} fails with 503`
          : `where they take mTLS alone, every call of a meshed client to ${rule.host} fails with 503`,
      fix: fixOf(rule),
      ...(reason.by === undefined
        ? { causes: [{ code: 'SOURCE_UNREAD', placement: ref.object('source', 'istio-config') }] }
        : { also: [reason.by] }),
    }),
  ];
}

/** The Service of the host selects its Pods by labels that are not kept: which they are is not known. */
function unselected(inventory: Inventory, rule: DestinationRuleFact): Undecided | undefined {
  const service = serviceOf(inventory, rule);
  const labels = service && unkept(inventory, service.selector);
  if (!service || labels === undefined) return undefined;
  const by = ref.object('service', service.name, service.namespace);
  return { by, seen: service.seen, why: `${by} selects by ${labels}, which is not kept of Pods` };
}

interface Taking {
  readonly pod: PodFact;
  readonly effective: EffectiveMode;
  /** Of the container; absent: any. */
  readonly port?: number | undefined;
}

/** Those that take this mode alone at a port that the rule is about. */
function taking(
  inventory: Inventory,
  rule: DestinationRuleFact,
  tls: Tls,
  pods: readonly PodFact[],
  mode: MtlsMode,
): Taking[] {
  const ports = targetPorts(inventory, rule, tls.port);
  return pods.filter(isMeshed).flatMap((pod) => {
    const modes = ports.flatMap((port) => {
      const effective = effectiveMode(inventory, pod, port);
      return effective?.mode === mode ? [{ pod, effective, port }] : [];
    });
    return modes.slice(0, 1);
  });
}

function againstPlain(
  { inventory }: CheckInput,
  rule: Seen<DestinationRuleFact>,
  tls: Tls,
  plain: readonly Taking[],
): Draft {
  const [{ effective, port }] = plain as readonly [Taking];
  const at = nameOf(rule);
  const where = port === undefined ? '' : ` on port ${port}`;
  return draft(MTLS_MODE_CONFLICT, {
    layer: 'mesh',
    placement: at,
    message: `${at} tells clients of ${rule.host} to speak mTLS (ISTIO_MUTUAL${whereOf(tls)}), and ${podList(plain.map(({ pod }) => pod))} take plain text alone${where} (DISABLE by ${effective.by ?? 'default'})`,
    evidence: [
      inventory.evidence(rule.seen, `${at}: tls.mode is ISTIO_MUTUAL${whereOf(tls)} for ${rule.host}`),
      ...(effective.seen === undefined
        ? []
        : [inventory.evidence(effective.seen, `${effective.by}: mtls.mode is DISABLE${where}`)]),
    ],
    impact: `calls to ${rule.host}${where} fail with 503 and WRONG_VERSION_NUMBER`,
    fix: fixOf(rule),
    also: [...(effective.by === undefined ? [] : [effective.by]), ...refsOf(plain.map(({ pod }) => pod))],
  });
}

function againstStrict(
  { inventory }: CheckInput,
  rule: Seen<DestinationRuleFact>,
  tls: Tls,
  strict: readonly Taking[],
): Draft {
  const [{ effective }] = strict as readonly [Taking];
  const at = nameOf(rule);
  const plain = tls.mode === 'DISABLE' ? 'plain text' : 'TLS without a workload certificate';
  return draft(MTLS_MODE_CONFLICT, {
    layer: 'mesh',
    placement: at,
    message: `${at} tells clients of ${rule.host} to send ${plain} (${tls.mode}${whereOf(tls)}), and ${podList(strict.map(({ pod }) => pod))} take mTLS alone (STRICT by ${effective.by ?? 'default'})`,
    evidence: [
      inventory.evidence(rule.seen, `${at}: tls.mode is ${tls.mode}${whereOf(tls)} for ${rule.host}`),
      ...(effective.seen === undefined
        ? []
        : [inventory.evidence(effective.seen, `${effective.by}: mtls.mode is STRICT`)]),
    ],
    impact: `every call of a meshed client to ${rule.host} fails with 503`,
    fix: fixOf(rule),
    also: [...(effective.by === undefined ? [] : [effective.by]), ...refsOf(strict.map(({ pod }) => pod))],
  });
}

function withoutProxy(
  { inventory }: CheckInput,
  rule: Seen<DestinationRuleFact>,
  tls: Tls,
  pods: readonly PodFact[],
): Draft[] {
  const bare = pods.filter((pod) => !isMeshed(pod) && pod.phase === 'Running');
  if (bare.length === 0) return [];
  const at = nameOf(rule);
  return [
    draft(MTLS_MODE_CONFLICT, {
      layer: 'mesh',
      placement: at,
      message: `${at} tells clients of ${rule.host} to speak mTLS (ISTIO_MUTUAL${whereOf(tls)}), and ${podList(bare)} have no proxy that could`,
      evidence: [inventory.evidence(rule.seen, `${at}: tls.mode is ISTIO_MUTUAL${whereOf(tls)} for ${rule.host}`)],
      impact: `calls to these pods fail with 503 and WRONG_VERSION_NUMBER`,
      fix: fixOf(rule),
      also: refsOf(bare),
    }),
  ];
}

function fixOf({ namespace, name }: DestinationRuleFact) {
  const command = ['kubectl', 'edit', '-n', namespace, 'destinationrule', name];
  return [manualStep('edit', 'take the tls block out, so that automatic mTLS decides, or make the two agree', command)];
}

function nameOf({ namespace, name }: DestinationRuleFact): string {
  return ref.object('destinationrule', name, namespace);
}

function whereOf({ port, subset }: Tls): string {
  return [port === undefined ? '' : ` on port ${port}`, subset === undefined ? '' : ` for subset ${subset}`].join('');
}

function podList(pods: readonly PodFact[]): string {
  return list(pods.map(({ namespace, name }) => `${namespace}/${name}`));
}

function refsOf(pods: readonly PodFact[]): string[] {
  return pods.map(({ namespace, name }) => ref.object('pod', name, namespace));
}
