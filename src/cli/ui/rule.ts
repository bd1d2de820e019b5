import stringWidth from 'string-width';
import { cutTo } from '../../core/view/cut-to.ts';
import { clean } from '../../core/view/text.ts';
import type { Line } from './line.ts';

/** A rule across the screen, with a word on it. */
export function rule(title: string, columns: number): Line {
  const start = title === '' ? '' : `── ${cutTo(clean(title), Math.max(1, columns - 6))} `;
  return [{ text: start + '─'.repeat(Math.max(0, columns - stringWidth(start))), tone: 'muted' }];
}
