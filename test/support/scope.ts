import type { Scope } from '../../src/io/collect/scope.ts';

/** The scope of a run without flags; a test changes what it is about. */
export function scopeOf(parts: Partial<Scope> = {}): Scope {
  return {
    layers: ['cluster', 'ingress', 'mesh'],
    namespaces: [],
    targets: [],
    probes: [],
    resolve: [],
    pkiDir: '/etc/kubernetes',
    pkiDirGiven: false,
    allSecrets: false,
    all: false,
    cluster: true,
    ...parts,
  };
}
