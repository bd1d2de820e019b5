import type { BuildOutcome } from './build/build.ts';
import { COMPONENTS, withNeeds } from './catalogue/index.ts';
import type { BuildLine, SuiteLine } from './records.ts';

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

export function buildLine({ component, artifact, how, seconds }: BuildOutcome): BuildLine {
  const reason = artifact.state === 'missing' ? artifact.reason : null;
  return { name: component.name, version: artifact.version, how, seconds, reason };
}

export function buildTable(lines: readonly BuildLine[]): string {
  const rows = lines.map((line) => [line.name, line.version, line.how, line.seconds.toFixed(1), line.reason ?? '']);
  return renderTable(['COMPONENT', 'VERSION', 'BUILD', 'SECONDS', 'REASON'], rows);
}

/** One row per component: what the last build did, and how many tests of the last run stood on it. */
export function reportTable(builds: readonly BuildLine[], suites: readonly SuiteLine[]): string {
  const rows = COMPONENTS.map(({ name, version }) => {
    const build = builds.find((line) => line.name === name);
    const on = suites.filter(({ names }) => withNeeds(names).some((component) => component.name === name));
    const sum = (count: (suite: SuiteLine) => number) => String(on.reduce((total, suite) => total + count(suite), 0));
    return [
      ...[name, build?.version ?? version, build?.how ?? 'not built', (build?.seconds ?? 0).toFixed(1)],
      ...[sum(({ ran }) => ran), sum(({ skipped }) => skipped), build?.reason ?? ''],
    ];
  });
  return renderTable(['COMPONENT', 'VERSION', 'BUILD', 'SECONDS', 'TESTS RUN', 'SKIPPED', 'REASON'], rows);
}
