import type { Inventory } from '../../snapshot/inventory.ts';
import type { Branch, Walk } from '../../snapshot/walk.ts';
import type { Column, Report, Row, Section, Tone } from '../section.ts';
import { count } from '../text.ts';
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

/** A report with the chains of its targets: a tree below the table, a field in the document. */
export function withChains(
  report: Report,
  inventory: Inventory,
  { chains, now }: { readonly chains: readonly Walk[]; readonly now: number },
): Report {
  if (chains.length === 0) return report;
  const documents = chains.flatMap((chain) => chainDocuments(inventory, chain, now));
  const more = chains.reduce((sum, chain) => sum + chain.more, 0);
  const note = {
    tone: 'muted',
    text: `${count(more, 'more tree')} of the chain ${more === 1 ? 'is' : 'are'} left out`,
  } as const;
  return {
    ...report,
    document: { ...report.document, chains: documents },
    tree: chainSection(documents),
    notes: more > 0 ? [...report.notes, note] : report.notes,
  };
}
