import { type Coverage, leavesUnknown } from '../model/coverage.ts';
import type { Note, Section } from './section.ts';

export function coverageSection(coverage: readonly Coverage[]): Section {
  return {
    title: 'Coverage',
    columns: ['LAYER', 'SOURCE', 'STATE', 'REASON', 'THEREFORE UNKNOWN', 'COMMAND'].map((header) => ({ header })),
    rows: coverage.map(({ layer, source, state, reason, unknown, command }) => ({
      cells: [layer, source, state, reason ?? '', leavesUnknown(state) ? (unknown ?? '') : '', command],
      ...(leavesUnknown(state) && { tone: 'unknown' as const }),
    })),
  };
}

const MOST = 4;

/** What could not be read, why, and what is therefore unknown; readings that failed alike are said once. */
export function coverageNotes(coverage: readonly Coverage[]): Note[] {
  const groups = Map.groupBy(
    coverage.filter(({ state }) => leavesUnknown(state)),
    ({ state, reason }) => `${state}: ${reason}`,
  );
  return [...groups.values()].map((readings) => {
    const [{ state, reason }] = readings as [Coverage];
    const sources = unique(readings.map(({ source }) => source)).join(', ');
    const unknown = some(unique(readings.flatMap(({ unknown: what }) => what ?? [])));
    const consequence = unknown ? `; unknown: ${unknown}` : '';
    return { tone: 'unknown', text: `${state}: ${sources}: ${reason ?? 'no reason given'}${consequence}` };
  });
}

/** `12 complete, 3 absent, 1 denied`: how the sources of a run ended. */
export function coverageSummary(coverage: readonly Coverage[]): string {
  const groups = Map.groupBy(coverage, ({ state }) => state);
  return [...groups].map(([state, readings]) => `${readings.length} ${state}`).join(', ');
}

/** A note is read at a glance: the document has the rest. */
function some(items: readonly string[]): string {
  const rest = items.length - MOST;
  return rest > 1 ? `${items.slice(0, MOST).join('; ')}; and ${rest} more (-o json lists all)` : items.join('; ');
}

function unique(items: readonly string[]): string[] {
  return [...new Set(items)];
}
