// npm run conformance -- CASES.json.gz... [--out RESULTS.json]
//
// Puts path validation cases to the product's own validator, each in a bounded time, and prints how far it agrees.
// Exits 0 once every case has run, 64 when the command line or a file of cases makes no sense.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { BoundedJudge } from './bounded.ts';
import { type Case, readCases } from './cases.ts';
import { knownReason } from './known-differences.ts';
import { isAgreed, type Judged, printScores, scoreGroups } from './score.ts';

const LIMIT = 5000;
const USAGE = 'usage: npm run conformance -- CASES.json.gz... [--out RESULTS.json]';

try {
  const { values, positionals } = parseArgs({ options: { out: { type: 'string' } }, allowPositionals: true });
  if (positionals.length === 0) throw new Error(USAGE);
  const judged = await judgeAll(positionals.flatMap(readCases));
  report(judged);
  if (values.out !== undefined) {
    const results = judged.map(({ result }) => result);
    writeFileSync(values.out, `${JSON.stringify({ version: 1, harness: 'kubectl-certs', results }, null, 2)}\n`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 64;
}

async function judgeAll(cases: readonly Case[]): Promise<Judged[]> {
  const judge = new BoundedJudge(LIMIT);
  const now = Date.now();
  const judged: Judged[] = [];
  for (const one of cases) {
    const start = performance.now();
    const result = await judge.judge(one, now);
    judged.push({ one, result, ms: performance.now() - start });
  }
  await judge.close();
  return judged;
}

function report(judged: readonly Judged[]): void {
  console.log(printScores(scoreGroups(judged)));
  const agreed = judged.filter(isAgreed).length;
  const slowest = judged.reduce((worst, one) => (one.ms > worst.ms ? one : worst));
  console.log(
    `\n${agreed} of ${judged.length} cases agree; the slowest, ${slowest.one.id}, took ${Math.round(slowest.ms)} ms`,
  );
  for (const { one, result } of judged.filter((candidate) => !isAgreed(candidate))) {
    console.log(`${one.id}: expected ${one.expected_result}, got ${result.actual_result}: ${result.context}`);
    console.log(`  ${knownReason(one.id) ?? 'not among the known differences'}`);
  }
}
