import type { PodFact, Seen, ServiceFact } from '../model/facts.ts';
import { ref } from '../model/ref.ts';
import type { Inventory } from '../snapshot/inventory.ts';
import { replicasOf } from './ingress-controllers.ts';
import { memo } from './memo.ts';
import { type GuardedWorkload, guardedPods, guardedWorkloads, type Reception, receptionAt } from './mesh-guarded.ts';
import { podsBehind, targetPorts } from './mesh-mtls.ts';
import { podsOfService } from './pod-selection.ts';

/** Who is known by its configuration to call a workload of a mesh, and has no identity there. */
export interface PlainCaller {
  /**
   * `ingress`: a controller that is not in the mesh; `api-server`: for a webhook or an aggregated API; `rule`: clients in
   * the mesh that a DestinationRule tells to do without mTLS.
   */
  readonly kind: 'ingress' | 'api-server' | 'kubelet' | 'outside' | 'rule';
  /** Ref of the object by which it calls: the Ingress, the webhook, the Pod with its probe, the Service. */
  readonly from: string;
  readonly seen: number;
  readonly to: GuardedWorkload;
  /** Of the container, where it is known. */
  readonly port?: number;
  /** Name of the Service between the two. */
  readonly service?: string;
  readonly reception: Reception;
  /** A clause: who calls, and how that is known. */
  readonly why: string;
}

/** Every such caller. What Pods call of their own accord is in no configuration: it is not among them. */
export const plainCallers = memo((inventory): readonly PlainCaller[] => [
  ...throughIngresses(inventory),
  ...fromApiServer(inventory),
  ...fromKubelets(inventory),
  ...fromOutside(inventory),
  ...byRules(inventory),
]);

const servicesByPlace = memo(
  (inventory): ReadonlyMap<string, Seen<ServiceFact>> =>
    new Map(inventory.facts('service').map((one) => [`${one.namespace}/${one.name}`, one])),
);

function throughIngresses(inventory: Inventory): PlainCaller[] {
  return inventory.facts('ingress').flatMap((ingress) => {
    const from = ref.object('ingress', ingress.name, ingress.namespace);
    if (ingress.solver) return [];
    return (ingress.services ?? []).flatMap((name) => {
      const service = servicesByPlace(inventory).get(`${ingress.namespace}/${name}`);
      return behind(inventory, service).flatMap(({ to, ports }) => {
        const plain = replicasOf(inventory, from).find((pod) => isStranger(pod, to));
        const reception = receptionOf(to, ports);
        const why = `pod ${plain?.namespace}/${plain?.name}, which has no identity of the mesh, serves ${from}`;
        return plain ? [{ kind: 'ingress' as const, from, seen: ingress.seen, to, service: name, reception, why }] : [];
      });
    });
  });
}

function fromApiServer(inventory: Inventory): PlainCaller[] {
  return inventory.facts('caBundle').flatMap(({ ref: from, service: called, seen }) => {
    const service = called && servicesByPlace(inventory).get(`${called.namespace}/${called.name}`);
    return behind(inventory, service, called?.port).flatMap(({ to, ports: [port] }) => ({
      kind: 'api-server' as const,
      from,
      seen,
      to,
      ...(port !== undefined && { port }),
      service: called!.name,
      reception: receptionAt(to, port),
      why: `the API server calls ${service!.namespace}/${service!.name} for ${from}`,
    }));
  });
}

/** In ambient mode the kubelet's probes are let through by their address (istio cni, host probe SNAT). */
function fromKubelets(inventory: Inventory): PlainCaller[] {
  return guardedWorkloads(inventory).flatMap((to) => {
    const [pod] = to.pods;
    return (pod?.mesh?.probes ?? []).map((port) => ({
      kind: 'kubelet' as const,
      from: ref.object('pod', pod!.name, pod!.namespace),
      seen: pod!.seen,
      to,
      port,
      reception: receptionAt(to, port),
      why: `the kubelet's probe goes to port ${port} itself: it is not turned to Istio's agent (rewriteAppHTTPProbers)`,
    }));
  });
}

function fromOutside(inventory: Inventory): PlainCaller[] {
  const open = inventory.facts('service').filter(({ type }) => type === 'LoadBalancer');
  return open.flatMap((service) =>
    behind(inventory, service).flatMap(({ to, ports }) => {
      const reception = receptionOf(to, ports);
      const from = ref.object('service', service.name, service.namespace);
      const why = `Service ${service.namespace}/${service.name} is a LoadBalancer: who comes by it is not in the mesh`;
      return { kind: 'outside' as const, from, seen: service.seen, to, service: service.name, reception, why };
    }),
  );
}

/** Clients of the mesh that show no certificate of it, since they are told so. */
function byRules(inventory: Inventory): PlainCaller[] {
  return inventory.facts('destinationRule').flatMap((rule) => {
    const from = ref.object('destinationrule', rule.name, rule.namespace);
    const plain = rule.tls.filter(({ mode }) => mode !== 'ISTIO_MUTUAL');
    if (plain.length === 0) return [];
    const workloads = new Set(podsBehind(inventory, rule).flatMap((pod) => guardedPods(inventory).get(pod) ?? []));
    return plain.flatMap(({ mode, port: asked }) => {
      const ports = targetPorts(inventory, rule, asked);
      return [...workloads].map((to) => ({
        kind: 'rule' as const,
        from,
        seen: rule.seen,
        to,
        ...(ports.length === 1 && ports[0] !== undefined && { port: ports[0] }),
        reception: receptionOf(to, ports),
        why: `${from} tells clients of ${rule.host} to speak ${mode}, without a certificate of the mesh`,
      }));
    });
  });
}

/** Where ports differ, it depends on which of them is called. */
function receptionOf(to: GuardedWorkload, ports: readonly (number | undefined)[]): Reception {
  const receptions = new Set(ports.map((port) => receptionAt(to, port)));
  const [reception = 'unknown'] = receptions.size === 1 ? receptions : [];
  return reception;
}

interface Behind {
  readonly to: GuardedWorkload;
  /** Container ports; undefined where the Service names one by a word. */
  readonly ports: readonly (number | undefined)[];
}

/** Workloads with an identity that a Service leads to. @param port of the Service; undefined: all of them */
function behind(inventory: Inventory, service: ServiceFact | undefined, port?: number): Behind[] {
  if (!service) return [];
  const pods = podsOfService(inventory, service);
  const workloads = new Set(pods.flatMap((pod) => guardedPods(inventory).get(pod) ?? []));
  const asked = service.ports.filter((one) => port === undefined || one.port === port);
  const ports = asked.map(({ port: own, targetPort = String(own) }) => Number(targetPort) || undefined);
  return [...workloads].map((to) => ({ to, ports: ports.length > 0 ? ports : [undefined] }));
}

/** Whether a Pod has no identity of the mesh that a workload is in. */
export function isStranger({ mesh }: PodFact, to: Pick<GuardedWorkload, 'mesh'>): boolean {
  return to.mesh === 'linkerd' ? mesh?.kind !== 'linkerd' : mesh?.kind !== 'istio' && mesh?.kind !== 'ambient';
}

/** Running Pods without an identity of a mesh, by namespace, the most first. */
export interface Strangers {
  readonly mesh: GuardedWorkload['mesh'];
  readonly namespace: string;
  readonly pods: number;
  /** Some of their workloads or names. */
  readonly examples: readonly string[];
}

const EXAMPLES = 3;

export const strangers = memo((inventory): readonly Strangers[] => {
  const meshes = new Set(guardedWorkloads(inventory).map(({ mesh }) => mesh));
  return [...meshes].flatMap((mesh) => {
    const plain = inventory.facts('pod').filter((pod) => pod.phase === 'Running' && isStranger(pod, { mesh }));
    const groups = [...Map.groupBy(plain, ({ namespace }) => namespace)];
    return groups
      .map(([namespace, pods]) => ({
        mesh,
        namespace,
        pods: pods.length,
        examples: [...new Set(pods.map(({ owner, name }) => owner ?? name))].slice(0, EXAMPLES),
      }))
      .sort((a, b) => b.pods - a.pods || (a.namespace < b.namespace ? -1 : 1));
  });
});
