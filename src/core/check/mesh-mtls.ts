import { leavesUnknown } from '../model/coverage.ts';
import type {
  DestinationRuleFact,
  MtlsMode,
  PeerAuthenticationFact,
  PodFact,
  Seen,
  ServiceFact,
} from '../model/facts.ts';
import { ref } from '../model/ref.ts';
import type { Inventory } from '../snapshot/inventory.ts';
import { memo } from './memo.ts';
import { podsByNamespace, selects, unkept } from './pod-selection.ts';

/** The mode in force for a workload, and the policy that says so; undefined where labels that decide were not kept. */
export interface EffectiveMode {
  readonly mode: MtlsMode;
  /** Ref of the PeerAuthentication; absent: none says anything, and Istio's default holds. */
  readonly by?: string;
  readonly seen?: number;
}

const DEFAULT_MODE: MtlsMode = 'PERMISSIVE';

type Policy = Seen<PeerAuthenticationFact>;

/**
 * What a workload takes on a port, in Istio's order: the port of a policy that selects the workload, that policy, the
 * namespace's, the mesh's in the root namespace; of two at one level the older (istio
 * pilot/pkg/security/authn/policy_applier.go). A selector in the root namespace counts for nothing.
 * @param port of the container
 */
export function effectiveMode(inventory: Inventory, pod: PodFact, port?: number): EffectiveMode | undefined {
  if (whyUndecided(inventory, pod) !== undefined) return undefined;
  const { byNamespace, root } = policiesOf(inventory);
  const workload = oldest(selecting(inventory, pod).flatMap(({ policy, is }) => (is ? [policy] : [])));
  const whole = (namespace: string) => oldest((byNamespace.get(namespace) ?? []).filter(({ selector }) => !selector));
  const said = [
    port === undefined ? undefined : sayingOf(workload, workload?.ports[port]),
    sayingOf(workload, workload?.mode),
    pod.namespace === root ? undefined : sayingOf(whole(pod.namespace), whole(pod.namespace)?.mode),
    sayingOf(whole(root), whole(root)?.mode),
  ];
  return said.find((one) => one !== undefined) ?? { mode: DEFAULT_MODE };
}

/** Why it can't be told what a workload takes. */
export interface Undecided {
  /** A clause. */
  readonly why: string;
  /** Ref of the policy that may be the one; absent: policies were not read. */
  readonly by?: string;
  readonly seen: number;
}

/** @returns undefined where it can be told */
export function whyUndecided(inventory: Inventory, pod: PodFact): Undecided | undefined {
  const odd = selecting(inventory, pod).find(({ is }) => is === undefined)?.policy;
  if (odd) {
    const by = ref.object('peerauthentication', odd.name, odd.namespace);
    return {
      by,
      seen: odd.seen,
      why: `${by} selects by ${unkept(inventory, odd.selector)}, which is not kept of Pods`,
    };
  }
  const { unread } = policiesOf(inventory);
  if (unread === undefined) return unseenRoot(inventory, pod);
  const { state, reason } = inventory.snapshot.coverage[unread]!;
  return { seen: unread, why: `PeerAuthentications are ${state}: ${reason ?? 'no reason was given'}` };
}

/** Where namespaces were named, the root namespace's policies were not read: they decide where no other does. */
function unseenRoot(inventory: Inventory, pod: PodFact): Undecided | undefined {
  const { root, byNamespace } = policiesOf(inventory);
  const { scope, coverage } = inventory.snapshot;
  if (scope.namespaces.length === 0 || scope.namespaces.includes(root)) return undefined;
  const whole = (byNamespace.get(pod.namespace) ?? []).filter(({ selector }) => !selector);
  const own = selecting(inventory, pod).flatMap(({ policy, is }) => (is ? [policy] : []));
  if ((oldest(own)?.mode ?? oldest(whole)?.mode) !== undefined) return undefined;
  const seen = coverage.findIndex(({ source }) => source === 'istio-config');
  if (seen < 0) return undefined;
  return {
    seen,
    why: `policies of ${root}, which hold for the whole mesh, were not read: only ${scope.namespaces.join(', ')} was asked for`,
  };
}

/** Policies of the workload's namespace with a selector, and whether it is theirs. */
function selecting(inventory: Inventory, pod: PodFact) {
  const { byNamespace, root } = policiesOf(inventory);
  if (pod.namespace === root) return [];
  return (byNamespace.get(pod.namespace) ?? [])
    .filter(({ selector }) => selector)
    .map((policy) => ({ policy, is: selects(inventory, policy.selector ?? {}, pod.labels) }));
}

function sayingOf(policy: Policy | undefined, mode: MtlsMode | undefined): EffectiveMode | undefined {
  if (!policy || mode === undefined) return undefined;
  return { mode, by: ref.object('peerauthentication', policy.name, policy.namespace), seen: policy.seen };
}

const policiesOf = memo((inventory) => ({
  byNamespace: Map.groupBy(inventory.facts('peerAuthentication'), ({ namespace }) => namespace),
  root: inventory.facts('istioMesh')[0]?.rootNamespace ?? 'istio-system',
  unread: unreadPolicies(inventory),
}));

/** Index of the reading of PeerAuthentications that did not come to its end. */
function unreadPolicies({ snapshot }: Inventory): number | undefined {
  const index = snapshot.coverage.findIndex(
    ({ source, state, command }) =>
      source === 'istio-config' && leavesUnknown(state) && command.includes('peerauthentications'),
  );
  return index < 0 ? undefined : index;
}

function oldest(policies: readonly Policy[]): Policy | undefined {
  const order = ({ created = '', name }: Policy) => `${created} ${name}`;
  return policies.toSorted((a, b) => (order(a) < order(b) ? -1 : 1))[0];
}

/** A workload that is in the mesh of Istio by a proxy or by its node's ztunnel. */
export function isMeshed({ mesh }: PodFact): boolean {
  return mesh?.kind === 'istio' || mesh?.kind === 'ambient';
}

/** Where a host leads that a DestinationRule names; a name without dots is of its own namespace. */
export function hostOf({ host, namespace }: DestinationRuleFact): {
  readonly service?: string;
  readonly namespace?: string;
} {
  const [service = '', of, word] = host.split('.');
  if (host === '*' || host === '*.local') return {};
  if (of === undefined) return { service, namespace };
  if (word !== undefined && word !== 'svc') return { service: host };
  return service === '*' ? { namespace: of } : { service, namespace: of };
}

/** The Service that a DestinationRule's host is, where it was read. */
export function serviceOf(inventory: Inventory, rule: DestinationRuleFact): Seen<ServiceFact> | undefined {
  const { service, namespace } = hostOf(rule);
  return inventory.facts('service').find((one) => one.name === service && one.namespace === namespace);
}

/** The Pods behind a host: by the Service's selector where it was read, else by their own names. */
export function podsBehind(inventory: Inventory, rule: DestinationRuleFact): readonly PodFact[] {
  const { service, namespace } = hostOf(rule);
  if (namespace === undefined) return [];
  const pods = (podsByNamespace(inventory).get(namespace) ?? []).filter(({ phase }) => phase !== 'Succeeded');
  if (service === undefined) return pods;
  const read = serviceOf(inventory, rule);
  if (read && Object.keys(read.selector).length > 0)
    return pods.filter(({ labels }) => selects(inventory, read.selector, labels));
  return pods.filter(({ labels = {}, owner }) =>
    [labels.app, labels['app.kubernetes.io/name'], labels['k8s-app'], owner?.split('/')[1]].includes(service),
  );
}

/** The container's ports that a rule is about: that behind a port of its Service, or those behind every port. */
export function targetPorts(
  inventory: Inventory,
  rule: DestinationRuleFact,
  port: number | undefined,
): readonly (number | undefined)[] {
  const ports = serviceOf(inventory, rule)?.ports ?? [];
  const about = port === undefined ? ports : ports.filter((one) => one.port === port);
  const targets = about.map((one) => Number(one.targetPort ?? one.port));
  const known = targets.map((target) => (Number.isInteger(target) ? target : undefined));
  return known.length > 0 ? [...new Set(known)] : [port];
}
