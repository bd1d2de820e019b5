import type { Observation } from '../../src/core/model/observation.ts';
import { collect } from '../../src/io/collect/run.ts';
import type { Scope } from '../../src/io/collect/scope.ts';
import type { Source } from '../../src/io/collect/source.ts';
import type { Ports } from '../../src/io/ports/ports.ts';
import { fakePorts } from './fake-ports.ts';
import { scopeOf } from './scope.ts';

export interface CollectOne {
  readonly ports?: Partial<Ports>;
  readonly scope?: Partial<Scope>;
  /** Milliseconds; 0: none. */
  readonly timeout?: number;
}

/** What one source observes, with a deadline if one is given. */
export async function collectOne(
  source: Source,
  { ports, scope, timeout = 0 }: CollectOne = {},
): Promise<Observation[]> {
  const { signal } = new AbortController();
  return collect({ sources: [source], ports: fakePorts(ports), scope: scopeOf(scope), signal, timeout });
}
