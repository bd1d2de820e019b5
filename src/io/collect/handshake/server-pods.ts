import type { CaBundleFact } from '../../../core/model/facts.ts';
import { type BackingPod, readBacking, readBackingPod } from '../../../core/parse/kube/backing.ts';
import { layerOfServer, systemOf } from '../../../core/parse/kube/system.ts';
import { PortFailure } from '../../ports/failure.ts';
import { asksCluster, factsIn } from '../cluster-source.ts';
import { forwardCommand, shakeHandsWithPod } from '../pods/pod-port.ts';
import type { CollectContext, Source } from '../source.ts';
import { eachOf } from './parallel.ts';
import { recordAttempt } from './reach.ts';
import type { ShakePlan } from './shake.ts';

/** Connections to the API server at the same time. */
const PARALLEL = 8;
/** Services and replicas of each that are asked. */
const MOST_SERVICES = 24;
const MOST_REPLICAS = 6;
const COMMAND = forwardCommand({ namespace: 'NAMESPACE', pod: 'REPLICA', port: 443 });
const UNKNOWN = 'what each replica behind a webhook or aggregated API serves by itself';

/**
 * What each replica of the servers that the API server calls serves by itself, reached through the API server: behind
 * one Service each answers in turn, and one that was not restarted serves what it read at its start.
 */
export const serverPods: Source = {
  id: 'server-pods',
  layer: 'cluster',
  title: 'handshakes with each replica behind webhooks and aggregated APIs',
  needs: [
    { kind: 'rbac', group: '', resource: 'services', verb: 'get' },
    { kind: 'rbac', group: '', resource: 'pods', verb: 'list' },
    { kind: 'rbac', group: '', resource: 'pods/portforward', verb: 'create' },
  ],
  after: ['cabundles'],
  inScope: asksCluster('cluster', 'mesh'),
  command: COMMAND,
  unknown: UNKNOWN,
  collect: async (context) => {
    const failures: PortFailure[] = [];
    await eachOf(PARALLEL, servicesOf(factsIn(await context.from('cabundles'), 'caBundle')), async (server) => {
      const pods = await podsBehind(context, server);
      if (pods instanceof PortFailure) failures.push(pods);
      for (const pod of pods instanceof PortFailure ? [] : pods) {
        const failure = await askReplica(context, server, pod);
        if (failure) failures.push(failure);
      }
    });
    if (failures.length === 0) return;
    const denied = failures.find(({ state }) => state === 'denied');
    const reading = context.begin({ command: COMMAND, unknown: UNKNOWN });
    if (denied) return reading.end('denied', denied.message);
    // What answers at the Service's own address, and what its Secret holds, stand without it.
    reading.end('not-applicable', `some replicas cannot be asked from here: ${failures[0]?.message}`);
  },
};

interface Server {
  readonly fact: CaBundleFact;
  readonly service: NonNullable<CaBundleFact['service']>;
}

/** Each Service once. */
function servicesOf(facts: readonly CaBundleFact[]): Server[] {
  const servers = facts.flatMap((fact): [string, Server][] =>
    fact.service ? [[JSON.stringify(fact.service), { fact, service: fact.service }]] : [],
  );
  return [...new Map(servers.toReversed()).values()].reverse().slice(0, MOST_SERVICES);
}

async function podsBehind(context: CollectContext, { service }: Server): Promise<BackingPod[] | PortFailure> {
  const core = `/api/v1/namespaces/${encodeURIComponent(service.namespace)}`;
  try {
    const found = await get(context, `${core}/services/${encodeURIComponent(service.name)}`);
    const backing = readBacking(found, service.port);
    if (!backing) return [];
    const labelSelector = Object.entries(backing.selector)
      .map(([key, value]) => `${key}=${value}`)
      .join(',');
    const list = await get(context, `${core}/pods`, { labelSelector, limit: String(MOST_REPLICAS) });
    const items = (list as { items?: readonly unknown[] } | undefined)?.items ?? [];
    return items.flatMap((item) => readBackingPod(item, backing.targetPort) ?? []);
  } catch (error) {
    if (context.signal.aborted || !(error instanceof PortFailure)) throw error;
    return error.state === 'absent' ? [] : error;
  }
}

async function get(context: CollectContext, path: string, query: Record<string, string> = {}): Promise<unknown> {
  const { body } = await context.ports.kube.request({ path, query, signal: context.signal });
  context.answered();
  return body;
}

async function askReplica(
  context: CollectContext,
  { fact, service }: Server,
  pod: BackingPod,
): Promise<PortFailure | undefined> {
  const { namespace, name, ip, port } = pod;
  const host = `${service.name}.${service.namespace}.svc`;
  const plan: ShakePlan = {
    dial: { address: ip, port, sni: host },
    unknown: UNKNOWN,
    judge: () => ({
      layer: layerOfServer(fact),
      role: systemOf(fact) === 'linkerd' ? 'linkerd-webhook' : 'webhook-serving',
      manager: 'unknown',
    }),
  };
  try {
    const outcome = await shakeHandsWithPod(
      context.ports,
      { namespace, pod: name, port, signal: context.signal },
      host,
    );
    context.answered();
    await recordAttempt(context, { plan, outcome });
    return undefined;
  } catch (error) {
    if (context.signal.aborted || !(error instanceof PortFailure)) throw error;
    return error;
  }
}
