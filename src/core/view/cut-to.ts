import stringWidth from 'string-width';

const MORE = '...';
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * Text that takes at most so many columns of a terminal; what does not fit is cut off and marked.
 * @param text cleaned: its width is that of what is shown
 */
export function cutTo(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  const room = columns - MORE.length;
  let shown = '';
  let width = 0;
  for (const { segment } of graphemes.segment(text)) {
    width += stringWidth(segment);
    if (width > room) break;
    shown += segment;
  }
  return room > 0 ? `${shown}${MORE}` : MORE.slice(0, Math.max(0, columns));
}
