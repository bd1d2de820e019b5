import type { ManagerId } from '../model/manager.ts';
import type { RoleId } from '../model/role.ts';
import { roleInfo } from '../model/role.ts';
import { manualStep, type Step } from '../model/step.ts';
import type { Inventory, Placed } from '../snapshot/inventory.ts';
import { displayName } from '../view/display-name.ts';
import { isExternallySigned } from './ca-keys.ts';
import { askProvider, distributionOf, fetchKubeconfig, onNode, rotateAtProvider } from './distributions.ts';
import { certificateFactOf, secretFactOf, secretOf } from './relations.ts';
import { renewRemote } from './remedy-remote.ts';
import { restartApiServer, restartKubelet, restartService, restartStaticPod } from './restart.ts';
import { isProbedByRke2, remakeOnRke2 } from './rke2.ts';

/** kubeadm's own names, and the static pod that holds the certificate: cmd/kubeadm/app/phases/certs/renewal/manager.go. */
const KUBEADM: Partial<Record<RoleId, { name: string; pod?: string }>> = {
  'apiserver-serving': { name: 'apiserver', pod: 'kube-apiserver' },
  'apiserver-kubelet-client': { name: 'apiserver-kubelet-client', pod: 'kube-apiserver' },
  'apiserver-etcd-client': { name: 'apiserver-etcd-client', pod: 'kube-apiserver' },
  'front-proxy-client': { name: 'front-proxy-client', pod: 'kube-apiserver' },
  'etcd-server': { name: 'etcd-server', pod: 'etcd' },
  'etcd-peer': { name: 'etcd-peer', pod: 'etcd' },
  'etcd-healthcheck-client': { name: 'etcd-healthcheck-client' },
  'admin-client': { name: 'admin.conf' },
  'super-admin-client': { name: 'super-admin.conf' },
  'controller-manager-client': { name: 'controller-manager.conf', pod: 'kube-controller-manager' },
  'scheduler-client': { name: 'scheduler.conf', pod: 'kube-scheduler' },
};

type Remedy = (placed: Placed, inventory: Inventory) => Step[];

/** How each manager's certificates are renewed by hand, with the right commands for what stands there. */
const REMEDIES: Partial<Record<ManagerId, Remedy>> = {
  kubeadm: renewWithKubeadm,
  kubelet: renewWithKubelet,
  apiserver: (_, inventory) => restartApiServer(inventory),
  'cert-manager': renewWithCertManager,
  istiod: (placed) => (isAuthority(placed) ? [watchIstioCA()] : restartWorkload(placed, 'istiod issues a new one')),
  linkerd: (placed) => (isAuthority(placed) ? rotateLinkerd(placed) : restartWorkload(placed, 'its proxy asks anew')),
  k3s: (placed, inventory) => [restartService(isAgents(placed, inventory, 'k3s') ? 'k3s-agent' : 'k3s')],
  rke2: (placed, inventory) => [restartService(isAgents(placed, inventory, 'rke2') ? 'rke2-agent' : 'rke2-server')],
  minikube: () => [manualStep('start', 'start it: it makes what has expired anew', ['minikube', 'start'], 'restart')],
  talos: () => [manualStep('kubeconfig', 'fetch a fresh kubeconfig', ['talosctl', 'kubeconfig'])],
  openshift: () => [
    manualStep('operators', 'see which operator is degraded', ['oc', 'get', 'clusteroperators']),
    manualStep('csrs', 'look for requests that wait for approval', ['oc', 'get', 'csr']),
  ],
  microk8s: () => [
    manualStep('refresh', 'make new certificates', ['microk8s', 'refresh-certs', '--cert', 'server.crt'], 'restart'),
  ],
  kops: () => [
    manualStep(
      'roll',
      'replace the nodes: new ones get new certificates',
      ['kops', 'rolling-update', 'cluster', '--force', '--yes'],
      'restart',
    ),
  ],
  'external-secrets': refetchSecret,
  provider: (placed, inventory) => (isAuthority(placed) ? rotateAtProvider(inventory) : askProvider(inventory)),
};

/** The steps that put a new certificate where this one stands. */
export function renewSteps(inventory: Inventory, placed: Placed): Step[] {
  if (isProbedByRke2(placed)) return remakeOnRke2(placed);
  const remote = renewRemote(placed);
  if (remote) return remote;
  return (REMEDIES[placed.placement.manager] ?? replaceByHand)(placed, inventory);
}

/** A new pair in a Secret that nobody but a person renews. */
function replaceSecret(namespace: string, name: string): Step {
  return manualStep('replace', `make the Secret from the new pair, leaf first, and pipe it into kubectl apply -f -`, [
    'kubectl',
    '-n',
    namespace,
    'create',
    'secret',
    'tls',
    name,
    '--cert=fullchain.pem',
    '--key=tls.key',
    '--dry-run=client',
    '-o',
    'yaml',
  ]);
}

/** A node without the files of a server is an agent: its kubelet's certificates are renewed by another unit. */
function isAgents({ placement }: Placed, inventory: Inventory, name: 'k3s' | 'rke2'): boolean {
  const root = `file:/var/lib/rancher/${name}/`;
  return (
    placement.ref.startsWith(`${root}agent/`) &&
    !inventory.placements.some(({ placement: other }) => other.ref.startsWith(`${root}server/`))
  );
}

function isAuthority({ placement }: Placed): boolean {
  return ['ca', 'bundle'].includes(roleInfo(placement.role).use);
}

/** kubeadm makes keys and requests for a CA whose key is elsewhere; the requests carry no usages. */
export function signElsewhere(): Step[] {
  return [
    manualStep('request', 'make keys and requests', [
      'kubeadm',
      'certs',
      'generate-csr',
      '--cert-dir=/root/csr',
      '--kubeconfig-dir=/root/csr',
    ]),
    manualStep(
      'sign',
      'have each signed where the CA is, with clientAuth or serverAuth as the old one has, and put the pairs in place',
    ),
  ];
}

function renewWithKubeadm(placed: Placed, inventory: Inventory): Step[] {
  const known = KUBEADM[placed.placement.role];
  if (known && isExternallySigned(inventory, placed)) {
    return [...signElsewhere(), ...(known.pod ? restartStaticPod(inventory, known.pod) : [])];
  }
  if (!known) return [rotateClusterCA()];
  return [
    manualStep('renew', 'make a new certificate and key', onNode(inventory, ['kubeadm', 'certs', 'renew', known.name])),
    ...(known.pod ? restartStaticPod(inventory, known.pod) : []),
  ];
}

/** kubeadm renews no CA: kubernetes.io, Manual Rotation of CA Certificates. */
function rotateClusterCA(): Step {
  const title =
    'replace the CA by hand: trust old and new everywhere, restart, sign new leaves with the new one, drop the old one';
  return manualStep('rotate', title, [], 'outage');
}

function renewWithKubelet(placed: Placed): Step[] {
  if (placed.placement.role === 'kubelet-serving-self-signed') {
    const files = ['/var/lib/kubelet/pki/kubelet.crt', '/var/lib/kubelet/pki/kubelet.key'];
    return [
      manualStep('move', 'move the self-signed pair away: the kubelet makes a new one at start', [
        'mv',
        ...files,
        '/root/',
      ]),
      restartKubelet(),
    ];
  }
  return [
    manualStep('requests', 'look for a request that waits for approval or was denied', ['kubectl', 'get', 'csr']),
    restartKubelet(),
  ];
}

function renewWithCertManager(placed: Placed, inventory: Inventory): Step[] {
  const secret = secretOf(placed.placement.ref);
  const fact = certificateFactOf(inventory, placed.placement.ref);
  const name = fact?.name ?? secretFactOf(inventory, placed.placement.ref)?.certificateName;
  if (!secret || !name)
    return [manualStep('find', 'find the Certificate that keeps it', ['kubectl', 'get', 'certificates', '-A'])];
  if (!fact) return [replaceSecret(secret.namespace, secret.name)];
  return [
    manualStep('see', 'see why it was not renewed', ['cmctl', 'status', 'certificate', name, '-n', secret.namespace]),
    manualStep('renew', 'ask for a new one', ['cmctl', 'renew', name, '-n', secret.namespace]),
  ];
}

/** What is copied in from outside is renewed there. */
function refetchSecret(placed: Placed, inventory: Inventory): Step[] {
  const secret = secretOf(placed.placement.ref);
  const name = secretFactOf(inventory, placed.placement.ref)?.managedBy?.replace(/^externalsecret\//, '');
  const where = secret ? ['-n', secret.namespace] : [];
  return [
    manualStep('renew', 'renew it in the store outside from which it is copied'),
    manualStep('fetch', 'have it copied at once, not at the next refresh', [
      'kubectl',
      ...where,
      'annotate',
      'externalsecret',
      name ?? secret?.name ?? 'NAME',
      'force-sync=now',
      '--overwrite',
    ]),
  ];
}

function watchIstioCA(): Step {
  const command = ['kubectl', '-n', 'istio-system', 'logs', 'deploy/istiod'];
  return manualStep('istiod', 'istiod renews its own CA: see why it does not', command);
}

function rotateLinkerd({ placement }: Placed): Step[] {
  if (placement.role === 'linkerd-issuer') {
    const command = [
      'linkerd',
      'upgrade',
      '--identity-issuer-certificate-file=issuer.crt',
      '--identity-issuer-key-file=issuer.key',
    ];
    return [
      manualStep(
        'issuer',
        'sign a new issuer with the same trust anchor, then pipe this into kubectl apply -f -',
        command,
      ),
    ];
  }
  return [
    manualStep('anchor', 'bundle the old and the new anchor, restart the mesh, then replace the issuer', [], 'outage'),
  ];
}

function restartWorkload({ placement }: Placed, why: string): Step[] {
  const [, namespace, name] = /^pod\/([^/]+)\/([^#]+)/.exec(placement.ref) ?? [];
  if (!namespace || !name) return [manualStep('restart', `restart what holds it: ${why}`, [], 'restart')];
  return [
    manualStep(
      'restart',
      `delete the Pod so that its controller makes a new one: ${why}`,
      ['kubectl', '-n', namespace, 'delete', 'pod', name],
      'restart',
    ),
  ];
}

function replaceByHand(placed: Placed, inventory: Inventory): Step[] {
  const { ref, role } = placed.placement;
  const secret = secretOf(ref);
  const issue = manualStep('issue', 'have its issuer make a new certificate for the same names');
  if (secret) return [issue, replaceSecret(secret.namespace, secret.name)];
  if (role === 'user-client' || role === 'admin-client') return freshKubeconfig(placed, inventory);
  return [
    issue,
    manualStep('place', `put it where the old one stands (${ref}) and reload what reads it`, [], 'restart'),
  ];
}

function freshKubeconfig({ leaf }: Placed, inventory: Inventory): Step[] {
  const fetched = fetchKubeconfig(inventory);
  if (fetched) return fetched;
  const distribution = distributionOf(inventory);
  if (distribution !== 'kubeadm' || !leaf)
    return [manualStep('ask', 'ask who runs the cluster for a fresh kubeconfig')];
  const organisations = [...leaf.subject.matchAll(/(?:^|[,+])O=((?:\\.|[^,+\\])*)/g)].flatMap(([, name]) => [
    '--org',
    name ?? '',
  ]);
  const command = ['kubeadm', 'kubeconfig', 'user', '--client-name', displayName(leaf), ...organisations];
  return [manualStep('make', 'make a fresh kubeconfig on a control plane node', command)];
}
