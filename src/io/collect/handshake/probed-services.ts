import { endpoints, services } from '../evidence/services.ts';
import type { Scope } from '../scope.ts';
import type { Source } from '../source.ts';

/** Services and what stands behind them, where an address was asked for that may be one of theirs. */
export const probedServices: readonly Source[] = [services, endpoints].map((source) => ({
  ...source,
  inScope: (scope) => isProbed(scope) && source.inScope(scope),
}));

function isProbed({ probes, targets }: Scope): boolean {
  return probes.length > 0 || targets.some(({ kind }) => kind === 'address');
}
