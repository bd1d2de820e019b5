import { type Coverage, leavesUnknown } from '../model/coverage.ts';
import type { Layer } from '../model/layer.ts';
import { coverageSummary } from './coverage.ts';
import { displayName } from './display-name.ts';
import type { InventoryEntry } from './inventory-entry.ts';
import type { Row, Section, Tone } from './section.ts';
import { relativeTime } from './time.ts';

export interface GlanceOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly toneOf?: ((sha256: string) => Tone | undefined) | undefined;
}

const SHOWN: readonly Layer[] = ['cluster', 'ingress', 'mesh', 'none'];
const COUNTED = ['critical', 'warning', 'unknown'] as const;

/** Each layer in one row: how many certificates, how many of them are in trouble, which ends next, what was read. */
export function layersGlance(
  entries: readonly InventoryEntry[],
  coverage: readonly Coverage[],
  options: GlanceOptions,
): Section {
  const rows = SHOWN.flatMap((layer) => {
    const own = entries.filter(({ first }) => first.layer === layer);
    const readings = coverage.filter((reading) => reading.layer === layer);
    return layer === 'none' && own.length === 0 ? [] : [glanceRow(layer, { entries: own, readings }, options)];
  });
  const headers = ['LAYER', 'ALL', 'CRITICAL', 'WARNING', 'UNKNOWN', 'SOURCES', 'ENDS NEXT'];
  return { title: 'Layers', columns: headers.map((header) => ({ header })), rows };
}

interface LayerContents {
  readonly entries: readonly InventoryEntry[];
  readonly readings: readonly Coverage[];
}

function glanceRow(layer: Layer, { entries, readings }: LayerContents, { now, toneOf }: GlanceOptions): Row {
  const tones = entries.map(({ certificate }) => toneOf?.(certificate.sha256));
  const counts = COUNTED.map((tone) => tones.filter((one) => one === tone).length);
  const unread = readings.some(({ state }) => leavesUnknown(state));
  const worst = COUNTED.find((_, index) => (counts[index] ?? 0) > 0) ?? (unread ? 'unknown' : undefined);
  const cells = [
    layer,
    String(entries.length),
    ...counts.map(String),
    coverageSummary(readings),
    endsNext(entries, now),
  ];
  return { cells, tone: worst ?? (entries.length > 0 ? 'ok' : 'muted') };
}

function endsNext(entries: readonly InventoryEntry[], now: number): string {
  const coming = entries.filter(({ certificate }) => certificate.notAfter >= now);
  const next = coming.reduce<InventoryEntry | undefined>(
    (soonest, entry) => (soonest && soonest.certificate.notAfter <= entry.certificate.notAfter ? soonest : entry),
    undefined,
  );
  return next ? `${relativeTime(next.certificate.notAfter, now)} ${displayName(next.certificate)}` : '';
}
