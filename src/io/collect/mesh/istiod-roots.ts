import type { Observation } from '../../../core/model/observation.ts';

/** A root is renewed by istiod where it is istiod's own, self-signed CA; nobody renews a plugged-in one unasked. */
export function rootsOfIstiod(secrets: readonly Observation[]): ReadonlySet<string> {
  const placements = secrets.flatMap((observation) => observation.placements);
  return new Set(placements.filter(({ manager }) => manager === 'istiod').flatMap(({ chain }) => chain));
}
