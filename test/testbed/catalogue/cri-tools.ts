import { join } from 'node:path';
import type { Component } from './component.ts';

const VERSION = '1.37.0';

export const crictl: Component = {
  name: 'crictl',
  version: VERSION,
  source: {
    kind: 'go',
    upstream: 'cri-tools',
    package: 'sigs.k8s.io/cri-tools/cmd/crictl',
    stamps: { 'sigs.k8s.io/cri-tools/pkg/version.Version': `v${VERSION}` },
  },
};

/** Shows the static Pods that the bed's supervisor runs through the CRI; crictl finds it by `CONTAINER_RUNTIME_ENDPOINT`. */
export const criRuntime: Component = {
  name: 'cri-runtime',
  version: VERSION,
  source: { kind: 'go', upstream: 'cri-tools', package: '.' },
  needs: ['etcd', 'crictl'],
  service: {
    processes: (bed) => [
      {
        name: 'cri-runtime',
        argv: [
          join(bed.binDir, 'cri-runtime'),
          `--socket=${criSocket(bed.runDir)}`,
          `--pids=${join(bed.runDir, 'pids')}`,
          `--manifests=${join(bed.kubernetesDir, 'manifests')}`,
          '--node=bed',
        ],
        ready: { kind: 'file', path: criSocket(bed.runDir) },
      },
    ],
  },
};

export function criSocket(runDir: string): string {
  return join(runDir, 'cri.sock');
}
