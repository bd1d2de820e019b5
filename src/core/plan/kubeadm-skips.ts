import { distributionOf } from '../check/distributions.ts';
import { renewSteps } from '../check/remedy.ts';
import { restartStaticPod } from '../check/restart.ts';
import { leavesUnknown } from '../model/coverage.ts';
import type { SkippedTarget } from '../model/plan.ts';
import { manualStep, type Step } from '../model/step.ts';
import type { Inventory, Placed } from '../snapshot/inventory.ts';
import { rfc3339 } from '../view/time.ts';
import { type Component, KUBEADM_CAS, type KubeadmName } from './kubeadm-names.ts';
import {
  hasExternalEtcd,
  type KubeadmNode,
  kubeletRuns,
  pathOf,
  placedAs,
  placedNamed,
  staticPod,
} from './kubeadm-node.ts';
import { isChosen, type RenewalRequest } from './plan-maker.ts';

/** Why kubeadm cannot renew this one here, and what to do; undefined: it can. */
export function whyNot(node: KubeadmNode, name: KubeadmName, now: number): SkippedTarget | undefined {
  const placed = placedNamed(node, name);
  if (name.etcd && hasExternalEtcd(node)) return externalEtcd(node, name);
  if (name.kubeconfig && node.root === undefined) return copiedFolder(node, name);
  if (!placed?.leaf) return notThere(node, name, placed);
  const ca = placedAs(node.inventory, node.folder, name.ca)[0];
  if (!ca?.leaf) return skip(name.name, `its CA (${name.ca}) was not read, so that nothing can be signed`, []);
  if (ca.placement.key === undefined && ca.placement.mode === undefined) return externalCa(node, name, ca);
  if (ca.leaf.notAfter <= now) {
    const reason = `its CA ${ca.placement.ref} ended ${rfc3339(ca.leaf.notAfter)}: what it signs is refused, whatever its dates`;
    return skip(name.name, reason, renewSteps(node.inventory, ca));
  }
  return undefined;
}

/** The CAs, which kubeadm does not renew. */
export function skippedCas(node: KubeadmNode, request: RenewalRequest): SkippedTarget[] {
  return KUBEADM_CAS.flatMap(({ name, role }) =>
    placedAs(node.inventory, node.folder, role)
      .filter((placed) => placed.leaf && isChosen(request, placed, name))
      .map((placed) =>
        skip(
          name,
          `kubeadm renews no CA; this one ends ${rfc3339(placed.leaf!.notAfter)}, and all that it signed ends with it`,
          renewSteps(node.inventory, placed),
        ),
      ),
  );
}

/** kubelet.conf and the kubelet's own files: the kubelet rotates the one, nobody the other. */
export function skippedKubelet(node: KubeadmNode, request: RenewalRequest): SkippedTarget[] {
  return node.inventory.placements
    .filter((placed) => placed.placement.role === 'kubelet-client' && placed.leaf)
    .filter((placed) => isChosen(request, placed, 'kubelet.conf'))
    .map((placed) => {
      const ended = placed.leaf!.notAfter <= request.now;
      const reason = ended
        ? `the kubelet's own certificate ended ${rfc3339(placed.leaf!.notAfter)}, and kubeadm does not renew it: the kubelet cannot ask for a new one with it`
        : 'the kubelet rotates its own certificate, kubeadm does not';
      return skip(placed.placement.ref, reason, ended ? recoverKubelet(node) : renewSteps(node.inventory, placed));
    });
}

/** Whose files are renewed and which is not restarted. */
export function notRestarted(node: KubeadmNode, component: Component): SkippedTarget {
  if (node.root === '' && !kubeletRuns(node)) {
    return skip(component, `the kubelet does not run on this node, so that nothing would start ${component} again`, [
      ...recoverKubelet(node),
      ...restartStaticPod(node.inventory, component),
    ]);
  }
  return skip(component, `${component} does not run on this machine: it takes up the new files when it starts`, []);
}

/** The files of the control plane are not on this machine. */
export function elsewhere(inventory: Inventory, { names, all, pkiDir }: RenewalRequest): SkippedTarget[] {
  const distribution = distributionOf(inventory);
  const asked = all ? ['all'] : names;
  if (distribution !== 'unknown' && distribution !== 'kubeadm' && distribution !== 'kind') {
    const [any] = inventory.placements.filter(({ placement }) => placement.role === 'apiserver-serving');
    return asked.map((name) =>
      skip(
        name,
        `kubeadm is not what renews this cluster, which is ${distribution}`,
        any ? renewSteps(inventory, any) : [],
      ),
    );
  }
  const why = inventory.snapshot.coverage.find(({ source }) => source === 'kubeadm-files')?.reason;
  const nodes = inventory.facts('node').filter(({ controlPlane }) => controlPlane);
  return asked.map((name) =>
    skip(
      name,
      `the control plane's certificates are on its nodes, and this is none (${why ?? `nothing was read in ${pkiDir}`})`,
      nodes.map((node) =>
        manualStep(`on-${node.name}`, `on ${node.name}, one node at a time`, [
          'sudo',
          'kubectl',
          'certs',
          'renew',
          name,
        ]),
      ),
    ),
  );
}

/** kubernetes.io, Troubleshooting kubeadm: the kubelet's client certificate was not rotated in time. */
function recoverKubelet({ name = 'NODE' }: KubeadmNode): Step[] {
  const user = ['kubeadm', 'kubeconfig', 'user', '--org', 'system:nodes', '--client-name', `system:node:${name}`];
  return [
    manualStep(
      'kubelet-conf',
      'print a kubelet.conf with a fresh certificate (needs ca.key); see to its server address',
      user,
    ),
    manualStep('aside', 'move the old files away, then put the new kubelet.conf in place', [
      'mv',
      '/etc/kubernetes/kubelet.conf',
      '/var/lib/kubelet/pki/kubelet-client-current.pem',
      '/root/',
    ]),
    manualStep(
      'kubelet',
      'restart the kubelet and wait for a new kubelet-client-current.pem',
      ['systemctl', 'restart', 'kubelet'],
      'restart',
    ),
  ];
}

function externalEtcd(node: KubeadmNode, { name }: KubeadmName): SkippedTarget {
  const files = staticPod(node, 'kube-apiserver')?.files.filter((path) => /etcd/.test(path)) ?? [];
  const own = name === 'apiserver-etcd-client' && files.length > 0 ? `; the API server reads ${files.join(', ')}` : '';
  return skip(name, `etcd is external: its certificates are its operator's, kubeadm does not renew them${own}`, [
    manualStep('etcd', "have etcd's operator issue a new one, put it in place and restart what reads it"),
  ]);
}

function externalCa({ folder }: KubeadmNode, { name }: KubeadmName, ca: Placed): SkippedTarget {
  const csrs = `${folder}/csr`;
  return skip(
    name,
    `the key of its CA ${ca.placement.ref} is not on this machine: an external CA signs, kubeadm cannot`,
    [
      manualStep('requests', 'make new keys and signing requests beside the old ones', [
        ...['kubeadm', 'certs', 'generate-csr', '--cert-dir', csrs, '--kubeconfig-dir', csrs],
      ]),
      manualStep(
        'sign',
        `have the CA sign ${name}'s request: the request names no usages, so the signer must add those of the old certificate`,
      ),
      manualStep('place', 'put certificate and key in place, then restart what holds them', [], 'restart'),
    ],
  );
}

function copiedFolder({ folder }: KubeadmNode, { name }: KubeadmName): SkippedTarget {
  return skip(name, `kubeadm renews kubeconfigs in /etc/kubernetes of a node only, and ${folder} is a copied folder`, [
    manualStep('node', 'on the node', ['sudo', 'kubectl', 'certs', 'renew', name]),
  ]);
}

function notThere(
  node: KubeadmNode,
  { name, file, kubeconfig }: KubeadmName,
  placed: Placed | undefined,
): SkippedTarget {
  const unread = node.inventory.snapshot.coverage.find(
    ({ source, state }) => source === 'kubeadm-files' && leavesUnknown(state),
  );
  if (!placed?.placement.missing && unread?.reason) return skip(name, `it could not be read: ${unread.reason}`, []);
  const where = placed ? pathOf(placed) : `${kubeconfig ? node.folder : node.certDir}/${file}`;
  const make = kubeconfig ? ['kubeconfig', name.replace(/\.conf$/, '')] : ['certs', name];
  return skip(name, `${where} is not there, and kubeadm renews only what is`, [
    manualStep('make', 'make what is missing; what is there stays as it is', ['kubeadm', 'init', 'phase', ...make]),
  ]);
}

function skip(target: string, reason: string, instead: readonly Step[]): SkippedTarget {
  return { target, reason, instead };
}
