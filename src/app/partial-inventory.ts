import type { Observation } from '../core/model/observation.ts';
import { takeInventory } from '../core/snapshot/inventory.ts';
import type { Opened } from './open-inventory.ts';
import { foldSnapshot, type TakeSnapshotOptions } from './take-snapshot.ts';

/** What has been read while some sources are still silent: enough to look at, not to judge by. */
export function partialInventory(
  observations: readonly Observation[],
  options: Pick<TakeSnapshotOptions, 'ports' | 'scope' | 'tool'>,
): Opened {
  const snapshot = foldSnapshot(observations, options);
  return { snapshot, inventory: takeInventory(snapshot), now: Date.parse(snapshot.takenAt) };
}
