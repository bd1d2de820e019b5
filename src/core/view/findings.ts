import type { Acceptance } from '../check/acceptance.ts';
import type { Coverage } from '../model/coverage.ts';
import type { Finding, Severity, Status } from '../model/finding.ts';
import { acceptanceNotes } from './acceptance.ts';
import { coverageNotes, coverageSection, coverageSummary } from './coverage.ts';
import { API_VERSION, type Column, type Note, type Report, type Row, type Section } from './section.ts';
import { count } from './text.ts';
import { rfc3339 } from './time.ts';

export interface CheckResult {
  readonly status: Status;
  readonly summary: Readonly<Record<Severity, number>>;
  readonly findings: readonly Finding[];
}

export interface FindingsViewOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly takenAt: string;
  readonly coverage: readonly Coverage[];
  readonly headline?: string | undefined;
  /** What clients say to the files and addresses that were named. */
  readonly acceptances: readonly Acceptance[];
  /** How many certificates were judged. */
  readonly certificates: number;
  /** Said beside the findings. */
  readonly notes?: readonly Note[];
}

const COLUMNS: readonly Column[] = [
  { header: 'SEVERITY' },
  { header: 'CODE' },
  { header: 'WHERE' },
  { header: 'MESSAGE' },
  { header: 'LAYER', wide: true },
  { header: 'IMPACT', wide: true },
  { header: 'FIX', wide: true },
  { header: 'EVIDENCE', wide: true },
];

/** `check`: findings, the worst first, each under the one that explains it. */
export function viewFindings(result: CheckResult, options: FindingsViewOptions): Report {
  const { status, summary, findings } = result;
  return {
    document: {
      apiVersion: API_VERSION,
      kind: 'CheckReport',
      takenAt: options.takenAt,
      evaluatedAt: rfc3339(options.now),
      status,
      summary,
      findings,
      ...(options.acceptances.length > 0 && { chains: options.acceptances }),
      coverage: options.coverage,
    },
    names: [...new Set(findings.map(({ placement }) => placement))],
    sections: [findingsSection(findings), coverageSection(options.coverage)],
    notes: [...coverageNotes(options.coverage), ...acceptanceNotes(options.acceptances), verdictNote(result, options)],
    ...(options.headline !== undefined && { headline: options.headline }),
  };
}

function findingsSection(findings: readonly Finding[]): Section {
  const rows = arrangeFindings(findings).map(({ finding, depth }) => findingRow(finding, depth));
  return { title: 'Findings', columns: COLUMNS, rows };
}

/** Causes keep the given order; what a finding explains follows it, one level deeper. */
export function arrangeFindings(findings: readonly Finding[]): { finding: Finding; depth: number }[] {
  const present = new Set(findings.map(identity));
  const causeOf = ({ explainedBy }: Finding) =>
    explainedBy && present.has(identity(explainedBy)) ? identity(explainedBy) : undefined;
  const explained = Map.groupBy(findings, causeOf);
  const arranged: { finding: Finding; depth: number }[] = [];
  const add = (finding: Finding, depth: number) => {
    arranged.push({ finding, depth });
    const children = explained.get(identity(finding)) ?? [];
    explained.delete(identity(finding));
    for (const child of children) add(child, depth + 1);
  };
  for (const finding of explained.get(undefined) ?? []) add(finding, 0);
  return arranged;
}

function identity({ code, placement }: { readonly code: string; readonly placement: string }): string {
  return `${code} ${placement}`;
}

function findingRow(finding: Finding, depth: number): Row {
  const { severity, code, placement, message, layer, impact, fix, evidence } = finding;
  const steps = fix.map(({ title, command }) => (command.length > 0 ? `${title}: ${command.join(' ')}` : title));
  const facts = evidence.map(({ fact, source, at }) => `${fact} (${source}, ${at})`);
  return {
    // The message stands alone in documents; in a table its place has a column of its own.
    cells: [
      severity,
      code,
      placement,
      message.replace(` in ${placement}`, ''),
      layer,
      impact,
      steps.join('; '),
      facts.join('; '),
    ],
    tone: severity,
    ...(depth > 0 && { depth }),
  };
}

function verdictNote({ status, summary, findings }: CheckResult, options: FindingsViewOptions): Note {
  const counts = (['critical', 'unknown', 'warning', 'info'] as const)
    .filter((severity) => summary[severity] > 0)
    .map((severity) => `${summary[severity]} ${severity}`);
  const found = findings.length === 0 ? 'nothing found' : counts.join(', ');
  const certificates = count(options.certificates, 'certificate');
  return {
    tone: status,
    text: `${status}: ${found} in ${certificates}; sources: ${coverageSummary(options.coverage)}`,
  };
}
