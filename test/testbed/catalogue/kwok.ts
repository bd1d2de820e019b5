import { join } from 'node:path';
import type { Bed } from '../bed.ts';
import { clusterCa, servingCertificate, writePair } from '../pki.ts';
import { until } from '../run.ts';
import type { Component } from './component.ts';

const CRDS = 'kustomize/crd/bases';
const STAGES = 'kustomize/stage';
/** Kinds, in the plural, of what kwok answers for a Pod with. */
export const PER_POD = ['logs', 'execs', 'portforwards'];

/** The node that kubeadm laid out, and one to run Pods on. Pods name theirs: the bed has no scheduler. */
export const NODES = { controlPlane: 'bed', worker: 'worker' };

const files = (bed: Bed, path: string) => bed.fileOf('kwok', path);

const node = (name: string, role: string) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    name,
    annotations: { 'kwok.x-k8s.io/node': 'fake' },
    labels: {
      'kubernetes.io/hostname': name,
      'kubernetes.io/os': 'linux',
      'kubernetes.io/arch': 'amd64',
      [`node-role.kubernetes.io/${role}`]: '',
    },
  },
});

/** What is applied for the bed to have Nodes. */
export const nodeObjects = [node(NODES.controlPlane, 'control-plane'), node(NODES.worker, 'worker')];

/** Containers that nobody gave logs have written nothing, as others do that have nothing to say. */
const quiet = (bed: Bed) => ({
  apiVersion: 'kwok.x-k8s.io/v1alpha1',
  kind: 'ClusterLogs',
  metadata: { name: 'quiet' },
  spec: { logs: [silence(bed)] },
});

/** An entry of Logs for every container that has none of its own. */
export const silence = (bed: Bed) => ({ containers: [], logsFile: bed.write('pod-logs/nothing.log', '', 0o644) });

/** Plays the kubelet: Nodes are Ready, Pods run, and their logs, exec and port-forward answer. */
export const kwok: Component = {
  name: 'kwok',
  version: '0.8.0',
  source: {
    kind: 'go',
    upstream: 'kwok',
    package: 'sigs.k8s.io/kwok/cmd/kwok',
    stamps: { 'sigs.k8s.io/kwok/pkg/consts.Version': 'v0.8.0' },
    files: [CRDS, STAGES],
  },
  needs: ['kube-controller-manager'],
  service: {
    async prepare(bed) {
      for (const kind of [...PER_POD, 'clusterlogs'])
        await bed.kubectl(['apply', '--server-side', '-f', files(bed, `${CRDS}/kwok.x-k8s.io_${kind}.yaml`)]);
      const serving = await servingCertificate({
        subject: 'O=system:nodes,CN=system:node:bed',
        ipAddresses: [bed.kubelet.address],
        issuer: clusterCa(bed),
      });
      writePair(bed, 'kwok/kubelet', serving);
    },
    processes(bed) {
      const { address, port } = bed.kubelet;
      const stages = [
        'node/fast/node-initialize',
        'pod/fast/pod-ready',
        'pod/fast/pod-complete',
        'pod/fast/pod-delete',
      ];
      const argv = [
        join(bed.binDir, 'kwok'),
        `--kubeconfig=${bed.superAdminKubeconfig}`,
        ...stages.map((stage) => `--config=${files(bed, `${STAGES}/${stage}.yaml`)}`),
        '--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake',
        '--node-lease-duration-seconds=40',
        `--node-ip=${address}`,
        `--node-port=${port}`,
        `--server-address=${address}:${port}`,
        `--tls-cert-file=${join(bed.runDir, 'kwok/kubelet.crt')}`,
        `--tls-private-key-file=${join(bed.runDir, 'kwok/kubelet.key')}`,
        '--enable-crds=Logs,ClusterLogs,Exec,PortForward',
      ];
      return [{ name: 'kwok', argv, ready: { kind: 'http', url: `https://${address}:${port}/healthz` } }];
    },
    async settle(bed) {
      await bed.apply(...nodeObjects, quiet(bed));
      await until('the nodes are ready', async () => {
        const ready = "{.items[*].status.conditions[?(@.type=='Ready')].status}";
        return (await bed.kubectl(['get', 'nodes', '-o', `jsonpath=${ready}`])) === 'True True';
      });
    },
  },
};
