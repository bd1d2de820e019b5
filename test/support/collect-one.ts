import type { Observation } from '../../src/core/model/observation.ts';
import { collect } from '../../src/io/collect/run.ts';
import type { Scope } from '../../src/io/collect/scope.ts';
import type { Source } from '../../src/io/collect/source.ts';
import type { Ports } from '../../src/io/ports/ports.ts';
import { fakePorts } from './fake-ports.ts';

export const SCOPE: Scope = {
  layers: ['cluster', 'ingress', 'mesh', 'none'],
  namespaces: [],
  targets: [],
  probes: [],
  resolve: [],
  pkiDir: '/etc/kubernetes',
  pkiDirGiven: false,
  allSecrets: false,
  cluster: true,
};

export interface CollectOne {
  readonly ports?: Partial<Ports>;
  readonly scope?: Partial<Scope>;
  readonly signal?: AbortSignal;
  /** Milliseconds; 0: none. */
  readonly timeout?: number;
}

/** What one source observes, through the collector that runs them all. */
export async function collectOne(source: Source, options: CollectOne = {}): Promise<Observation[]> {
  const scope = { ...SCOPE, ...options.scope };
  const signal = options.signal ?? new AbortController().signal;
  return collect({ sources: [source], ports: fakePorts(options.ports), scope, signal, timeout: options.timeout ?? 0 });
}
