import { type HostVerdict, judgeAnswer } from '../check/host-verdict.ts';
import { type HostAnswer, type HostPicture, hostPictures } from '../check/hosts.ts';
import type { HostWayFact, Seen, UnaskedHostFact } from '../model/facts.ts';
import type { Inventory } from '../snapshot/inventory.ts';
import type { Column, Note, Row, Section } from './section.ts';
import { count } from './text.ts';
import { relativeTime, rfc3339 } from './time.ts';

/** One line of the picture: what one address shows for one host, or why it shows nothing. */
interface Line {
  readonly picture: HostPicture;
  readonly way: Seen<HostWayFact>;
  readonly answer?: HostAnswer;
  readonly verdict: { readonly words: string; readonly severity: HostVerdict['severity'] };
}

export interface HostViewOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Only hosts whose placements are among these (by ref); undefined: all. */
  readonly selected?: ReadonlySet<string> | undefined;
}

/** Lines that fit beside an inventory; the document has all. */
const MOST = 60;

const COLUMNS: readonly Column[] = [
  { header: 'HOST' },
  { header: 'ADDRESS' },
  { header: 'BY' },
  { header: 'SHOWS' },
  { header: 'IN' },
  { header: 'WHICH IS' },
  { header: 'STORED IN' },
  { header: 'ISSUER', wide: true },
  { header: 'SERVER', wide: true },
  { header: 'OBJECTS', wide: true },
];

/** Who serves what for each host: the odd ones first where not all fit. */
export function hostSection(inventory: Inventory, options: HostViewOptions): Section {
  const lines = linesOf(inventory, options);
  const odd = lines.filter(({ verdict }) => verdict.severity !== 'ok');
  const shown = lines.length <= MOST ? lines : [...odd, ...lines.filter((line) => !odd.includes(line))].slice(0, MOST);
  return { title: 'Hosts', columns: COLUMNS, rows: shown.map((line) => rowOf(line, options.now)) };
}

/** What of the picture is not drawn, and which hosts nobody was asked for. */
export function hostNotes(inventory: Inventory, options: HostViewOptions): Note[] {
  const left = linesOf(inventory, options).length - MOST;
  const unasked = options.selected === undefined ? inventory.facts('unaskedHost') : [];
  return [
    ...(left > 0
      ? [{ tone: 'muted' as const, text: `${count(left, 'more answer')} for hosts (-o json lists all)` }]
      : []),
    ...unaskedNotes(unasked),
  ];
}

function unaskedNotes(unasked: readonly UnaskedHostFact[]): Note[] {
  return [...Map.groupBy(unasked, ({ reason }) => reason)].map(([reason, hosts]) => {
    const names = hosts.map(({ host }) => host || '*');
    const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
    return { tone: 'muted', text: `not asked for ${names.slice(0, 3).join(', ')}${more}: ${reason}` };
  });
}

/** The same for a document: every answer of every host. */
export function hostDocuments(inventory: Inventory, options: HostViewOptions): unknown[] {
  const byHost = Map.groupBy(linesOf(inventory, options), ({ picture }) => picture);
  return [...byHost].map(([{ host, port, stored, claims }, lines]) => ({
    host,
    port,
    objects: [...new Set(lines.flatMap(({ way }) => way.objects))],
    stored: stored.map(({ placement }) => placement.ref),
    claims: claims.map(({ object, namespace, secretName }) => ({
      object,
      secret: `secret/${namespace}/${secretName}`,
    })),
    answers: lines.map(answerDocument),
  }));
}

function answerDocument({ way, answer, verdict }: Line) {
  const { address, by, pod, named, server, asked } = way;
  return {
    address,
    by,
    ...(pod !== undefined && { pod }),
    ...(named !== undefined && { named }),
    ...(server !== undefined && { server }),
    asked,
    verdict: verdict.words,
    ...(answer && {
      ref: answer.served.placement.ref,
      fingerprint: answer.served.leaf.sha256,
      notAfter: rfc3339(answer.served.leaf.notAfter),
    }),
  };
}

function linesOf(inventory: Inventory, { now, selected }: HostViewOptions): Line[] {
  return hostPictures(inventory)
    .filter(({ answers }) => selected === undefined || answers.some(({ served }) => selected.has(served.placement.ref)))
    .flatMap((picture) => [
      ...picture.answers.map((answer): Line => {
        return { picture, way: answer.way, answer, verdict: judgeAnswer(inventory, picture, answer, now) };
      }),
      ...picture.ways.filter(({ answers }) => answers.length === 0).map((way) => emptyLine(picture, way)),
    ]);
}

function emptyLine(picture: HostPicture, way: Seen<HostWayFact>): Line {
  const words = way.error ?? 'no certificate';
  return { picture, way, verdict: { words, severity: way.ended ? 'critical' : 'unknown' } };
}

function rowOf({ picture, way, answer, verdict }: Line, now: number): Row {
  const leaf = answer?.served.leaf;
  return {
    cells: [
      picture.port === 443 ? picture.host : `${picture.host}:${picture.port}`,
      way.pod ?? way.address,
      way.by.join(','),
      leaf ? shortSerial(leaf.serialNumber) : '',
      leaf ? relativeTime(leaf.notAfter, now) : '',
      verdict.words,
      picture.stored.map(({ placement }) => placement.ref.replace(/#tls\.crt$/, '')).join(', '),
      leaf?.issuer ?? '',
      way.server ?? '',
      way.objects.join(', '),
    ],
    tone: verdict.severity,
  };
}

/** Enough of a serial number to tell two apart. */
function shortSerial(serial: string): string {
  return serial.length > 12 ? `${serial.slice(0, 12)}...` : serial;
}
