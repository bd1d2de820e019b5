import stringWidth from 'string-width';
import { clean } from '../../core/view/text.ts';
import { humanDuration } from '../../core/view/time.ts';
import { helpLines } from './help.ts';
import { KEYS, keyLabel } from './keys.ts';
import { BLANK, cutLine, justify, type Line, line, wrap } from './line.ts';
import { rule } from './rule.ts';
import type { KeyHelp, Screen } from './screen.ts';
import { around, type Ui } from './ui.ts';
import type { World } from './world.ts';

/** The whole window, row by row: what is looked at, the screen's title, its body, and what keys do. */
export function frameOf(ui: Ui): readonly Line[] {
  const { columns, rows } = ui.size;
  const screen = ui.stack.at(-1);
  const surroundings = around(ui);
  const room = surroundings.size.rows;
  const asked = saidLines(ui);
  const body = screen ? bodyOf(ui, screen).slice(0, Math.max(0, room - asked.length)) : [];
  const blanks = Array.from({ length: Math.max(0, room - body.length - asked.length) }, () => BLANK);
  const filled = [...body, ...blanks, ...asked];
  const title = screen ? screen.kind.title(screen.state, surroundings) : BLANK;
  const frame = [headerLine(ui.world, columns), titleLine(ui, title), ...filled, footerLine(ui, screen)];
  return frame.slice(0, rows).map((spans) => cutLine(spans, columns));
}

/** A question is never cut: it says what will change. Nor is what is said and does not fit the footer. */
function saidLines({ question, flash = '', size: { columns } }: Ui): readonly Line[] {
  if (question) return [rule('', columns), ...wrap(question.text, columns - 1, { tone: 'warning', strong: true }, 1)];
  return fitsFooter(flash, columns) ? [] : [rule('', columns), ...wrap(flash, columns - 1, { strong: true }, 1)];
}

function fitsFooter(text: string, columns: number): boolean {
  return stringWidth(clean(text)) < columns;
}

function bodyOf(ui: Ui, screen: Screen): readonly Line[] {
  const surroundings = around(ui);
  if (ui.help === undefined) return screen.kind.body(screen.state, surroundings);
  return helpLines(screen, surroundings.size.columns).slice(ui.help);
}

function titleLine({ help, stack }: Ui, title: Line): Line {
  return help === undefined ? title : line(` Help: ${stack.at(-1)?.kind.name ?? ''}`, { strong: true });
}

/** Context, namespace and the age of what is shown are always visible. */
function headerLine({ status, now, reading }: World, columns: number): Line {
  const { command, context, namespace, readAt } = status;
  const age =
    readAt === undefined
      ? 'reading'
      : `data ${humanDuration(Math.max(0, now - readAt))} old${reading === undefined ? '' : ', reading'}`;
  const left: Line = [{ text: ` kubectl certs ${command}`, strong: true }];
  const wide = columns >= 100;
  const right: Line = [
    { text: wide ? 'context ' : '', tone: 'muted' },
    { text: context || 'none', tone: 'info' },
    { text: wide ? '  namespace ' : '  ns ', tone: 'muted' },
    { text: namespace, tone: 'info' },
    { text: `  ${age} `, tone: 'muted' },
  ];
  return justify(left, right, columns);
}

function footerLine(ui: Ui, screen: Screen | undefined): Line {
  const { question, flash, help, size } = ui;
  if (question) return line(' y yes  n no (Enter is No)', { strong: true });
  if (flash !== undefined && fitsFooter(flash, size.columns)) return line(` ${flash}`, { strong: true });
  if (help !== undefined) return keysLine([{ intent: 'back', does: '', short: 'back' }], size.columns);
  const prompt = screen?.kind.prompt?.(screen.state, around(ui));
  if (prompt !== undefined) return line(` ${prompt}`, { strong: true });
  return keysLine(screen?.kind.keys ?? [], size.columns);
}

/** As many keys as there is room for, help and quit at the end in any case. */
function keysLine(keys: readonly KeyHelp[], columns: number): Line {
  const shown: string[] = [];
  const ending = ALWAYS.flatMap(keyText);
  let room = columns - 1 - ending.reduce((sum, text) => sum + text.length + GAP, 0);
  for (const text of keys.flatMap(keyText)) {
    room -= text.length + GAP;
    if (room < 0) break;
    shown.push(text);
  }
  return line(` ${[...shown, ...ending].join(' '.repeat(GAP))}`, { tone: 'muted' });
}

const GAP = 2;
const ALWAYS: readonly KeyHelp[] = [
  { intent: 'help', does: '', short: 'help' },
  { intent: 'quit', does: '', short: 'quit' },
];

function keyText({ intent, short }: KeyHelp): string[] {
  return short === undefined ? [] : [`${keyLabel(KEYS[intent][0])} ${short}`];
}
