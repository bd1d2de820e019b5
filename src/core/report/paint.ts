import type { Tone } from '../view/section.ts';

/** SGR parameters by meaning. Colour never carries anything that the words do not say. */
const SGR: Readonly<Record<Tone, string>> = {
  critical: '31',
  unknown: '35',
  warning: '33',
  info: '36',
  ok: '32',
  muted: '2',
};

/** Text in the colour of its meaning, or as it is. */
export function paint(text: string, tone: Tone | undefined, color: boolean): string {
  return color && tone ? `\u001b[${SGR[tone]}m${text}\u001b[0m` : text;
}
