import { check } from '../core/check/check.ts';
import { EXIT, UserError } from '../core/model/error.ts';
import { DEFAULT_POLICY } from '../core/model/policy.ts';
import type { Target } from '../core/model/target.ts';
import { type Selection, select } from '../core/snapshot/select.ts';
import { walk } from '../core/snapshot/walk.ts';
import { withChains } from '../core/view/chain/tree.ts';
import { type SortKey, viewInventory } from '../core/view/inventory.ts';
import type { Report } from '../core/view/section.ts';
import { tonesOf } from '../core/view/tones.ts';
import type { Opened } from './open-inventory.ts';

export interface LayersOptions {
  readonly targets: readonly Target[];
  readonly sortBy?: SortKey;
  /** `--expiring-within`, milliseconds. */
  readonly within?: number;
  /** `--timeline`: the columns that its drawing may take. */
  readonly timeline?: number;
  /** Whether severities are shown, by colour or mark: certificates are then judged by the default policy. */
  readonly judged?: boolean;
}

/** `layers`: the inventory of what was opened, narrowed to the targets. @throws UserError when a target names nothing */
export function layers({ inventory, now }: Opened, { targets, judged = false, ...view }: LayersOptions): Report {
  const selected = selectOrRefuse(select(inventory, targets));
  const chains = targets.map((target) => walk(inventory, target)).filter(({ roots }) => roots.length > 0);
  const tones = judged ? tonesOf(inventory, check(inventory, DEFAULT_POLICY, now).findings) : undefined;
  const report = viewInventory(inventory, {
    now,
    selected,
    wholeMesh: targets.every((target) => target.kind === 'layer' && target.layer === 'mesh'),
    toneOf: tones && ((sha256) => tones.get(sha256)),
    ...view,
  });
  return withChains(report, inventory, { chains, now });
}

/** The selected refs. @throws UserError (exit 1) when a target names nothing that was seen */
export function selectOrRefuse({ refs, unmatched }: Selection): Selection['refs'] {
  const [first] = unmatched;
  if (!first) return refs;
  throw new UserError(`nothing found for ${unmatched.map(({ target }) => target.text).join(', ')}`, {
    exitCode: EXIT.failed,
    hints: [
      ...(first.nearby.length > 0 ? [`there is ${first.nearby.join(', ')}`] : []),
      'kubectl certs layers -o name lists every ref; a namespace goes with -n or as kind/namespace/name',
    ],
  });
}
