import { type Finding, SEVERITIES } from '../model/finding.ts';
import { refBase } from '../model/ref.ts';
import type { Inventory } from '../snapshot/inventory.ts';
import type { Tone } from './section.ts';

/** The severity of the worst finding about each certificate, by its fingerprint. */
export function tonesOf(inventory: Inventory, findings: readonly Finding[]): ReadonlyMap<string, Tone> {
  const worst = new Map<string, Finding['severity']>();
  for (const { placement, severity } of findings) {
    const sha256 = certificateAt(inventory, placement);
    const known = sha256 === undefined ? undefined : worst.get(sha256);
    if (sha256 !== undefined && (known === undefined || weight(severity) < weight(known))) worst.set(sha256, severity);
  }
  return worst;
}

function weight(severity: Finding['severity']): number {
  return SEVERITIES.indexOf(severity);
}

/** A finding's place is a placement, or the member of its chain that stands at an index. */
function certificateAt(inventory: Inventory, place: string): string | undefined {
  const own = inventory.placement(place);
  if (own) return own.leaf?.sha256;
  const [, index] = /\[(\d+)\]$/.exec(place) ?? [];
  return index === undefined ? undefined : inventory.placement(refBase(place))?.chain[Number(index)]?.sha256;
}
