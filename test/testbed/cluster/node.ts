import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Bed } from '../bed.ts';
import { KUBERNETES } from '../catalogue/kubernetes.ts';
import type { Probe, ProcessSpec } from '../supervisor/protocol.ts';
import { kubeadmConfig, NOBODY } from './kubeadm-config.ts';

const CONFIG = 'etc/kubernetes/kubeadm.yaml';
const MANIFESTS = 'etc/kubernetes/manifests';

/** Ports that kubeadm writes into manifests and kubeconfigs, so they are chosen before it runs. */
const PORTS = ['kube-apiserver', 'etcd', 'etcd-peer', 'etcd-metrics', 'kube-controller-manager'];

/**
 * Lays out a control-plane node as kubeadm does: PKI, kubeconfigs and static Pods' manifests, below `bed.nodeDir`.
 * kubeadm knows nothing of the folder: it is its root (`--rootfs`), so every path in what it writes is the real one.
 */
export async function layOutNode(bed: Bed): Promise<void> {
  await bed.takePorts(PORTS);
  const ports = {
    api: bed.port('kube-apiserver'),
    etcd: bed.port('etcd'),
    etcdPeer: bed.port('etcd-peer'),
    etcdMetrics: bed.port('etcd-metrics'),
    controllerManager: bed.port('kube-controller-manager'),
  };
  mkdirSync(join(bed.nodeDir, 'etc/kubernetes'), { recursive: true });
  mkdirSync(join(bed.nodeDir, 'var/lib/etcd'), { recursive: true, mode: 0o700 });
  const config = kubeadmConfig(KUBERNETES, ports).map((part) => stringify(part));
  writeFileSync(join(bed.nodeDir, CONFIG), config.join('---\n'));
  for (const phase of ['certs all', 'kubeconfig all', 'etcd local', 'control-plane all']) {
    await bed.kubeadm(['init', 'phase', ...phase.split(' ')], { config: true });
  }
  rmSync(join(bed.nodeDir, MANIFESTS, 'kube-scheduler.yaml')); // The bed has no scheduler: Pods name their node.
  for (const name of ['controller-manager.conf', 'scheduler.conf'])
    dialLoopback(join(bed.nodeDir, 'etc/kubernetes', name));
}

/** Only these two use the advertised address, which nobody answers. */
function dialLoopback(file: string): void {
  writeFileSync(file, readFileSync(file, 'utf8').replace(`https://${NOBODY}:`, 'https://127.0.0.1:'));
}

/** A control-plane program, run as its manifest says for as long as the manifest is there. */
export function staticPod(bed: Bed, name: string, ready: Probe): ProcessSpec {
  const file = join(bed.nodeDir, MANIFESTS, `${name}.yaml`);
  return { name, manifest: { file, root: bed.nodeDir, bin: bed.binDir }, ready };
}
