import type { Block, DiagnosisView, Line } from '../../view/diagnosis.ts';
import { clean } from '../../view/text.ts';
import { plainMarkdown } from '../markdown.ts';
import type { DiagnosisForm } from './form.ts';

/** To paste into an incident's channel. */
export const markdown = { id: 'md', print } as const satisfies DiagnosisForm;

function print({ headline, blocks }: DiagnosisView): string {
  return [`**${plainMarkdown(headline)}**\n`, ...blocks.map(printBlock)].join('\n');
}

function printBlock({ title, level, lines }: Block): string {
  return `${level === 1 ? '##' : '###'} ${plainMarkdown(title)}\n\n${lines.map(printLine).join('')}`;
}

function printLine({ kind, text, aside }: Line): string {
  if (kind === 'command') return `  ${codeSpan(text)}\n`;
  const beside = aside === undefined ? '' : ` (${plainMarkdown(aside)})`;
  return kind === 'item' ? `- ${plainMarkdown(text)}${beside}\n` : `${plainMarkdown(text)}${beside}\n\n`;
}

/** Code whose fence is longer than any run of backticks in it (CommonMark 6.1). */
function codeSpan(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 ? ' ' : '';
  return `${fence}${pad}${clean(text)}${pad}${fence}`;
}
