import type { IstioSyncFact, PodFact } from '../../../core/model/facts.ts';
import { readSyncz, type SyncedProxy } from '../../../core/parse/istio/syncz.ts';
import { PortFailure } from '../../ports/failure.ts';
import { asksCluster, factsIn } from '../cluster-source.ts';
import { eachOf } from '../handshake/parallel.ts';
import { FORWARD_NEEDS, forwardCommand, getFromPod } from '../pods/pod-port.ts';
import type { CollectContext, Source } from '../source.ts';
import { isIstiod } from './istio-control-planes.ts';

/** istiod's debug pages; who comes by a port-forward comes from its loopback, and needs no token. */
const MONITORING_PORT = 15014;
const PATH = '/debug/syncz';
const PARALLEL = 8;
const UNKNOWN = 'which proxies are connected to istiod, and whether they took what it sent them';
/** Milliseconds that a proxy may take from its start until it is connected. */
const START = 5 * 60_000;
/** Proxies that are named. */
const MOST = 50;

/** Which proxies each istiod has a connection to: who has none gets neither configuration nor a new certificate. */
export const istioSync: Source = {
  id: 'istio-sync',
  layer: 'mesh',
  title: "istiod's connections to proxies",
  needs: FORWARD_NEEDS,
  after: ['pods', 'istio-config'],
  inScope: asksCluster('mesh'),
  command: `${forwardCommand({ namespace: 'istio-system', pod: 'ISTIOD', port: MONITORING_PORT })}; curl localhost:${MONITORING_PORT}${PATH}`,
  unknown: UNKNOWN,
  collect: async (context) => {
    const pods = factsIn(await context.from('pods'), 'pod');
    const istiods = pods.filter(isIstiod);
    if (istiods.length === 0) return;
    const reading = context.begin({ command: istioSync.command, unknown: UNKNOWN });
    const synced: SyncedProxy[] = [];
    const failures: PortFailure[] = [];
    await eachOf(PARALLEL, istiods, async (istiod) => {
      const answer = await ask(context, istiod);
      if (answer instanceof PortFailure) failures.push(answer);
      else synced.push(...answer);
    });
    const [first] = failures;
    // What proxies hold is asked of themselves: nothing else depends on this page, which istiod may not have.
    if (first) return reading.end(first.state === 'denied' ? 'denied' : 'absent', first.message);
    const tags = new Map(
      factsIn(await context.from('istio-config'), 'istioWebhook').map(({ tag, revision }) => [
        tag ?? revision,
        revision,
      ]),
    );
    const revisions = new Set(istiods.map(({ labels }) => labels?.['istio.io/rev'] ?? 'default'));
    const isOurs = (pod: PodFact) => {
      const named = pod.mesh?.revision ?? 'default';
      return revisions.has(tags.get(named) ?? named);
    };
    const now = context.ports.clock.now();
    const expected = pods.filter(
      (pod) => hasProxy(pod) && isOurs(pod) && !(now - Date.parse(pod.started ?? '') < START),
    );
    reading.fact('istioSync', syncOf(synced, expected, istiods.length));
  },
};

function hasProxy({ mesh, phase }: PodFact): boolean {
  return mesh?.kind === 'istio' && phase === 'Running';
}

async function ask({ ports, signal, answered }: CollectContext, istiod: PodFact): Promise<SyncedProxy[] | PortFailure> {
  const { namespace, name } = istiod;
  const request = { namespace, pod: name, port: MONITORING_PORT, signal };
  const where = `${PATH} of pod ${namespace}/${name}`;
  try {
    const { status, body, headers } = await getFromPod(ports, request, PATH);
    answered();
    if (status !== 200) return new PortFailure('absent', `${where} answers ${status}`);
    const date = Date.parse(headers.date ?? '');
    const synced = readSyncz(parsed(Buffer.from(body).toString('utf8')), Number.isNaN(date) ? ports.clock.now() : date);
    return synced ?? new PortFailure('absent', `${where} is no list of proxies`);
  } catch (error) {
    if (signal.aborted || !(error instanceof PortFailure)) throw error;
    return error;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function syncOf(synced: readonly SyncedProxy[], expected: readonly PodFact[], istiods: number): IstioSyncFact {
  const connected = new Set(synced.map(({ namespace, name }) => `${namespace}/${name}`));
  const unconnected = expected.filter(({ namespace, name }) => !connected.has(`${namespace}/${name}`));
  const behind = synced.filter((proxy) => proxy.behind.length > 0 || proxy.error !== undefined);
  return {
    istiods,
    connected: connected.size,
    unconnectedCount: unconnected.length,
    unconnected: unconnected.slice(0, MOST).map(({ namespace, name }) => ({ namespace, name })),
    behindCount: behind.length,
    behind: behind.slice(0, MOST),
  };
}
