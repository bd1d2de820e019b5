import type { Topic } from '../check/topics.ts';
import type { CodeDefinition } from '../model/finding.ts';

/** `explain --list`: every code and topic. Plain ASCII, so that it needs none of what measures other text. */
export function listText(codes: Iterable<CodeDefinition>, topics: readonly Topic[]): string {
  const rows = [...codes].map(({ code, severity, title }) => [code, severity, title]);
  const questions = topics.map(({ id, question }) => [id, 'topic', question]);
  const lines = [['NAME', 'USUALLY', 'MEANS'], ...rows, ...questions];
  const widths = [0, 1].map((column) => Math.max(...lines.map((line) => line[column]!.length)));
  const print = (line: readonly string[]) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(GAP);
  return lines.map((line) => `${print(line)}\n`).join('');
}

/**
 * `explain CODE`: what it means, how to prove it, what to do.
 * @param columns width that paragraphs are broken to; commands stay whole, so that they can be copied
 */
export function codeText(definition: CodeDefinition, columns: number): string {
  const { code, title, severity, meaning, prove, fix, prevent = [], source, since } = definition;
  const width = columns - INDENT.length;
  const parts: [heading: string, lines: readonly string[]][] = [
    ['WHAT IT MEANS', wrap(meaning, width)],
    ['HOW TO PROVE IT', prove],
    ['WHAT TO DO', fix.flatMap((text) => wrap(text, width))],
    ['HOW TO PREVENT IT', prevent.flatMap((text) => wrap(text, width))],
    ['SOURCE', wrap(source, width)],
  ];
  return `${wrap(`${code}: ${title}`, columns).join('\n')}\nusually ${severity}; since version ${since}\n${sectionsText(parts)}`;
}

/** `explain TOPIC`: a question, its answer, what to type, and where to read on. */
export function topicText({ question, answer, commands, see }: Topic, columns: number): string {
  const paragraphs = answer.map((text) => `\n${wrap(text, columns).join('\n')}\n`);
  const parts: [heading: string, lines: readonly string[]][] = [
    ['COMMANDS', commands],
    ['SEE ALSO', wrap(see.map((name) => `kubectl certs explain ${name}`).join(', '), columns - INDENT.length)],
  ];
  return `${wrap(question, columns).join('\n')}\n${paragraphs.join('')}${sectionsText(parts)}`;
}

/** What a topic comes to in the cluster that was read: cleaned sentences, below the answer. */
export function hereText(sentences: readonly string[], columns: number): string {
  return sectionsText([['IN THIS CLUSTER', sentences.flatMap((text) => wrap(text, columns - INDENT.length))]]);
}

function sectionsText(parts: readonly [heading: string, lines: readonly string[]][]): string {
  return parts
    .filter(([, lines]) => lines.length > 0)
    .map(([heading, lines]) => `\n${heading}\n${lines.map((line) => `${INDENT}${line}\n`).join('')}`)
    .join('');
}

const INDENT = '  ';
const GAP = '   ';

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
