import type { Severity } from '../model/finding.ts';
import type { Inventory } from '../snapshot/inventory.ts';
import { frontOf } from './fronts.ts';
import { coversHost } from './host-names.ts';
import { type HostAnswer, type HostPicture, isStored } from './hosts.ts';
import { standInOf } from './serving.ts';

/** What an answer is, held against what is stored. */
export interface HostVerdict {
  /** `as stored`, `older than stored`, `stand-in of ingress-nginx`, ... */
  readonly words: string;
  readonly severity: Severity | 'ok';
}

/** @param now milliseconds since the epoch */
export function judgeAnswer(inventory: Inventory, picture: HostPicture, answer: HostAnswer, now: number): HostVerdict {
  const { words, severity } = compare(inventory, picture, answer);
  return answer.served.leaf.notAfter < now ? { words: `${words}, expired`, severity: 'critical' } : { words, severity };
}

function compare(inventory: Inventory, picture: HostPicture, { served }: HostAnswer): HostVerdict {
  const { leaf, placement } = served;
  if (isStored(picture, served)) return { words: 'as stored', severity: 'ok' };
  const maker = standInOf(leaf);
  if (maker !== undefined) return { words: `stand-in of ${maker}`, severity: 'critical' };
  const front = frontOf(inventory, placement.ref);
  if (front) return { words: `of ${front.who ?? 'something in front'}`, severity: 'info' };
  if (!coversHost(leaf, picture.host)) return { words: 'for other names', severity: 'critical' };
  const [stored] = picture.stored;
  if (!stored) return { words: 'nothing stored was seen', severity: 'info' };
  return {
    words: leaf.notAfter < stored.leaf.notAfter ? 'older than stored' : 'other than stored',
    severity: 'warning',
  };
}
