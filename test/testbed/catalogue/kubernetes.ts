import type { GoSource } from './component.ts';

const VERSION_PACKAGES = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'];

/** A program of Kubernetes 1.MINOR.PATCH, stamped as a release is: without it everybody complains of skew. */
export function kubernetesSource(upstream: string, version: string, program: string): GoSource {
  const [major = '', minor = ''] = version.split('.');
  const stamp = {
    gitVersion: `v${version}`,
    gitMajor: major,
    gitMinor: minor,
    gitTreeState: 'archive',
    gitCommit: 'bed',
    buildDate: '2026-01-01T00:00:00Z',
  };
  const stamps = VERSION_PACKAGES.flatMap((path) =>
    Object.entries(stamp).map(([key, value]) => [`${path}.${key}`, value]),
  );
  return { kind: 'go', upstream, package: `k8s.io/kubernetes/cmd/${program}`, stamps: Object.fromEntries(stamps) };
}

export const KUBERNETES = '1.37.2';
export const KUBERNETES_OLD = '1.34.4';
