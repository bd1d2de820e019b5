import type { Explored } from '../../../app/explore.ts';
import type { Finding } from '../../../core/model/finding.ts';
import { LAYERS, type Layer } from '../../../core/model/layer.ts';
import { managerInfo } from '../../../core/model/manager.ts';
import { roleInfo } from '../../../core/model/role.ts';
import { displayName } from '../../../core/view/display-name.ts';
import { arrangeFindings } from '../../../core/view/findings.ts';
import { orderOf, type SortKey } from '../../../core/view/inventory.ts';
import type { InventoryEntry } from '../../../core/view/inventory-entry.ts';
import { layersGlance } from '../../../core/view/layers-glance.ts';

/** What of the inventory a list shows, and in which order. */
export interface Choice {
  readonly layer?: Layer;
  /** Words that all must occur; empty: no filter. */
  readonly filter: string;
  readonly sort: SortKey;
}

/** The entries that a choice leaves. Keys come faster than ten thousand rows are sorted: the last choice is kept. */
export const chosenEntries = keepLast((explored: Explored, layer: Layer | undefined, filter: string, sort: SortKey) => {
  const texts = searchTexts(explored);
  const words = filter.toLowerCase().split(' ').filter(Boolean);
  const left = explored.entries.filter(
    (entry, index) =>
      (layer === undefined || entry.first.layer === layer) && words.every((word) => texts[index]?.includes(word)),
  );
  return sort === 'expiry' ? left : left.sort(orderOf(sort));
});

/** What a filter looks through, entry by entry. */
const searchTexts = keepLast(({ entries }: Explored) =>
  entries.map(({ certificate, first, role, placements }) =>
    [
      displayName(certificate),
      ...certificate.dnsNames,
      certificate.subject,
      roleInfo(role).title,
      managerInfo(first.manager).title,
      ...placements.map(({ placement }) => placement.ref),
    ]
      .join(' ')
      .toLowerCase(),
  ),
);

export const glanceOf = keepLast(({ entries, opened, toneOf }: Explored) =>
  layersGlance(entries, opened.snapshot.coverage, { now: opened.now, toneOf }),
);

/** The most urgent findings first, what they explain under them. */
export const urgentOf = keepLast(({ result }: Explored) => arrangeFindings(result?.findings ?? []));

/** The certificate that a finding is about; undefined where its place holds none. */
export function entryOf({ entries, opened }: Explored, { placement }: Finding): InventoryEntry | undefined {
  const place = opened.inventory.placement(placement) ?? opened.inventory.placement(placement.replace(/\[\d+\]$/, ''));
  const sha256 = place?.leaf?.sha256;
  return sha256 === undefined ? undefined : entries.find(({ certificate }) => certificate.sha256 === sha256);
}

/** The layer that the intents `layer-1` to `layer-3` name. */
export function layerOf(intent: string): Layer | undefined {
  return LAYERS[Number(/^layer-(\d)$/.exec(intent)?.[1] ?? 0) - 1];
}

/** A pure function that remembers its last answer. */
function keepLast<A extends readonly unknown[], R>(make: (...args: A) => R): (...args: A) => R {
  let last: { readonly args: A; readonly result: R } | undefined;
  return (...args) => {
    if (!last || last.args.some((arg, index) => arg !== args[index])) last = { args, result: make(...args) };
    return last.result;
  };
}
