import type { Terminal } from '../io/ports/terminal.ts';

/** Whether a command may take the whole window: somebody sits there who did not ask for anything else. */
export function showsScreens(terminal: Terminal, flags: { readonly 'no-tui': boolean }): boolean {
  return terminal.canShowScreen && !flags['no-tui'];
}
