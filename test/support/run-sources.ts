import type { FactKind, FactKinds } from '../../src/core/model/facts.ts';
import type { Observation } from '../../src/core/model/observation.ts';
import { factsIn } from '../../src/io/collect/cluster-source.ts';
import { collect } from '../../src/io/collect/run.ts';
import type { Scope } from '../../src/io/collect/scope.ts';
import type { Source } from '../../src/io/collect/source.ts';
import type { KubeApi } from '../../src/io/ports/kube-api.ts';
import type { Ports } from '../../src/io/ports/ports.ts';
import { fakePorts } from './fake-ports.ts';
import { scopeOf } from './scope.ts';

export interface RunOptions {
  readonly scope?: Partial<Scope>;
  /** Milliseconds; 0: none. */
  readonly timeout?: number;
}

/** Runs sources on a fake API server and gives their observations in a form that is easy to compare. */
export async function runSources(sources: readonly Source[], kube: KubeApi, options: RunOptions = {}) {
  return await runPorts(sources, fakePorts({ kube }), options);
}

/** The same on ports of every kind. */
export async function runPorts(sources: readonly Source[], ports: Ports, { scope, timeout = 0 }: RunOptions = {}) {
  const observations: Observation[] = await collect({
    sources,
    ports,
    scope: scopeOf(scope),
    timeout,
    signal: new AbortController().signal,
  });
  const placements = observations.flatMap((observation) => observation.placements);
  return {
    observations,
    placements,
    placement: (ref: string) => placements.find((item) => item.ref === ref),
    refs: placements.map(({ ref }) => ref),
    states: observations.map(({ source, state }) => `${source} ${state}`),
    facts: <K extends FactKind>(kind: K): FactKinds[K][] => factsIn(observations, kind),
  };
}
