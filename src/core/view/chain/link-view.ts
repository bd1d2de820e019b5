import type { ConditionFact } from '../../model/facts.ts';
import type { Evidence } from '../../model/finding.ts';
import type { Inventory } from '../../snapshot/inventory.ts';

/** How a link of the chain stands. `none`: it says nothing of itself, or is history. */
export type LinkState = 'ok' | 'pending' | 'warning' | 'failed' | 'missing' | 'unknown' | 'none';

export interface Detail {
  readonly name: string;
  readonly value: string;
}

/** One link for people and scripts: its state, one clause, and everything else that its object says. */
export interface LinkView {
  readonly state: LinkState;
  readonly says: string;
  readonly details: readonly Detail[];
  /** The reading that it comes from. */
  readonly evidence?: Evidence;
}

/** What a link is looked at by. */
export interface LinkInput {
  readonly inventory: Inventory;
  readonly ref: string;
  readonly namespace: string;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export type ViewLink = (input: LinkInput) => LinkView | undefined;

/** A detail where there is something to tell. */
export function detail(name: string, value: string | number | undefined): Detail[] {
  return value === undefined || value === '' ? [] : [{ name, value: String(value) }];
}

/** A condition in the words that cmctl prints. */
export function conditionDetail(type: string, condition: ConditionFact | undefined): Detail[] {
  if (!condition) return [];
  const { status, reason, message } = condition;
  return [{ name: type, value: `${status}, Reason: ${reason}, Message: ${message}` }];
}

/** What cannot be said because a source was not read to its end; undefined where it was, and nothing was found. */
export function whyUnread({ snapshot }: Inventory, source: string): string | undefined {
  const readings = snapshot.coverage.filter((coverage) => coverage.source === source);
  const bad = readings.find(({ state }) => !['complete', 'absent'].includes(state));
  if (bad) return bad.reason ?? bad.state;
  return readings.length === 0 ? 'not read' : undefined;
}

/** A link whose object was not seen: missing where its kind was read, unknown where it was not. */
export function unseen(inventory: Inventory, source: string, what: string): LinkView {
  const why = whyUnread(inventory, source);
  return why === undefined
    ? { state: 'missing', says: `${what} does not exist`, details: [] }
    : { state: 'unknown', says: `could not be read: ${why}`, details: [] };
}
