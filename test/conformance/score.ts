import { type Case, groupOf } from './cases.ts';
import type { Result } from './judge.ts';

/** One case with its answer and the time that took. */
export interface Judged {
  readonly one: Case;
  readonly result: Result;
  readonly ms: number;
}

export interface Score {
  readonly group: string;
  readonly cases: number;
  readonly agree: number;
  readonly wrongAccepts: number;
  readonly wrongRejects: number;
  readonly skipped: number;
  readonly ms: number;
}

const order = ['core', 'path building', 'name constraints', 'online', 'webpki'];

/** What peers reached on exactly these cases, by group and number of cases: OpenSSL 3.0.19 strict, Go 1.26. */
const peers: Record<string, { cases: number; openssl: number; go: number }> = {
  core: { cases: 84, openssl: 73, go: 58 },
  online: { cases: 9, openssl: 9, go: 9 },
  webpki: { cases: 34, openssl: 11, go: 17 },
  'path building': { cases: 50, openssl: 32, go: 50 },
  'name constraints': { cases: 361, openssl: 359, go: 361 },
};

export function isAgreed({ one, result }: Judged): boolean {
  return one.expected_result === result.actual_result;
}

/** Counts by group, in a fixed order. */
export function scoreGroups(judged: readonly Judged[]): Score[] {
  const groups = Map.groupBy(judged, ({ one }) => groupOf(one));
  const rank = (group: string) => (order.includes(group) ? order.indexOf(group) : order.length);
  return [...groups]
    .sort(([left], [right]) => rank(left) - rank(right))
    .map(([group, members]) => scoreOf(group, members));
}

function scoreOf(group: string, members: readonly Judged[]): Score {
  const count = (test: (judged: Judged) => boolean) => members.filter(test).length;
  return {
    group,
    cases: members.length,
    agree: count(isAgreed),
    wrongAccepts: count(({ one, result }) => result.actual_result === 'SUCCESS' && one.expected_result === 'FAILURE'),
    wrongRejects: count(({ one, result }) => result.actual_result === 'FAILURE' && one.expected_result === 'SUCCESS'),
    skipped: count(({ result }) => result.actual_result === 'SKIPPED'),
    ms: members.reduce((sum, { ms }) => sum + ms, 0),
  };
}

const headings = [
  'group',
  'cases',
  'agree',
  '',
  'wrong accepts',
  'wrong rejects',
  'skipped',
  'ms',
  'OpenSSL strict',
  'Go',
];

/** The scores as a markdown table, the peers' beside them where they judged the same cases. */
export function printScores(scores: readonly Score[]): string {
  const rows = scores.map((score) => {
    const peer = peers[score.group];
    const comparable = peer?.cases === score.cases;
    const title = score.group === 'webpki' ? 'webpki (as warnings)' : score.group;
    const numbers = [score.wrongAccepts, score.wrongRejects, score.skipped, Math.round(score.ms)];
    const share = `${((100 * score.agree) / score.cases).toFixed(1)} %`;
    return [
      title,
      score.cases,
      score.agree,
      share,
      ...numbers,
      comparable ? peer.openssl : '-',
      comparable ? peer.go : '-',
    ].map(String);
  });
  const widths = headings.map((heading, column) => Math.max(heading.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(headings), rule, ...rows.map(line)].join('\n');
}
