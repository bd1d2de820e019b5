import { EXIT, UserError } from '../../core/model/error.ts';
import type { Plan } from '../../core/model/plan.ts';
import { clean, count } from '../../core/view/text.ts';
import type { Terminal } from '../../io/ports/terminal.ts';

/** What a person is asked: what changes, and what restarts. */
export function question({ steps, subject }: Plan): string {
  const renewals = steps.filter(({ precheck }) => precheck).length;
  const restarts = steps.filter(({ risk }) => risk === 'restart').map(({ target }) => target);
  const restarting = restarts.length > 0 ? ` and restart what still holds the old ones of ${restarts.join(', ')}` : '';
  return `renew ${count(renewals, 'certificate')} of ${subject.kind} ${subject.name}${restarting}`;
}

/** What going back means; certificates that have ended since do not serve again. @param now milliseconds since the epoch */
export function rollbackQuestion({ id, steps }: Plan, now: number): string {
  const ended = steps.filter(({ params }) => params?.ended !== undefined && Date.parse(params.ended) <= now).length;
  const warning =
    ended > 0 ? ` (${count(ended, 'certificate')} that it puts back ${ended === 1 ? 'has' : 'have'} expired)` : '';
  return `go back through run ${id}${warning}: put the old files back and restart what holds the new ones`;
}

/**
 * Asks; the default is No.
 * @throws UserError (64) where nobody can be asked and `--yes` was not given
 */
export async function confirm(terminal: Terminal, { yes, what }: { yes: boolean; what: string }): Promise<boolean> {
  if (yes) return true;
  if (!terminal.inIsTerminal || !terminal.errIsTerminal) {
    throw new UserError(`nothing has been changed: there is no terminal to ask at whether to ${what}`, {
      exitCode: EXIT.usage,
      hints: ['with --yes it goes on without asking'],
    });
  }
  terminal.err(`${clean(what)}? [y/N] `);
  return /^y(es)?$/i.test((await terminal.readLine()).trim());
}

/** Somebody said no. @returns the exit code */
export function declined(terminal: Terminal): number {
  terminal.err('nothing has been changed\n');
  return EXIT.failed;
}
