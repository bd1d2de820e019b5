import type { Explored } from '../../../app/explore.ts';
import type { Finding } from '../../../core/model/finding.ts';
import { certificateDetails, findingsAbout } from '../../../core/view/certificate-details.ts';
import { displayName } from '../../../core/view/display-name.ts';
import { findingFields } from '../../../core/view/finding-fields.ts';
import type { InventoryEntry } from '../../../core/view/inventory-entry.ts';
import { commandLine } from '../../../core/view/plan.ts';
import { scroll } from '../cursor.ts';
import { fieldLines } from '../fields.ts';
import { BLANK, type Line, line } from '../line.ts';
import { rule } from '../rule.ts';
import { type Around, type ScreenKind, screenOf } from '../screen.ts';
import { sectionLines } from '../section-lines.ts';
import { openFix } from './fix-screen.ts';

export interface Subject {
  /** What it was opened for; undefined: for the certificate. */
  readonly finding?: Finding;
  readonly sha256?: string | undefined;
}

interface DetailsState extends Subject {
  readonly top: number;
}

/** A finding and its certificate whole, or a certificate with what was found about it. */
const detailsScreen: ScreenKind<DetailsState> = {
  name: 'details',
  about:
    'Everything about one certificate: what was found about it, what it says, its chain up to the root, every place that holds it, who breaks without it, and when it and its issuers end.',
  keys: [
    { intent: 'down', does: 'a line down', short: 'scroll' },
    { intent: 'up', does: 'a line up' },
    { intent: 'page-down', does: 'a page down' },
    { intent: 'page-up', does: 'a page up' },
    { intent: 'top', does: 'to the first line' },
    { intent: 'bottom', does: 'to the last line' },
    { intent: 'fix', does: 'what to do, step by step', short: 'fix' },
    { intent: 'copy', does: 'copy the command that shows the same', short: 'copy command' },
    { intent: 'back', does: 'back', short: 'back' },
  ],
  title: ({ finding, ...subject }, { world: { explored } }) => {
    const entry = explored && entryFor(explored, subject.sha256);
    const name = entry ? displayName(entry.certificate) : (finding?.placement ?? '');
    return [
      { text: ` ${name}`, strong: true },
      ...(finding ? [{ text: `  ${finding.code}`, tone: finding.severity }] : []),
    ];
  },
  body: (state, around) => linesOf(state, around).slice(state.top),
  update: (state, intent, around) => {
    const lines = linesOf(state, around);
    const top = scroll(state.top, intent, { count: lines.length, height: around.size.rows });
    if (top !== undefined) return { state: { ...state, top } };
    const { explored } = around.world;
    if (!explored) return undefined;
    if (intent === 'copy') {
      const text = commandOf(state, explored);
      return { effects: [{ do: 'copy', text }], flash: `copied: ${text}` };
    }
    if (intent !== 'fix') return undefined;
    const toFix = foundOf(state, explored).find(({ fix }) => fix.length > 0);
    return toFix ? { open: openFix(fixOf(toFix)) } : { flash: 'nothing was found here that needs a fix' };
  },
};

export function openDetails(subject: Subject) {
  return screenOf(detailsScreen, { ...subject, top: 0 });
}

function fixOf({ code, placement, fix }: Finding) {
  return { title: `${code} of ${placement}`, steps: fix, target: placement };
}

function entryFor({ entries }: Explored, sha256: string | undefined): InventoryEntry | undefined {
  return sha256 === undefined ? undefined : entries.find(({ certificate }) => certificate.sha256 === sha256);
}

/** The finding that it was opened for first, then the others about the same certificate. */
function foundOf({ finding, sha256 }: Subject, explored: Explored): readonly Finding[] {
  const entry = entryFor(explored, sha256);
  const others = entry ? findingsAbout(entry, explored.result?.findings ?? []) : [];
  return [...(finding ? [finding] : []), ...others.filter((other) => other !== finding)];
}

function linesOf(state: Subject, { world: { explored }, size: { columns } }: Around): readonly Line[] {
  if (!explored) return [];
  const { inventory, now } = explored.opened;
  const entry = entryFor(explored, state.sha256);
  const found = foundOf(state, explored).flatMap((finding, index) => [
    ...(index === 0 ? [] : [BLANK]),
    ...fieldLines(findingFields(finding), columns),
  ]);
  if (!entry) return found;
  const details = certificateDetails(inventory, entry, { now, width: columns - 4, toneOf: explored.toneOf });
  return [
    ...(found.length > 0 ? found : [silence(explored)]),
    rule('Certificate', columns),
    ...fieldLines(details.fields, columns),
    ...details.sections.flatMap((section) => sectionLines(section, columns)),
  ];
}

function silence({ result }: Explored): Line {
  if (result) return line(' nothing was found about it', { tone: 'ok' });
  return line(' not judged yet: some sources are still silent', { tone: 'unknown' });
}

/** What shows the same without a screen. */
function commandOf({ finding, sha256 }: Subject, explored: Explored): string {
  const ref = finding?.placement ?? entryFor(explored, sha256)?.first.ref ?? '';
  return commandLine(['kubectl', 'certs', finding ? 'check' : 'layers', ref, '-o', 'wide']);
}
