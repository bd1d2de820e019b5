import type { Inventory } from '../../snapshot/inventory.ts';
import type { Branch, Walk } from '../../snapshot/walk.ts';
import type { Column, Row, Section, Tone } from '../section.ts';
import type { Detail, LinkState, LinkView } from './link-view.ts';
import { viewLink } from './view-link.ts';

/** One link of the chain, as JSON has it. */
export interface ChainDocument {
  readonly ref: string;
  /** How the link above leads here. */
  readonly how?: string;
  readonly state: LinkState;
  readonly says: string;
  /** The target named it. */
  readonly meant?: true;
  /** What is below stands elsewhere in the tree. */
  readonly again?: true;
  readonly details: readonly Detail[];
  readonly children: readonly ChainDocument[];
}

/** The chains of a target with the state of each link. @param now milliseconds since the epoch */
export function chainDocuments(inventory: Inventory, { roots, meant }: Walk, now: number): ChainDocument[] {
  const views = new Map<string, LinkView>();
  const viewOf = (ref: string) => {
    const view = views.get(ref) ?? viewLink(inventory, ref, now);
    views.set(ref, view);
    return view;
  };
  const document = ({ ref, how, again, children }: Branch): ChainDocument => {
    const { state, says, details } = viewOf(ref);
    return {
      ref,
      ...(how !== '' && { how }),
      state,
      says,
      ...(meant.has(ref) && { meant: true as const }),
      ...(again && { again }),
      details: again ? [] : details,
      children: children.map(document),
    };
  };
  return roots.map(document);
}

const COLUMNS: readonly Column[] = [
  { header: 'LINK' },
  { header: 'STATE' },
  { header: 'SAYS' },
  { header: 'DETAILS', wide: true },
];

const TONES: Partial<Record<LinkState, Tone>> = {
  failed: 'critical',
  missing: 'critical',
  warning: 'warning',
  pending: 'info',
  unknown: 'unknown',
  none: 'muted',
};

/** The same as a tree for people. */
export function chainSection(chains: readonly ChainDocument[]): Section {
  return { title: 'Chain', columns: COLUMNS, rows: chains.flatMap((chain) => rowsOf(chain, '', '')) };
}

function rowsOf(
  { ref, state, says, meant, again, details, children }: ChainDocument,
  lead: string,
  rest: string,
): Row[] {
  const cells = [
    `${lead}${ref}${meant ? ' *' : ''}`,
    state === 'none' ? '-' : state,
    again ? `${says} (see above)` : says,
    details.map(({ name, value }) => `${name}: ${value}`).join('; '),
  ];
  const tone = TONES[state];
  const below = children.flatMap((child, index) => {
    const last = index === children.length - 1;
    return rowsOf(child, `${rest}${last ? '└─ ' : '├─ '}`, `${rest}${last ? '   ' : '│  '}`);
  });
  return [{ cells, ...(tone && { tone }) }, ...below];
}
