import type { MeshProxyFact, PodFact, ProxyResource } from '../../../core/model/facts.ts';
import type { ManagerId } from '../../../core/model/manager.ts';
import { ref } from '../../../core/model/ref.ts';
import type { HeldResource } from '../../../core/parse/istio/secrets.ts';
import { PortFailure } from '../../ports/failure.ts';
import { asksCluster, factsIn } from '../cluster-source.ts';
import { eachOf } from '../handshake/parallel.ts';
import { placeBundle } from '../place-bundle.ts';
import { FORWARD_NEEDS } from '../pods/pod-port.ts';
import type { Reading } from '../reading.ts';
import type { CollectContext, Source } from '../source.ts';
import { SPIFFE_DRIVER } from './istio-ca-source.ts';
import { dumpOf, type ProxyDump } from './istio-dump.ts';
import { rootsOfIstiod } from './istiod-roots.ts';
import { partNote, proxySample } from './proxy-sample.ts';

/** Port-forwards at a time. */
const PARALLEL = 16;
const COMMAND = 'istioctl proxy-config secret POD -n NAMESPACE -o json';
const UNKNOWN = 'which certificates and roots the proxies of Istio hold, and when they were renewed';

/** What the proxies of Istio hold: sidecars, native ones too, gateways and waypoints, and ztunnel on each node. */
export const istioProxies: Source = {
  id: 'istio-proxies',
  layer: 'mesh',
  title: "Istio's proxies",
  needs: FORWARD_NEEDS,
  after: ['pods', 'secrets', 'istio-config'],
  inScope: asksCluster('mesh'),
  command: COMMAND,
  unknown: UNKNOWN,
  collect: async (context) => {
    const all = factsIn(await context.from('pods'), 'pod').filter(isProxy);
    const asked = proxySample(all, context.scope);
    if (asked.length === 0) return;
    const reading = context.begin({ command: `${COMMAND}${partNote(asked, all)}`, unknown: UNKNOWN });
    const own = rootsOfIstiod(await context.from('secrets'));
    const meshes = factsIn(await context.from('istio-config'), 'istioMesh');
    const isElsewhere = meshes.some((mesh) => mesh.caAddress !== undefined || mesh.caProvider !== undefined);
    const failures: PortFailure[] = [];
    await eachOf(PARALLEL, asked, async (pod) => {
      const failure = await askProxy(context, reading, pod, { own, issuer: issuerOf(pod, isElsewhere) });
      if (failure) failures.push(failure);
    });
    const [first] = failures;
    if (!first) return reading.complete();
    const which = `${failures.length} of ${asked.length} proxies could not be asked`;
    reading.end(failures.length === asked.length ? stateOf(first) : 'partial', `${which}: ${first.message}`);
  },
};

function stateOf({ state }: PortFailure): 'denied' | 'timed-out' | 'unreachable' {
  return state === 'denied' || state === 'timed-out' ? state : 'unreachable';
}

function isProxy({ mesh, phase }: PodFact): boolean {
  return mesh?.kind === 'istio' && (phase === 'Running' || phase === 'Pending');
}

/** ztunnel's container bears the name of a sidecar's too. */
export function kindOfProxy({ labels = {} }: PodFact): MeshProxyFact['kind'] {
  if (labels.app === 'ztunnel' || labels['app.kubernetes.io/name'] === 'ztunnel') return 'ztunnel';
  const isGateway = labels.istio !== undefined || labels['gateway.networking.k8s.io/gateway-name'] !== undefined;
  return isGateway ? 'gateway' : 'sidecar';
}

/** Who renews a proxy's certificate: its own agent does, whoever signs, unless SPIRE's takes the agent's place. */
function issuerOf({ csiCertificates, mesh }: PodFact, isElsewhere: boolean): ManagerId {
  if (csiCertificates === SPIFFE_DRIVER) return 'spire';
  return isElsewhere || mesh?.caAddress !== undefined ? 'istio-agent' : 'istiod';
}

interface Owners {
  /** Fingerprints of the roots that istiod renews by itself. */
  readonly own: ReadonlySet<string>;
  /** Who renews workload certificates. */
  readonly issuer: ManagerId;
}

/** @returns why it could not be asked */
async function askProxy(
  context: CollectContext,
  reading: Reading,
  pod: PodFact,
  owners: Owners,
): Promise<PortFailure | undefined> {
  const kind = kindOfProxy(pod);
  try {
    record(reading, pod, kind, await dumpOf(context, pod, kind === 'ztunnel'), owners);
    return undefined;
  } catch (error) {
    if (context.signal.aborted || !(error instanceof PortFailure)) throw error;
    return error;
  }
}

function record(
  reading: Reading,
  { namespace, name, mesh }: PodFact,
  kind: MeshProxyFact['kind'],
  { means, held, clockAhead }: ProxyDump,
  owners: Owners,
): void {
  for (const resource of held) place(reading, ref.podSds(namespace, name, resource.name), resource, owners);
  reading.fact('meshProxy', {
    mesh: 'istio',
    kind,
    namespace,
    name,
    means,
    resources: held.map(resourceOf),
    ...(clockAhead !== undefined && { clockAhead }),
    ...(mesh?.revision !== undefined && { revision: mesh.revision }),
  });
}

/** A gateway's credentials stand beside its own certificate: `kubernetes://SECRET`, and with `-cacert` its client CA. */
const OF_A_SECRET = /^kubernetes(?:-gateway)?:\/\//;

function place(reading: Reading, at: string, { name, chain, trust }: HeldResource, { own, issuer }: Owners): void {
  const isCredential = OF_A_SECRET.test(name);
  if (chain.length > 0) {
    reading.place({
      ref: at,
      layer: 'mesh',
      role: isCredential ? 'gateway-tls' : 'workload-svid',
      manager: isCredential ? 'unknown' : issuer,
      chain: reading.chain(withoutRepeats(chain.map(({ der }) => der))),
    });
  }
  placeBundle(reading, chain.length > 0 ? `${at}/roots` : at, {
    layer: 'mesh',
    role: isCredential ? 'secret-ca' : 'istio-root',
    certificates: trust,
    managerOf: ({ sha256 }) => (own.has(sha256) ? 'istiod' : 'unknown'),
  });
}

/** istiod sends the root twice where its chain file holds it too. */
function withoutRepeats(ders: readonly Uint8Array[]): Uint8Array[] {
  return [...new Map(ders.map((der) => [Buffer.from(der).toString('latin1'), der])).values()];
}

function resourceOf({ name, state, reason, chain: [leaf] }: HeldResource): ProxyResource {
  const identity = leaf?.uris[0];
  return { name, state, ...(reason !== undefined && { reason }), ...(identity !== undefined && { identity }) };
}
