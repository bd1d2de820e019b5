import type { Observation } from '../core/model/observation.ts';
import { fold } from '../core/snapshot/fold.ts';
import { takeInventory } from '../core/snapshot/inventory.ts';
import type { Opened } from './open-inventory.ts';
import { describeScope, type TakeSnapshotOptions } from './take-snapshot.ts';

/** What has been read while some sources are still silent: enough to look at, not to judge by alone. */
export function partialInventory(
  observations: readonly Observation[],
  { ports, scope, tool }: Pick<TakeSnapshotOptions, 'ports' | 'scope' | 'tool'>,
): Opened {
  const now = ports.clock.now();
  const takenAt = new Date(now).toISOString();
  const snapshot = fold(observations, { takenAt, tool, scope: describeScope(scope, observations) });
  return { snapshot, inventory: takeInventory(snapshot), now };
}
