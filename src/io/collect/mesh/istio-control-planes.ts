import type { IstiodFact, IstioMeshFact, MeshControlPlaneFact, PodFact } from '../../../core/model/facts.ts';
import { ref } from '../../../core/model/ref.ts';
import { PortFailure } from '../../ports/failure.ts';
import { asksCluster, factsIn } from '../cluster-source.ts';
import { eachOf } from '../handshake/parallel.ts';
import { handshakeOf, parseChain } from '../handshake/shake.ts';
import { FORWARD_NEEDS, forwardCommand, getFromPod, shakeHandsWithPod } from '../pods/pod-port.ts';
import type { CollectContext, Source } from '../source.ts';
import { type CaSigns, caSourceOf } from './istio-ca-source.ts';

/** What proxies dial for configuration and certificates. */
const XDS_PORT = 15012;
/** Where istiod says which version it is. */
const MONITORING_PORT = 15014;
const PARALLEL = 8;
const UNKNOWN = 'what istiod serves to proxies, and of which version it is';

/** Each istiod: whom it serves as, by a handshake through its Pod's port, and where its CA comes from. */
export const istioControlPlanes: Source = {
  id: 'istio-control-planes',
  layer: 'mesh',
  title: 'istiod',
  needs: FORWARD_NEEDS,
  after: ['pods', 'secrets', 'istio-config'],
  inScope: asksCluster('mesh'),
  command: 'istioctl version; istioctl proxy-status',
  unknown: UNKNOWN,
  collect: async (context) => {
    const seen = await context.from('pods');
    const all = factsIn(seen, 'pod');
    const pods = all.filter(isIstiod);
    if (pods.length === 0) return;
    const signs: Signs = {
      meshes: factsIn(await context.from('istio-config'), 'istioMesh'),
      istiods: factsIn(seen, 'istiod'),
      proxies: all.filter(({ mesh, phase }) => mesh?.kind === 'istio' && phase === 'Running'),
      secrets: await context.from('secrets'),
    };
    await eachOf(PARALLEL, pods, (pod) => askIstiod(context, pod, controlPlaneOf(pod, signs)));
  },
};

/** A Pod of istiod that has not ended. */
export function isIstiod({ labels = {}, phase }: PodFact): boolean {
  return labels.app === 'istiod' && phase !== 'Succeeded' && phase !== 'Failed';
}

async function askIstiod(context: CollectContext, pod: PodFact, fact: MeshControlPlaneFact): Promise<void> {
  const { namespace, name, ip = `${name}.${namespace}` } = pod;
  const request = { namespace, pod: name, port: XDS_PORT, signal: context.signal };
  const reading = context.begin({ command: forwardCommand(request), unknown: UNKNOWN });
  const sni = `istiod.${namespace}.svc`;
  try {
    const [shown, version] = await Promise.all([
      shakeHandsWithPod(context.ports, request, sni),
      versionOf(context, pod),
    ]);
    context.answered();
    const at = ref.tls(ip, XDS_PORT, sni);
    const { chain } = parseChain(shown.chain);
    reading.handshake(handshakeOf(at, shown));
    reading.fact('meshControlPlane', { ...fact, ...(version !== undefined && { version }) });
    if (chain.length === 0) return reading.end('unreachable', `${at}: ${shown.error ?? 'sends no certificate'}`);
    const fingerprints = reading.chain(chain.map(({ der }) => der));
    const manager = fact.caSource === 'self-signed' || fact.caSource === 'plugged-in' ? 'istiod' : 'unknown';
    reading.place({ ref: at, layer: 'mesh', role: 'istiod-serving', manager, chain: fingerprints });
    reading.complete();
  } catch (error) {
    if (context.signal.aborted || !(error instanceof PortFailure)) throw error;
    reading.fact('meshControlPlane', fact);
    reading.end(error.state, error.message);
  }
}

/** `1.30.0-abc-Clean` (istio pkg/version); undefined where it does not say. */
async function versionOf({ ports, signal }: CollectContext, { namespace, name }: PodFact): Promise<string | undefined> {
  try {
    const request = { namespace, pod: name, port: MONITORING_PORT, signal };
    const { status, body } = await getFromPod(ports, request, '/version');
    return status === 200 ? /^[\w.+-]+/.exec(Buffer.from(body).toString('utf8').trim())?.[0] : undefined;
  } catch (error) {
    if (signal.aborted || !(error instanceof PortFailure)) throw error;
    return undefined;
  }
}

interface Signs extends Pick<CaSigns, 'proxies' | 'secrets'> {
  readonly meshes: readonly IstioMeshFact[];
  readonly istiods: readonly IstiodFact[];
}

function controlPlaneOf(
  { namespace, name, owner, labels = {} }: PodFact,
  { meshes, istiods, proxies, secrets }: Signs,
): MeshControlPlaneFact {
  const revision = labels['istio.io/rev'] ?? 'default';
  const mesh = meshes.find((one) => one.revision === revision && one.namespace === namespace) ?? meshes[0];
  const istiod = istiods.find((one) => one.name === name && one.namespace === namespace);
  const [caSource, caEvidence, issuer] = caSourceOf({ namespace, mesh, istiod, proxies, secrets });
  return {
    mesh: 'istio',
    namespace,
    name: owner?.replace(/^deployment\//, '') ?? name,
    revision,
    caSource,
    ...(caEvidence !== undefined && { caEvidence }),
    ...(issuer !== undefined && { issuer }),
    ...(mesh && { trustDomain: mesh.trustDomain, trustDomainAliases: mesh.trustDomainAliases }),
  };
}
