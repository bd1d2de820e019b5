import type { Observation } from '../../src/core/model/observation.ts';
import { collect } from '../../src/io/collect/run.ts';
import type { Scope } from '../../src/io/collect/scope.ts';
import type { Source } from '../../src/io/collect/source.ts';
import type { Ports } from '../../src/io/ports/ports.ts';
import { fakePorts } from './fake-ports.ts';
import { scopeOf } from './scope.ts';

/** What the last of some sources observes; those before it run too, so that it can wait for them. */
export async function observe(
  sources: readonly Source[],
  ports: Partial<Ports>,
  scope: Partial<Scope> = {},
): Promise<Observation[]> {
  const observations = await collect({
    sources,
    ports: fakePorts(ports),
    scope: scopeOf(scope),
    timeout: 0,
    signal: new AbortController().signal,
  });
  return observations.filter(({ source }) => source === sources.at(-1)?.id);
}
