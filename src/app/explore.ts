import { type CheckResult, check } from '../core/check/check.ts';
import { DEFAULT_POLICY } from '../core/model/policy.ts';
import type { Target } from '../core/model/target.ts';
import { select } from '../core/snapshot/select.ts';
import { listEntries } from '../core/view/inventory.ts';
import type { InventoryEntry } from '../core/view/inventory-entry.ts';
import type { Tone } from '../core/view/section.ts';
import { tonesOf } from '../core/view/tones.ts';
import { selectOrRefuse } from './layers.ts';
import type { Opened } from './open-inventory.ts';

/** What was opened, judged and listed once: what the layers' screens draw from. */
export interface Explored {
  readonly opened: Opened;
  /** Undefined while some sources are silent: what is missing so far may only be unread. */
  readonly result: CheckResult | undefined;
  /** By expiry. */
  readonly entries: readonly InventoryEntry[];
  readonly toneOf: (sha256: string) => Tone | undefined;
}

/**
 * `layers -i`: the inventory, narrowed to the targets and judged by the default policy.
 * @throws UserError when a target names nothing
 */
export function explore(opened: Opened, targets: readonly Target[]): Explored {
  const { inventory, now } = opened;
  const result = check(inventory, DEFAULT_POLICY, now);
  return list(opened, result, selectOrRefuse(select(inventory, targets)));
}

/** What was read while some sources are silent: listed, not judged. */
export function exploreUnjudged(opened: Opened): Explored {
  return list(opened, undefined, undefined);
}

function list(opened: Opened, result: CheckResult | undefined, selected: ReadonlySet<string> | undefined): Explored {
  const { inventory, now } = opened;
  const tones = tonesOf(inventory, result?.findings ?? []);
  const toneOf = (sha256: string) => tones.get(sha256) ?? endedTone(opened, sha256);
  return { opened, result, entries: listEntries(inventory, { now, selected }), toneOf };
}

function endedTone({ inventory, now }: Opened, sha256: string): Tone | undefined {
  const certificate = inventory.certificates.get(sha256);
  return certificate && certificate.notAfter < now ? 'critical' : undefined;
}
