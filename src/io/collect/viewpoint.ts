import type { NodeFact, ViewpointFact } from '../../core/model/facts.ts';
import type { Observation } from '../../core/model/observation.ts';
import { parseCertificate } from '../../core/x509/certificate.ts';
import { asksCluster, factsIn } from './cluster-source.ts';
import type { CollectContext, Source } from './source.ts';

const COMMAND = 'ls /etc/kubernetes/manifests /var/lib/kubelet';

/** Whose trees show that a whole control plane runs here, in one process. */
const SERVER_TREES = ['k3s-files', 'rke2-files', 'microk8s-files'];
const HANDSHAKES = ['control-plane-handshakes', 'kubelet-handshakes'];

/** From which side this run looks, and what it therefore cannot see. */
export const viewpoint: Source = {
  id: 'viewpoint',
  layer: 'cluster',
  title: 'where this runs',
  needs: [],
  after: ['static-pods', 'kubelet-config', 'kubelet-files', 'credential', 'nodes', ...SERVER_TREES, ...HANDSHAKES],
  inScope: asksCluster('cluster'),
  command: COMMAND,
  unknown: 'from which side the cluster was looked at',
  collect: async (context) => {
    const seen = await look(context);
    const side = SIDES.flatMap((tell) => tell(seen) ?? [])[0] ?? OUTSIDE;
    const reading = context.begin({ command: COMMAND, unknown: viewpoint.unknown });
    const node = seen.node === undefined || !/node$/.test(side.side) ? {} : { node: seen.node };
    reading.fact('viewpoint', { ...side, ...node, blind: BLIND[side.side](seen) });
    reading.complete();
  },
};

interface Sight {
  readonly staticPods: readonly { readonly component: string; readonly manifest: string }[];
  readonly serverTree: string | undefined;
  readonly kubelet: boolean;
  readonly node: string | undefined;
  readonly inPod: boolean;
  /** A node answered at its own address. */
  readonly reached: string | undefined;
  readonly nodes: readonly NodeFact[];
}

async function look(context: CollectContext): Promise<Sight> {
  const from = (source: string) => context.from(source);
  const [pods, config, files, credential, nodes] = await Promise.all(
    ['static-pods', 'kubelet-config', 'kubelet-files', 'credential', 'nodes'].map(from),
  );
  const trees = await Promise.all(SERVER_TREES.map(from));
  const shaken = (await Promise.all(HANDSHAKES.map(from))).flat();
  return {
    staticPods: factsIn(pods!, 'staticPod').filter(({ manifest }) => manifest.startsWith('/etc/kubernetes/')),
    serverTree: SERVER_TREES.find((_, index) => holdsPlacements(trees[index]!)),
    kubelet: factsIn(config!, 'kubelet').length > 0 || holdsPlacements(files!),
    node: nodeName(files!),
    inPod: factsIn(credential!, 'credential').some(({ kind }) => kind === 'service-account'),
    reached: shaken.flatMap(({ handshakes }) => handshakes).find(({ protocol }) => protocol !== undefined)?.ref,
    nodes: factsIn(nodes!, 'node'),
  };
}

function holdsPlacements(observations: readonly Observation[]): boolean {
  return observations.some(({ placements }) => placements.length > 0);
}

/** The kubelet's own identity names the node. */
function nodeName(files: readonly Observation[]): string | undefined {
  const clients = files.flatMap(({ placements, certificates }) =>
    placements.flatMap(({ role, chain: [leaf = ''] }) => (role === 'kubelet-client' ? (certificates[leaf] ?? []) : [])),
  );
  return clients
    .map((der) => parseCertificate(Buffer.from(der, 'base64')).subject)
    .flatMap((subject) => /(?:^|,)CN=system:node:([^,+]+)/.exec(subject)?.[1] ?? [])[0];
}

type Side = Pick<ViewpointFact, 'side' | 'evidence'>;

/** The first that tells decides: the nearest side. */
const SIDES: readonly ((sight: Sight) => Side | undefined)[] = [
  ({ staticPods }) => {
    const api = staticPods.find(({ component }) => component === 'kube-apiserver');
    return api && { side: 'control-plane-node', evidence: `${api.manifest} is here` };
  },
  ({ serverTree }) =>
    serverTree === undefined ? undefined : { side: 'control-plane-node', evidence: `${serverTree} are here` },
  ({ kubelet }) => (kubelet ? { side: 'worker-node', evidence: "a kubelet's files are here" } : undefined),
  ({ inPod }) => (inPod ? { side: 'pod', evidence: "a Pod's service account is in use" } : undefined),
  ({ reached }) =>
    reached === undefined ? undefined : { side: 'node-network', evidence: `${reached} answers at its own address` },
];
const OUTSIDE: Side = { side: 'outside', evidence: 'no node answers at its own address' };

const CONTROL_PLANE =
  'files and processes of the control plane, and what etcd, the controller-manager and the scheduler serve';
const BLIND: Record<ViewpointFact['side'], (sight: Sight) => string[]> = {
  'control-plane-node': ({ node, nodes }) => {
    const others = nodes.filter(({ name, controlPlane }) => controlPlane && name !== node).map(({ name }) => name);
    return [
      ...(others.length > 0 && nodes.length > 1 ? [`files and processes of ${some(others)}`] : []),
      ...(nodes.length > others.length + 1 ? ["the files of the other nodes' kubelets"] : []),
    ];
  },
  'worker-node': () => [CONTROL_PLANE, "the files of the other nodes' kubelets"],
  pod: () => [CONTROL_PLANE, "the kubelets' files"],
  'node-network': () => [CONTROL_PLANE, "the kubelets' files"],
  outside: () => [CONTROL_PLANE, "the kubelets' files", 'what each API server and kubelet serves by itself'],
};

function some(names: readonly string[]): string {
  return names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
}
