import type { MeshName, PodFact, Seen } from '../model/facts.ts';
import { ref } from '../model/ref.ts';
import { LINKERD_OPEN_POLICY } from '../parse/kube/pod-traffic.ts';
import { namesPort } from '../parse/kube/ports.ts';
import type { Inventory } from '../snapshot/inventory.ts';
import { memo } from './memo.ts';
import { effectiveMode, isMeshed, whyUndecided } from './mesh-mtls.ts';

/** A workload with an identity of a mesh, and whom its proxies let in. */
export interface GuardedWorkload {
  readonly mesh: MeshName;
  readonly namespace: string;
  /** `deployment/web`, or the name of a Pod that nobody owns. */
  readonly name: string;
  readonly pods: readonly Seen<PodFact>[];
  /** Of Istio `STRICT`, `PERMISSIVE`, `DISABLE`; of Linkerd its default policy. Undefined: `unknown` says why. */
  readonly mode?: string;
  /** Ref of what says so; absent: the mesh's default. */
  readonly by?: string;
  readonly bySeen?: number;
  /** Container ports where another mode holds. */
  readonly ports: Readonly<Record<number, string>>;
  readonly unknown?: string;
}

/** Modes that let nobody in without an identity (linkerd.io, Authorization Policy: default policies). */
const CLOSED: ReadonlySet<string> = new Set(['STRICT', 'all-authenticated', 'cluster-authenticated', 'deny']);

/** Every workload with an identity, gateways left out: what comes in to these is for their listeners to judge. */
export const guardedWorkloads = memo((inventory): readonly GuardedWorkload[] => {
  const running = inventory.facts('pod').filter((pod) => pod.phase === 'Running' && isGuarded(pod));
  const workloads = Map.groupBy(running, ({ namespace, owner, name }) => `${namespace} ${owner ?? name}`);
  return [...workloads.values()].map((pods) => workloadOf(inventory, pods)).sort(byPlace);
});

/** The workload of each Pod that has an identity. */
export const guardedPods = memo(
  (inventory): ReadonlyMap<PodFact, GuardedWorkload> =>
    new Map(guardedWorkloads(inventory).flatMap((workload) => workload.pods.map((pod) => [pod, workload] as const))),
);

function isGuarded(pod: PodFact): boolean {
  return (isMeshed(pod) && !isIstioOwn(pod)) || pod.mesh?.kind === 'linkerd';
}

/** Gateways, waypoints and ztunnel. */
function isIstioOwn({ labels = {} }: PodFact): boolean {
  const isZtunnel = labels.app === 'ztunnel' || labels['app.kubernetes.io/name'] === 'ztunnel';
  return isZtunnel || labels.istio !== undefined || labels['gateway.networking.k8s.io/gateway-name'] !== undefined;
}

function workloadOf(inventory: Inventory, pods: readonly Seen<PodFact>[]): GuardedWorkload {
  const [{ namespace, owner, name, mesh }] = pods as readonly [Seen<PodFact>];
  const common = { namespace, name: owner ?? name, pods };
  return mesh?.kind === 'linkerd'
    ? { mesh: 'linkerd', ...common, ports: {}, ...policyOf(pods) }
    : { mesh: 'istio', ...common, ...modesOf(inventory, pods) };
}

function modesOf(inventory: Inventory, [pod]: readonly PodFact[]): Pick<GuardedWorkload, 'mode' | 'by' | 'ports'> {
  const unknown = pod && whyUndecided(inventory, pod)?.why;
  const effective = pod && effectiveMode(inventory, pod);
  if (!pod || !effective) return { ports: {}, ...(unknown !== undefined && { unknown }) };
  const named = inventory.facts('peerAuthentication').filter(({ namespace }) => namespace === pod.namespace);
  const ports = [...new Set(named.flatMap(({ ports: own }) => Object.keys(own)))].flatMap((port) => {
    const mode = effectiveMode(inventory, pod, Number(port))?.mode;
    return mode === undefined || mode === effective.mode ? [] : [[port, mode] as const];
  });
  return {
    mode: effective.mode,
    ...(effective.by !== undefined && { by: effective.by }),
    ...(effective.seen !== undefined && { bySeen: effective.seen }),
    ports: Object.fromEntries(ports),
  };
}

/** What the proxy was injected with: the control plane's own default is in that too. */
function policyOf([pod]: readonly Seen<PodFact>[]): Pick<GuardedWorkload, 'mode' | 'by' | 'bySeen'> {
  const own = pod?.mesh?.traffic?.inboundPolicy;
  if (!pod || own === undefined) return { mode: LINKERD_OPEN_POLICY };
  return { mode: own, by: ref.object('pod', pod.name, pod.namespace), bySeen: pod.seen };
}

/** Whether a port is behind the proxy at all. */
function isBehindProxy({ pods: [pod] }: GuardedWorkload, port: number): boolean {
  const { skipsInbound = '', onlyInbound = '*' } = pod?.mesh?.traffic ?? {};
  return !namesPort(skipsInbound, port) && namesPort(onlyInbound, port);
}

/** What becomes of a caller without an identity. */
export type Reception = 'refused' | 'refused-under-strict' | 'let-in' | 'unknown';

/** @param port of the container; undefined where it is not known */
export function receptionAt(workload: GuardedWorkload, port: number | undefined): Reception {
  if (port !== undefined && !isBehindProxy(workload, port)) return 'let-in';
  const modes = port === undefined ? [workload.mode, ...Object.values(workload.ports)] : [modeAt(workload, port)];
  if (modes.includes(undefined)) return 'unknown';
  const closed = modes.filter((mode) => CLOSED.has(mode!)).length;
  if (closed === modes.length) return 'refused';
  return closed === 0 ? 'refused-under-strict' : 'unknown';
}

function modeAt({ mode, ports }: GuardedWorkload, port: number): string | undefined {
  return ports[port] ?? mode;
}

/** Whether a mesh has a workload that takes nobody without an identity. */
export const closedMeshes = memo(
  (inventory): ReadonlySet<MeshName> =>
    new Set(guardedWorkloads(inventory).flatMap(({ mesh, mode = '' }) => (CLOSED.has(mode) ? [mesh] : []))),
);

export function isClosed(mode: string | undefined): boolean {
  return mode !== undefined && CLOSED.has(mode);
}

function byPlace(a: GuardedWorkload, b: GuardedWorkload): number {
  const [left, right] = [a, b].map(({ namespace, name }) => `${namespace} ${name}`) as [string, string];
  return left < right ? -1 : left > right ? 1 : 0;
}
