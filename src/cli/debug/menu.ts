import { PLAYBOOKS } from '../../core/diagnose/playbooks.ts';
import type { Terminal } from '../../io/ports/terminal.ts';

/** Lets a person choose a symptom by number, type an error text, or press enter for the present state. */
export async function chooseSymptom(
  terminal: Terminal,
): Promise<{ readonly text?: string; readonly playbook?: string }> {
  const lines = PLAYBOOKS.map(({ title }, index) => `${String(index + 1).padStart(3)}  ${title}\n`);
  terminal.err(
    `What do you see?\n${lines.join('')}Number, or the error text; enter for everything that is wrong now: `,
  );
  const answer = (await terminal.readLine()).trim();
  const chosen = /^\d+$/.test(answer) ? PLAYBOOKS[Number(answer) - 1] : undefined;
  return chosen ? { playbook: chosen.id } : { text: answer };
}
