import type { BuildOutcome } from './build/build.ts';

/** Columns of plain text, two spaces apart, one line per row. */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows].map((row) => row.map((cell) => cell.split('\n')[0] ?? ''));
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return `${all.map(line).join('\n')}\n`;
}

/** One row per component of a build. */
export function buildTable(outcomes: readonly BuildOutcome[]): string {
  const rows = outcomes.map(({ component, artifact, how, seconds }) => [
    component.name,
    artifact.version,
    how,
    seconds.toFixed(1),
    artifact.state === 'missing' ? artifact.reason : '',
  ]);
  return renderTable(['COMPONENT', 'VERSION', 'BUILD', 'SECONDS', 'REASON'], rows);
}
