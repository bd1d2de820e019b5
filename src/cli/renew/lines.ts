import type { Plan } from '../../core/model/plan.ts';
import { clean } from '../../core/view/text.ts';
import type { RunEvent } from '../../io/apply/run.ts';
import type { Terminal } from '../../io/ports/terminal.ts';

/** Tells a run line by line on standard error: what is begun, waited for, done, found. */
export function runLines(terminal: Terminal, { steps }: Plan): (event: RunEvent) => void {
  const numbers = new Map(steps.map(({ id }, index) => [id, `[${index + 1}/${steps.length}]`]));
  const indent = ' '.repeat(`[${steps.length}/${steps.length}] `.length);
  let last = '';
  const say = (line: string) => {
    if (line !== last) terminal.err(`${clean(line)}\n`);
    last = line;
  };
  return (event) => {
    if (event.type === 'progress') return say(`${indent}${event.message}`);
    const { step } = event;
    const { transition, message = '', hints = [] } = event.event;
    if (transition === 'started') return say(`${numbers.get(step.id)} ${step.title}`);
    if (transition === 'rolling-back')
      return say(`${numbers.get(step.id)} back: ${step.rollback?.title ?? step.title}`);
    if (message !== '') say(`${indent}${transition}: ${message}`);
    for (const hint of hints) say(`${indent}${hint}`);
  };
}
