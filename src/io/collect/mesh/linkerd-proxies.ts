import type { LinkerdConfigFact, PodFact, ProxyResource } from '../../../core/model/facts.ts';
import type { Observation } from '../../../core/model/observation.ts';
import { ref, refBase } from '../../../core/model/ref.ts';
import type { Target } from '../../../core/model/target.ts';
import { TRUST_ANCHORS } from '../../../core/parse/kube/linkerd.ts';
import { readLinkerdIdentity } from '../../../core/parse/linkerd/identity.ts';
import { readLinkerdMetrics } from '../../../core/parse/linkerd/metrics.ts';
import { parseCertificate } from '../../../core/x509/certificate.ts';
import { PortFailure } from '../../ports/failure.ts';
import type { PortForwardRequest } from '../../ports/kube-api.ts';
import { asksCluster, factsIn } from '../cluster-source.ts';
import { eachOf } from '../handshake/parallel.ts';
import { FORWARD_NEEDS, getFromPod, shakeHandsWithPod } from '../pods/pod-port.ts';
import type { Reading } from '../reading.ts';
import type { CollectContext, Source } from '../source.ts';
import { linkerdCommand, runLinkerd } from './linkerd-tool.ts';
import { namedProxies, partNote } from './proxy-sample.ts';

/** The proxy's admin port: metrics in plain HTTP, and its certificate to whoever speaks TLS. */
const ADMIN_PORT = 4191;
/** Port-forwards at a time: each is a connection through the API server to a kubelet. */
const PARALLEL = 8;
/** Proxies that are asked where nobody asks for all: one for each workload and set of trust anchors. */
const MOST = 48;
const COMMAND = 'linkerd identity -l linkerd.io/control-plane-ns';
const UNKNOWN = 'which certificates the proxies of Linkerd hold, and when they were renewed';

/**
 * What the proxies of Linkerd hold: a handshake at their admin port, as `linkerd identity` makes it, which shows the
 * issuer too; and their metrics. One proxy speaks for those of the same workload that have the same trust anchors.
 */
export const linkerdProxies: Source = {
  id: 'linkerd-proxies',
  layer: 'mesh',
  title: "Linkerd's proxies",
  needs: FORWARD_NEEDS,
  after: ['pods', 'linkerd-config', 'secrets'],
  inScope: asksCluster('mesh'),
  command: COMMAND,
  unknown: UNKNOWN,
  collect: async (context) => {
    const seen = await context.from('pods');
    const all = factsIn(seen, 'pod').filter(({ mesh, phase }) => mesh?.kind === 'linkerd' && phase === 'Running');
    const pods = context.scope.all ? all : representatives(seen, all, context.scope.targets);
    if (pods.length === 0) return;
    const configs = factsIn(await context.from('linkerd-config'), 'linkerdConfig');
    const knowsIssuer = (await context.from('secrets')).some(({ placements }) =>
      placements.some(({ role, missing }) => role === 'linkerd-issuer' && missing === undefined),
    );
    const reading = context.begin({ command: `${COMMAND}${partNote(pods, all)}`, unknown: UNKNOWN });
    const failures: PortFailure[] = [];
    await eachOf(PARALLEL, pods, async (pod) => {
      const failure = await askProxy(context, reading, pod, { identity: identityOf(pod, configs), knowsIssuer });
      if (failure) failures.push(failure);
    });
    const [first] = failures;
    if (!first) return reading.complete();
    const which = `${failures.length} of ${pods.length} proxies could not be asked`;
    reading.end(failures.length === pods.length ? stateOf(first) : 'partial', `${which}: ${first.message}`);
  },
};

function stateOf({ state }: PortFailure): 'denied' | 'timed-out' | 'unreachable' {
  return state === 'denied' || state === 'timed-out' ? state : 'unreachable';
}

/**
 * Those that were named, and one Pod of each workload and set of anchors: those of one workload that started apart may
 * differ.
 */
function representatives(
  observations: readonly Observation[],
  all: readonly PodFact[],
  targets: readonly Target[],
): readonly PodFact[] {
  const anchors = anchorsByPod(observations);
  const chosen = new Map<string, PodFact>();
  for (const pod of all) {
    const { namespace, name, owner = name, serviceAccount = '' } = pod;
    const trust = anchors.get(ref.podEnv(namespace, name, TRUST_ANCHORS)) ?? [];
    const key = JSON.stringify([namespace, owner, serviceAccount, trust.toSorted()]);
    if (!chosen.has(key)) chosen.set(key, pod);
  }
  const named = namedProxies(all, targets);
  return [...new Set([...named, ...chosen.values()])].slice(0, Math.max(MOST, named.length));
}

function anchorsByPod(observations: readonly Observation[]): ReadonlyMap<string, readonly string[]> {
  const anchors = new Map<string, string[]>();
  for (const { placements } of observations) {
    for (const { ref: place, chain, role } of placements) {
      if (role !== 'pod-env') continue;
      const base = refBase(place);
      anchors.set(base, [...(anchors.get(base) ?? []), ...chain]);
    }
  }
  return anchors;
}

/** `SA.NS.serviceaccount.identity.CONTROLPLANE.TRUSTDOMAIN` (linkerd2 charts/partials, _proxy.tpl). */
function identityOf(
  { namespace, serviceAccount = 'default', labels }: PodFact,
  configs: readonly LinkerdConfigFact[],
): string {
  const control = labels?.['linkerd.io/control-plane-ns'] ?? 'linkerd';
  const domain = (configs.find((config) => config.namespace === control) ?? configs[0])?.trustDomain ?? 'cluster.local';
  return `${serviceAccount}.${namespace}.serviceaccount.identity.${control}.${domain}`;
}

/** @returns why it could not be asked */
async function askProxy(
  context: CollectContext,
  reading: Reading,
  pod: PodFact,
  { identity, knowsIssuer }: { readonly identity: string; readonly knowsIssuer: boolean },
): Promise<PortFailure | undefined> {
  const { namespace, name } = pod;
  const request: PortForwardRequest = { namespace, pod: name, port: ADMIN_PORT, signal: context.signal };
  try {
    const { chain, error } = await shakeHandsWithPod(context.ports, request, identity);
    context.answered();
    const resource = placeChain(reading, pod, chain);
    if (!knowsIssuer) placeIssuer(reading, ref.podSds(namespace, name, 'issuer'), chain[1]);
    if (!resource) throw new PortFailure('unreachable', `pod ${namespace}/${name}: ${error ?? 'shows no certificate'}`);
    const clock = await clockOf(context, request);
    reading.fact('meshProxy', {
      mesh: 'linkerd',
      kind: 'sidecar',
      namespace,
      name,
      means: 'port-forward',
      resources: [resource],
      ...(pod.mesh?.revision !== undefined && { version: pod.mesh.revision }),
      ...(clock !== undefined && { clockAhead: clock }),
    });
    return undefined;
  } catch (error) {
    if (context.signal.aborted || !(error instanceof PortFailure)) throw error;
    return error.state === 'denied' || !(await askTool(context, reading, pod)) ? error : undefined;
  }
}

/**
 * `linkerd identity` forwards ports by SPDY, as API servers did before WebSockets: it may reach what we don't. It
 * prints no certificate that could be kept, but says until when it is valid. @returns whether it told
 */
async function askTool(context: CollectContext, reading: Reading, { namespace, name }: PodFact): Promise<boolean> {
  try {
    const result = await runLinkerd(context, await linkerdCommand(context, ['identity', '-n', namespace, name]));
    const leaf = readLinkerdIdentity(result.stdout)?.pods.find(({ pod }) => pod === name)?.certificates[0];
    if (!leaf) return false;
    const [identity] = leaf.dnsNames;
    const resource: ProxyResource = {
      name: 'default',
      state: 'active',
      expires: new Date(leaf.notAfter).toISOString(),
      ...(identity !== undefined && { identity }),
    };
    reading.fact('meshProxy', {
      mesh: 'linkerd',
      kind: 'sidecar',
      namespace,
      name,
      means: 'linkerd',
      resources: [resource],
    });
    return true;
  } catch (error) {
    if (context.signal.aborted || !(error instanceof PortFailure)) throw error;
    return false;
  }
}

function placeChain(
  reading: Reading,
  { namespace, name }: PodFact,
  chain: readonly Uint8Array[],
): ProxyResource | undefined {
  const [leaf] = chain;
  if (!leaf) return undefined;
  const place = ref.podSds(namespace, name, 'default');
  const fingerprints = reading.chain(chain);
  reading.place({ ref: place, layer: 'mesh', role: 'workload-svid', manager: 'linkerd', chain: fingerprints });
  const [identity] = parseCertificate(leaf).dnsNames;
  return { name: 'default', state: 'active', ...(identity !== undefined && { identity }) };
}

/** The issuer stands in every chain: who may not read its Secret sees here when it ends. */
function placeIssuer(reading: Reading, place: string, der: Uint8Array | undefined): void {
  if (!der || !parseCertificate(der).isCA) return;
  reading.place({ ref: place, layer: 'mesh', role: 'linkerd-issuer', manager: 'unknown', chain: reading.chain([der]) });
}

/** Seconds by which the proxy's clock is ahead; undefined where its metrics do not say, or cannot be had. */
async function clockOf(context: CollectContext, request: PortForwardRequest): Promise<number | undefined> {
  try {
    const { status, body } = await getFromPod(context.ports, request, '/metrics');
    context.answered();
    const { clock } = status === 200 ? readLinkerdMetrics(Buffer.from(body).toString('utf8')) : {};
    return clock === undefined ? undefined : Math.round((clock - context.ports.clock.now()) / 1000);
  } catch (error) {
    if (context.signal.aborted || !(error instanceof PortFailure)) throw error;
    return undefined;
  }
}
