import type { Match } from './match.ts';
import type { Result } from './results.ts';

const HEADER = [
  'INCIDENT',
  'LAYER',
  'ON',
  'RESULT',
  'SAID',
  'FORBIDDEN',
  'HERRINGS',
  'SECONDS',
  'SOURCES',
  'OTHER WORDS',
  'DENIED: WRONG',
  'ISTIOCTL ANALYZE',
  'LINKERD CHECK, RECORDED',
  'CMCTL, RECORDED',
];

export function printTable(results: readonly Result[]): string {
  const rows = [HEADER, ...results.map(rowOf)];
  const widths = HEADER.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

function rowOf({ id, layer, run, match, sources, words, denied, peers }: Result): string[] {
  const first = run.diagnosis?.rootCauses[0] ?? run.diagnosis?.otherCauses[0];
  const wrong = denied.filter((one) => isWrong(one.match));
  return [
    id,
    layer,
    run.loader,
    match.result,
    first ? `${first.code} ${first.object}` : (run.diagnosis?.verdict ?? run.notes[0]?.slice(0, 60) ?? ''),
    match.forbidden.join(','),
    String(match.redHerrings),
    run.seconds.toFixed(1),
    String(sources),
    words.map((one) => SHORT[one.match.result]).join(' '),
    wrong.map(({ title }) => title).join(','),
    peers.istioctl,
    peers.linkerd,
    peers.cmctl,
  ];
}

const SHORT: Readonly<Record<Match['result'], string>> = {
  first: '1',
  'top 3': '3',
  ranked: '+',
  missed: '-',
  'right: no fault': 'ok',
  'false alarm': '!',
  undecided: '?',
  'to judge': 'p',
};

/** To weaken is to say undecided, to rank it lower, or to be less sure; to be sure of something else, or of nothing, is wrong. */
function isWrong({ result, isSure, sameCode }: Match): boolean {
  return result === 'false alarm' || (result === 'missed' && isSure && !sameCode);
}

export function printSummary(results: readonly Result[]): string {
  const counts = (of: readonly Match[]) =>
    Object.entries(Object.groupBy(of, ({ result }) => result))
      .map(([result, list]) => `${list?.length ?? 0} ${result}`)
      .join(', ');
  const all = results.map(({ match }) => match);
  const words = results.flatMap((one) => one.words.map(({ match }) => match));
  const denied = results.flatMap((one) => one.denied.map(({ match }) => match));
  const untold = results.flatMap((one) => one.untold.map(({ match }) => match));
  const onDemo = results.filter(({ run }) => run.loader === 'demo');
  const seconds = results.map(({ run }) => run.seconds).sort((a, b) => a - b);
  return [
    '',
    `${results.length} incidents: ${counts(all)}`,
    `on the bed ${results.length - onDemo.length}, on the demo ${onDemo.length}:`,
    ...onDemo.map(({ id, run }) => `  ${id}: ${run.notes[0] ?? ''}`),
    `forbidden codes ranked: ${all.filter(({ forbidden }) => forbidden.length > 0).length}; red herrings named: ${all.filter(({ redHerrings }) => redHerrings > 0).length}`,
    `seconds: median ${seconds[Math.floor(seconds.length / 2)]?.toFixed(1)}, longest ${seconds.at(-1)?.toFixed(1)}`,
    `the symptom in other words, ${words.length} runs: ${counts(words)}`,
    `no symptom told, ${untold.length} runs: ${counts(untold)}; wrong: ${untold.filter(isWrong).length}`,
    `one source denied, ${denied.length} runs: ${counts(denied)}; wrong: ${denied.filter(isWrong).length}`,
    '',
  ].join('\n');
}
