import type { Explored } from '../../../app/explore.ts';
import type { Finding } from '../../../core/model/finding.ts';
import { coverageNotes } from '../../../core/view/coverage.ts';
import { credentialLine } from '../../../core/view/credential.ts';
import { count } from '../../../core/view/text.ts';
import { type Cursor, moveCursor, START, showing } from '../cursor.ts';
import { atMost, BLANK, type Line, line, wrap } from '../line.ts';
import { rule } from '../rule.ts';
import { type Around, type ScreenKind, screenOf } from '../screen.ts';
import { tableLines } from '../section-lines.ts';
import { rowLine, type ScreenTable } from '../table.ts';
import { entryOf, glanceOf, layerOf, urgentOf } from './atlas.ts';
import { openDetails } from './details-screen.ts';
import { openList } from './list-screen.ts';

interface OverviewState {
  readonly cursor: Cursor;
}

interface Urgent {
  readonly finding: Finding;
  readonly depth: number;
}

const TABLE: ScreenTable<Urgent> = {
  columns: [
    {
      header: 'CODE',
      width: 24,
      cell: ({ finding, depth }) => `${depth > 0 ? `${'  '.repeat(depth - 1)}└ ` : ''}${finding.code}`,
    },
    { header: 'WHERE', width: 24, grow: 1, cell: ({ finding }) => finding.placement },
    {
      header: 'WHAT',
      width: 23,
      grow: 2,
      cell: ({ finding }) => finding.message.replace(` in ${finding.placement}`, ''),
    },
  ],
  toneOf: ({ finding }) => finding.severity,
};

/** Lines about what could not be read: they are never hidden, but they do not take the screen either. */
const MOST_UNREAD = 3;

/** The three layers at a glance, and below what is most urgent. */
const overviewScreen: ScreenKind<OverviewState> = {
  name: 'overview',
  about:
    'The three layers at a glance: how many certificates each has, how many are in trouble, which ends next, and what could be read. Below stands what is most urgent, the worst first; what another finding explains stands under it. ! is critical, * a warning, ? unknown, i information.',
  keys: [
    { intent: 'open', does: 'look at the finding', short: 'look' },
    { intent: 'next-layer', does: 'list all certificates', short: 'list' },
    { intent: 'layer-1', does: 'list those of the cluster layer', short: 'cluster' },
    { intent: 'layer-2', does: 'list those of the ingress layer' },
    { intent: 'layer-3', does: 'list those of the mesh layer' },
    { intent: 'layer-all', does: 'list all certificates' },
    { intent: 'filter', does: 'list all, and filter', short: 'filter' },
    { intent: 'down', does: 'next finding' },
    { intent: 'up', does: 'finding before' },
    { intent: 'refresh', does: 'read everything again' },
    { intent: 'page-down', does: 'a page down' },
    { intent: 'page-up', does: 'a page up' },
    { intent: 'copy', does: 'copy the command that says the same', short: 'copy command' },
  ],
  title: (_state, { world: { explored, reading } }) => titleOf(explored, reading),
  body: (state, around) =>
    around.world.explored ? bodyOf(state, around.world.explored, around) : readingLines(around),
  update: ({ cursor }, intent, around) => {
    if (intent === 'refresh') return { effects: [{ do: 'refresh' }] };
    const { explored } = around.world;
    if (!explored) return undefined;
    const urgent = urgentOf(explored);
    const moved = moveCursor(cursor, intent, { count: urgent.length, height: urgentHeight(explored, around) });
    if (moved) return { state: { cursor: moved } };
    const chosen = urgent[cursor.at]?.finding;
    if (intent === 'open' && chosen)
      return { open: openDetails({ finding: chosen, sha256: entryOf(explored, chosen)?.certificate.sha256 }) };
    if (intent === 'copy') return { effects: [{ do: 'copy', text: CHECK }], flash: `copied: ${CHECK}` };
    if (intent === 'filter') return { open: openList({ typing: true }) };
    if (intent === 'next-layer' || intent === 'layer-all') return { open: openList({}) };
    const layer = layerOf(intent);
    return layer && { open: openList({ layer }) };
  },
};

const CHECK = 'kubectl certs check';

export function openOverview() {
  return screenOf(overviewScreen, { cursor: START });
}

function titleOf(explored: Explored | undefined, reading: string | undefined): Line {
  if (!explored?.result)
    return [
      { text: ' Reading', strong: true },
      { text: explored && reading ? `  ${reading}` : '', tone: 'info' },
    ];
  const { status, summary } = explored.result;
  const counts = (['critical', 'unknown', 'warning', 'info'] as const).filter((severity) => summary[severity] > 0);
  const found = counts.map((severity) => `${summary[severity]} ${severity}`).join(', ') || 'nothing found';
  return [
    { text: ` ${status}`, tone: status, strong: true },
    { text: `: ${found} in ${count(explored.entries.length, 'certificate')}` },
  ];
}

function readingLines({ world: { reading = 'reading: no answer yet' }, size }: Around): readonly Line[] {
  return [BLANK, ...wrap(reading, size.columns - 2, { tone: 'info' }, 1)];
}

function bodyOf({ cursor }: OverviewState, explored: Explored, around: Around): readonly Line[] {
  const { columns } = around.size;
  const urgent = urgentOf(explored);
  const height = urgentHeight(explored, around);
  const { at, top } = showing(cursor, { count: urgent.length, height });
  const rows = urgent.slice(top, top + height);
  const list = rows.map((row, index) => rowLine(TABLE, row, { width: columns, marked: top + index === at }));
  const blanks = Array.from({ length: height - list.length }, () => BLANK);
  return [
    ...headLines(explored, columns),
    rule(`Most urgent (${urgent.length})`, columns),
    ...(urgent.length === 0 ? [emptyLine(explored)] : [...list, ...blanks]),
    ...chosenLines(urgent[at]?.finding, columns),
  ];
}

function emptyLine({ result }: Explored): Line {
  if (result) return line(' nothing found', { tone: 'ok' });
  return line(' judged once every source has answered or given up', { tone: 'unknown' });
}

/** A row has no room for what the chosen finding says. */
function chosenLines(finding: Finding | undefined, columns: number): readonly Line[] {
  if (!finding) return [];
  const { severity, placement, message, impact } = finding;
  return [
    rule(placement, columns),
    ...atMost(wrap(message.replace(` in ${placement}`, ''), columns - 5, { tone: severity }, 1), 2),
    ...atMost(wrap(impact, columns - 5, {}, 1), 2),
  ];
}

const CHOSEN_ROWS = 5;

function urgentHeight(explored: Explored, { size }: Around): number {
  return Math.max(1, size.rows - headLines(explored, size.columns).length - 1 - CHOSEN_ROWS);
}

/** What stands above the findings: who looks, the layers, and what could not be read. */
function headLines(explored: Explored, columns: number): readonly Line[] {
  const { inventory, now, snapshot } = explored.opened;
  const who = credentialLine(inventory, now);
  const unread = coverageNotes(snapshot.coverage);
  const more = unread.length - MOST_UNREAD;
  return [
    ...(who === undefined ? [] : wrap(who, columns - 1, { tone: 'muted' }, 1)),
    ...tableLines(glanceOf(explored)),
    ...unread.slice(0, MOST_UNREAD).map(({ text }) => line(` ? ${text}`, { tone: 'unknown' })),
    ...(more > 0 ? [line(` ? and ${more} more that could not be read`, { tone: 'unknown' })] : []),
  ];
}
