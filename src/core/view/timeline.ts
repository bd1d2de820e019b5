import stringWidth from 'string-width';
import { roleInfo } from '../model/role.ts';
import { cutTo } from './cut-to.ts';
import { displayName } from './display-name.ts';
import type { InventoryEntry } from './inventory-entry.ts';
import type { Note, Section, Tone } from './section.ts';
import { clean } from './text.ts';
import { relativeTime } from './time.ts';

export interface TimelineOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Columns that a whole line may take. */
  readonly width: number;
  readonly toneOf?: ((sha256: string) => Tone | undefined) | undefined;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/** Distances that the axis names, where there is room. */
const TICKS: readonly [label: string, ms: number][] = [
  ['1d', DAY],
  ['7d', 7 * DAY],
  ['30d', 30 * DAY],
  ['90d', 90 * DAY],
  ['1y', YEAR],
  ['10y', 10 * YEAR],
];

/** What stands where a certificate ends: a mark says as much as its colour. */
const MARKS: Readonly<Record<Tone, string>> = {
  critical: '!',
  warning: '*',
  unknown: '?',
  info: 'o',
  ok: 'o',
  muted: 'o',
};
const ENDED = 'x';

/** Blanks between columns of a table. */
const GAP = 3;
const NARROWEST_DRAWING = 16;

export const TIMELINE_LEGEND: Note = {
  tone: 'muted',
  text: 'the farther from now, the denser the scale; x has ended, ! critical, * warning, ? unknown, o otherwise',
};

/**
 * Certificates as bars from now to their end, on a logarithmic scale: an hour, a month and ten years are all to be told
 * apart. Lines are no wider than asked for, unless that leaves no room to draw at all.
 */
export function timelineSection(entries: readonly InventoryEntry[], options: TimelineOptions): Section {
  const { now, width, toneOf } = options;
  const distances = entries.map(({ certificate }) => relativeTime(certificate.notAfter, now));
  const labels = entries.map(({ certificate, role }) => clean(`${displayName(certificate)} (${roleInfo(role).title})`));
  const widest = Math.max(HEADERS[0].length, ...labels.map((label) => stringWidth(label)));
  const nameWidth = Math.max(HEADERS[0].length, Math.min(widest, Math.floor(width * 0.4)));
  const inWidth = Math.max(HEADERS[1].length, ...distances.map((text) => text.length));
  const scale = scaleOf(Math.max(NARROWEST_DRAWING, width - nameWidth - inWidth - 2 * GAP), entries, now);
  return {
    title: 'Timeline',
    columns: [...HEADERS, axisOf(scale)].map((header) => ({ header })),
    rows: entries.map(({ certificate: { sha256, notAfter } }, index) => {
      const tone = toneOf?.(sha256) ?? (notAfter < now ? 'critical' : undefined);
      const mark = notAfter < now ? ENDED : MARKS[tone ?? 'ok'];
      const cells = [cutTo(labels[index] ?? '', nameWidth), distances[index] ?? '', draw(notAfter - now, mark, scale)];
      return { cells, ...(tone && { tone }) };
    }),
  };
}

const HEADERS = ['CERTIFICATE', 'IN'] as const;

interface Scale {
  /** Columns before and after the one that stands for now. */
  readonly past: number;
  readonly future: number;
  /** Milliseconds from where on distances are drawn denser. */
  readonly near: number;
  /** Milliseconds that the far ends stand for. */
  readonly far: number;
}

/** What has ended gets a fifth of the drawing, where anything has; hours are told apart where there are any. */
function scaleOf(columns: number, entries: readonly InventoryEntry[], now: number): Scale {
  const distances = entries.map(({ certificate }) => certificate.notAfter - now);
  const past = distances.some((distance) => distance < 0) ? Math.floor(columns / 5) : 0;
  const near = distances.some((distance) => Math.abs(distance) < DAY) ? HOUR : DAY;
  const far = distances.reduce((most, distance) => Math.max(most, Math.abs(distance)), YEAR);
  return { past, future: columns - past - 1, near, far };
}

/** Columns from now, at least one, so that no end hides the line of now. @param distance milliseconds, not negative */
function columnsFor(distance: number, columns: number, { near, far }: Scale): number {
  const share = Math.log1p(distance / near) / Math.log1p(far / near);
  return Math.max(1, Math.min(columns, Math.round(share * columns)));
}

function draw(distance: number, mark: string, scale: Scale): string {
  const { past, future } = scale;
  if (distance >= 0) return `${' '.repeat(past)}|${'-'.repeat(columnsFor(distance, future, scale) - 1)}${mark}`;
  const back = columnsFor(-distance, past, scale);
  return `${' '.repeat(past - back)}${mark}${'-'.repeat(back - 1)}|`;
}

/** The labels stand where a distance ends; one that would touch its neighbour or the edge is left out. */
function axisOf(scale: Scale): string {
  const { past, future } = scale;
  let axis = `${' '.repeat(past)}|`;
  for (const [label, ms] of TICKS) {
    const at = past + columnsFor(ms, future, scale);
    const fits = at > axis.length && at + label.length <= past + 1 + future;
    if (ms <= scale.far && fits) axis = axis.padEnd(at) + label;
  }
  return axis;
}
