import type { StaticPodFact } from '../model/facts.ts';
import type { ObservationRequest } from '../model/observation.ts';
import type { Expectation, PlannedStep } from '../model/plan.ts';
import { ref } from '../model/ref.ts';
import type { Step } from '../model/step.ts';
import type { Placed } from '../snapshot/inventory.ts';
import { relativeTime, rfc3339 } from '../view/time.ts';
import type { Component, KubeadmName } from './kubeadm-names.ts';
import { type KubeadmNode, pathOf, processesOf } from './kubeadm-node.ts';
import type { RestartWay } from './plan-maker.ts';
import { type HeldPod, printPods } from './pods.ts';

/** What kubeadm makes on a node is one whole: half of it renewed and half put back would not fit. */
const PART = 'kubeadm';

/** A certificate that kubeadm is to renew. */
export interface Renewed {
  readonly name: KubeadmName;
  readonly placed: Placed;
}

/** A component that holds some of what is renewed. */
export interface Holder {
  readonly component: Component;
  readonly pod: StaticPodFact;
  readonly renewed: readonly Renewed[];
}

export interface BackupOptions {
  readonly renewed: readonly Renewed[];
  readonly holders: readonly Holder[];
  /** Further files that the plan writes. */
  readonly more: readonly string[];
  readonly way: RestartWay | undefined;
}

/** The first step: everything that the plan touches is copied away. Undone last, it restarts what holds something else. */
export function backupStep({ renewed, holders, more, way }: BackupOptions): PlannedStep {
  const paths = [...renewed.flatMap(filesOf), ...holders.map(({ pod }) => pod.manifest), ...more];
  return {
    id: 'backup',
    kind: 'backup-files',
    title: `copy ${paths.length} files away, with their modes and owners`,
    command: [],
    risk: 'none',
    target: 'files',
    part: PART,
    params: { paths: paths.join('\n') },
    rollback:
      holders.length === 0
        ? null
        : {
            id: 'restart-all',
            kind: 'restart-static-pods',
            title: `restart what holds something else than its files: ${holders.map(({ component }) => component).join(', ')}`,
            command: [],
            risk: 'restart',
            params: { pods: printPods(holders.map(heldPod)), ...(way && { way }) },
          },
  };
}

/** `kubeadm certs renew NAME`: a new key and certificate where the old ones stand. */
export function renewStep(node: KubeadmNode, { name, placed }: Renewed, now: number): PlannedStep {
  const leaf = placed.leaf!;
  const requests = [treeOf(node, `whether ${name.name} has been renewed`)];
  const at = placed.placement.ref;
  return {
    id: `renew-${name.name}`,
    kind: 'kubeadm-renew',
    title: `renew ${name.name}, which ${leaf.notAfter > now ? 'expires' : 'expired'} ${relativeTime(leaf.notAfter, now)} (${rfc3339(leaf.notAfter)})`,
    command: renewCommand(node, name),
    risk: 'none',
    target: at,
    part: PART,
    params: { name: name.name, paths: filesOf({ name, placed }).join('\n'), ended: rfc3339(leaf.notAfter) },
    after: ['backup'],
    precheck: { requests, expect: [{ is: 'leaf', ref: at, sha256: leaf.sha256 }] },
    verify: {
      requests,
      expect: [
        { is: 'new-leaf', ref: at, before: leaf.sha256 },
        { is: 'key-match', ref: at },
        { is: 'ends-after', ref: at, at: now },
      ],
    },
    rollback: restoreFiles(name.name, filesOf({ name, placed })),
  };
}

/** Restarts a component when it still holds what was renewed, and proves that it has taken it up. */
export function restartStep(node: KubeadmNode, holder: Holder, way: RestartWay | undefined): PlannedStep {
  const { component, renewed } = holder;
  const pods = printPods([heldPod(holder)]);
  return {
    id: `restart-${component}`,
    kind: 'restart-static-pod',
    ...howToRestart(holder, way),
    risk: 'restart',
    target: component,
    part: PART,
    params: { component, pods, ...(way && { way }) },
    after: renewed.map(({ name }) => `renew-${name.name}`),
    verify: {
      requests: [treeOf(node, `what ${component} ought to hold`), ...observationsOf(holder)],
      expect: renewed.flatMap((one) => expectationOf(node, holder, one)),
    },
    rollback: {
      id: `return-${component}`,
      kind: 'return-manifest',
      title: `put the manifest of ${component} back, should it be away`,
      command: [],
      risk: 'none',
      params: { pods },
    },
  };
}

function howToRestart({ component, pod }: Holder, way: RestartWay | undefined): Pick<PlannedStep, 'title' | 'command'> {
  const start = `restart ${component} if it still holds the old one`;
  const end = 'wait until it is healthy';
  if (way === 'crictl')
    return {
      title: `${start}: have the container runtime end its Pod, which the kubelet starts anew, ${end}`,
      command: ['crictl', 'rmp', '--force', `${component}-POD`],
    };
  return {
    title: `${start}: move its manifest away, wait until it has ended, move it back, ${end}`,
    command: ['mv', pod.manifest, '/root/'],
  };
}

/**
 * The kubelet takes up what it reads at its start only, such as the CA that it trusts. Nothing that was renewed is worse
 * for a kubelet that does not come back, so that it is a part of its own.
 */
export function restartKubeletStep(holders: readonly Holder[]): PlannedStep {
  return {
    id: 'restart-kubelet',
    kind: 'restart-kubelet',
    title: 'restart the kubelet; containers go on',
    command: ['systemctl', 'restart', 'kubelet'],
    risk: 'restart',
    target: 'kubelet',
    part: 'kubelet',
    after: holders.map(({ component }) => `restart-${component}`),
    rollback: null,
  };
}

/** Files that a renewal writes: the pair, or the kubeconfig. */
export function filesOf({ name, placed }: Renewed): string[] {
  const path = pathOf(placed);
  return name.kubeconfig ? [path] : [path, path.replace(/\.crt$/, '.key')];
}

export function restoreFiles(id: string, paths: readonly string[]): Step {
  return {
    id: `restore-${id}`,
    kind: 'restore-files',
    title: `put ${paths.join(', ')} back from the backup`,
    command: [],
    risk: 'none',
    params: { paths: paths.join('\n') },
  };
}

/** The tree as it is, read again. */
export function treeOf({ folder }: KubeadmNode, why: string): ObservationRequest {
  return { source: 'kubeadm-files', params: { folder }, why };
}

/** kubeadm moves into another root itself; paths are then that root's. */
function renewCommand({ root, certDir }: KubeadmNode, { name, kubeconfig }: KubeadmName): string[] {
  const inRoot = root ? certDir.slice(root.length) : certDir;
  return [
    ...['kubeadm', 'certs', 'renew', name],
    ...(kubeconfig ? [] : ['--cert-dir', inRoot]),
    ...(root ? ['--rootfs', root] : []),
  ];
}

/** What a handler needs to know of a Pod: what tells that it holds the new files, and that it is healthy. */
function heldPod({ component, pod, renewed }: Holder): HeldPod {
  const served = new Set(renewed.filter(({ name }) => name.served).map(({ placed }) => pathOf(placed)));
  return {
    component,
    manifest: pod.manifest,
    files: pod.files,
    read: renewed.filter(({ name }) => !name.served).map(({ placed }) => pathOf(placed)),
    endpoints: pod.endpoints.map(({ file, ...endpoint }) => ({
      ...endpoint,
      ...(file !== undefined && served.has(file) && { file }),
    })),
  };
}

function observationsOf({ pod, renewed }: Holder): ObservationRequest[] {
  const handshakes = renewed.flatMap(({ placed }) => endpointOf(pod, placed) ?? []);
  const why = `what ${pod.component} has taken up`;
  return [
    ...handshakes.map(({ address, port }) => ({
      source: 'handshake',
      params: { address, port: String(port) },
      why,
    })),
    ...(renewed.some(({ name }) => !name.served) ? [{ source: 'processes', params: {}, why }] : []),
  ];
}

/** A handshake for what is served; else the start of the process, where the system tells it. */
function expectationOf(node: KubeadmNode, { component, pod }: Holder, { name, placed }: Renewed): Expectation[] {
  const endpoint = name.served && endpointOf(pod, placed);
  if (endpoint) return [{ is: 'same-leaf', ref: ref.tls(endpoint.address, endpoint.port), as: placed.placement.ref }];
  const seen = processesOf(node, pod).some(({ files }) => files.some(({ path }) => path === pathOf(placed)));
  return seen ? [{ is: 'process-newer', program: component, path: pathOf(placed) }] : [];
}

function endpointOf({ endpoints }: StaticPodFact, placed: Placed) {
  return endpoints.find(({ file }) => file === pathOf(placed));
}
