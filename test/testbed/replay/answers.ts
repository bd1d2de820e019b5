import type { RecordedTool } from '../../../src/io/demo/planting/form.ts';

/** Flags that say where to ask and how long, not what: an answer recorded with one serves without it, and the other way. */
const IRRELEVANT = new Set(['--wait', '--kubeconfig', '--context', '--request-timeout']);
const SHORT: Readonly<Record<string, string>> = { '--output': '-o', '--namespace': '-n', '--selector': '-l' };

/** Words of a command line that decide about the answer, `--flag=value` taken apart. */
function relevantWords(args: readonly string[]): string[] {
  const words = args.flatMap((arg) =>
    /^--[\w-]+=/.test(arg) ? [arg.slice(0, arg.indexOf('=')), arg.slice(arg.indexOf('=') + 1)] : [arg],
  );
  const kept: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (IRRELEVANT.has(word)) i++;
    else kept.push(SHORT[word] ?? word);
  }
  return kept;
}

/**
 * The recorded answer that fits a command line best: all of its words were asked for, and no other answer has more.
 * @param args without the program's own name
 */
export function answerFor(answers: readonly RecordedTool[], args: readonly string[]): RecordedTool | undefined {
  const asked = relevantWords(args);
  const wordsOf = (answer: RecordedTool) => relevantWords(answer.argv.slice(1));
  const fits = answers.filter((answer) => wordsOf(answer).every((word) => asked.includes(word)));
  return fits.sort((a, b) => wordsOf(b).length - wordsOf(a).length)[0];
}
