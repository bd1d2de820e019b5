import type { PodFact, PodTraffic, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { manualStep } from '../../model/step.ts';
import { LINKERD_SKIPS } from '../../parse/kube/pod-traffic.ts';
import { portsBeyond } from '../../parse/kube/ports.ts';
import type { Inventory } from '../../snapshot/inventory.ts';
import { draft } from '../draft.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { list } from '../words.ts';

const MESH_PORTS_SKIPPED: CodeDefinition = {
  code: 'MESH_PORTS_SKIPPED',
  severity: 'info',
  title: 'traffic of pods in a mesh goes past their proxies',
  meaning:
    'These pods are in the mesh, and ports are taken out of it: what comes in to them, or goes out by them, is not seen by the proxy. It has no mTLS of the mesh, policies do not hold for it, and it keeps working when certificates have expired. For databases that speak first, or have TLS of their own, that is meant; else it is plain text where mTLS is believed to be.',
  prove: [
    'kubectl get pod POD -o yaml: annotations config.linkerd.io/skip-inbound-ports, skip-outbound-ports; traffic.sidecar.istio.io/excludeInboundPorts, includeInboundPorts, excludeOutboundPorts; arguments of linkerd-init',
    'linkerd viz edges: no_tls_reason port_skipped',
  ],
  fix: ['where it is not meant, take the annotation away and restart the pods; of Linkerd, opaque ports keep mTLS'],
  prevent: ['prefer opaque ports to skipped ones: the proxy still encrypts what it does not understand'],
  source: 'linkerd.io Protocol Detection; istio.io Resource Annotations',
  since: '0.1.0',
};

/** Whether all traffic of pods in a mesh goes through their proxies. */
export const meshSkips: Check = {
  id: 'mesh-skips',
  title: 'the traffic of pods in a mesh goes through their proxies',
  codes: [MESH_PORTS_SKIPPED],
  applies: ({ inventory }) =>
    inventory.facts('pod').some(({ mesh }) => mesh !== undefined) || inventory.facts('linkerdConfig').length > 0,
  run: (input) => [...byInstallation(input), ...byPods(input)],
};

/** For a whole mesh: pods that are injected from now on have it so. */
function byInstallation({ inventory }: CheckInput): Draft[] {
  return inventory.facts('linkerdConfig').flatMap(({ namespace, seen, ...config }) => {
    const inbound = portsBeyond(config.skippedInboundPorts ?? '', LINKERD_SKIPS);
    const outbound = portsBeyond(config.skippedOutboundPorts ?? '', LINKERD_SKIPS);
    const says = skipsOf({
      ...(inbound !== undefined && { skipsInbound: inbound }),
      ...(outbound !== undefined && { skipsOutbound: outbound }),
    });
    if (says === undefined) return [];
    const at = ref.object('configmap', 'linkerd-config', namespace);
    return [
      draft(MESH_PORTS_SKIPPED, {
        layer: 'mesh',
        placement: at,
        message: `Linkerd is installed so that pods ${says}`,
        evidence: [inventory.evidence(seen, `${at}: proxyInit.ignoreInboundPorts, ignoreOutboundPorts: pods ${says}`)],
        impact: 'traffic on these ports has no mTLS, wherever both ends are in the mesh',
        fix: [manualStep('values', 'take the ports out of proxyInit.ignoreInboundPorts and ignoreOutboundPorts')],
      }),
    ];
  });
}

/** One for each namespace and way. */
function byPods({ inventory }: CheckInput): Draft[] {
  const odd = inventory.facts('pod').flatMap((pod) => {
    const says = pod.phase === 'Running' ? skipsOf(pod.mesh?.traffic) : undefined;
    return says === undefined ? [] : [{ pod, says }];
  });
  const groups = Map.groupBy(odd, ({ pod, says }) => `${pod.namespace} ${says}`);
  return [...groups.values()].map((group) => report(inventory, group));
}

interface OddPod {
  readonly pod: Seen<PodFact>;
  /** What its proxy does not see, as a clause about pods. */
  readonly says: string;
}

function skipsOf({ skipsInbound, skipsOutbound, onlyInbound }: PodTraffic = {}): string | undefined {
  const parts = [
    ...(skipsInbound === undefined ? [] : [`are reached past their proxies on ports ${skipsInbound}`]),
    ...(onlyInbound === undefined ? [] : [`are reached past their proxies on all ports but ${onlyInbound || 'none'}`]),
    ...(skipsOutbound === undefined ? [] : [`reach ports ${skipsOutbound} of others past their proxies`]),
  ];
  return parts.length > 0 ? parts.join(', and ') : undefined;
}

/** Most pods whose evidence is given. */
const MOST = 5;

function report(inventory: Inventory, group: readonly OddPod[]): Draft {
  const [{ pod: first, says }] = group as readonly [OddPod];
  const { namespace } = first;
  const pods = group.map(({ pod }) => pod);
  const workloads = [...new Set(pods.map(({ owner, name }) => owner ?? ref.object('pod', name, namespace)))];
  return draft(MESH_PORTS_SKIPPED, {
    layer: 'mesh',
    placement: ref.object('pod', first.name, namespace),
    message: `pods of ${list(workloads)} in ${namespace} ${says}, though they are in the mesh`,
    evidence: pods
      .slice(0, MOST)
      .map(({ seen, name }) => inventory.evidence(seen, `pod ${namespace}/${name} is injected so: ${says}`)),
    impact: 'traffic on these ports has no mTLS of the mesh, and its policies do not hold for it',
    fix: [
      manualStep('look', 'see which annotation says so, and whether it is meant', [
        ...['kubectl', 'get', 'pod', '-n', namespace, first.name, '-o', 'yaml'],
      ]),
    ],
    also: pods.slice(1, MOST).map(({ name }) => ref.object('pod', name, namespace)),
  });
}
