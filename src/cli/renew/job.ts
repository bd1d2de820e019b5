import { observe } from '../../app/observe.ts';
import { readWords } from '../../app/renew-plan.ts';
import type { Report } from '../../core/view/section.ts';
import type { StepContext } from '../../io/apply/handler.ts';
import type { Context } from '../../io/ports/context.ts';
import { printReport } from '../print.ts';
import { showsScreens } from '../screens.ts';
import { openSession, type Session } from '../session.ts';
import type { RenewFlags } from './flags.ts';
import { renewalScope } from './scope.ts';

/** One run of the command: what was typed, and what it works with. */
export interface RenewJob {
  readonly context: Context;
  readonly flags: RenewFlags;
  /** What was typed after `renew`. */
  readonly argv: readonly string[];
  readonly tool: { readonly name: string; readonly version: string };
}

/** @throws UserError (64) */
export function openRenewal({ context, flags, tool }: RenewJob): Promise<Session> {
  const words = readWords(flags.words);
  return openSession({
    context,
    flags,
    tool,
    targets: words.targets,
    quiet: false,
    adapt: (scope, ports) =>
      renewalScope(scope, ports, {
        words,
        allNamespaces: flags['all-namespaces'],
        fromSnapshot: flags.from !== undefined,
        refresh: flags['refresh-kubeconfig'] ?? [],
      }),
  });
}

/** Reads the world again for a step. An interrupt does not cut it off: a verification decides about a way back. */
export function observerOf({ ports, scope, timeout }: Session, { tool }: RenewJob): StepContext['observe'] {
  const { signal } = new AbortController();
  return (requests) => observe({ ports, scope, timeout, signal, tool }, requests);
}

/** Data to standard output in the format that was asked for, or as a table to standard error. */
export function printAs({ context, flags }: RenewJob, report: Report, stream: 'out' | 'err'): void {
  const { terminal } = context;
  const output = stream === 'out' ? flags.output : 'table';
  const { out, err } = printReport(report, { output, 'no-headers': false }, terminal);
  terminal[stream](out);
  terminal.err(err);
}

/** A table is for people; a program that reads standard output wants the document. */
export function isForPeople({ output }: RenewFlags): boolean {
  return output === 'table' || output === 'wide';
}

/** Whether plan and run are drawn, not told in lines. */
export function drawsScreens({ context, flags }: RenewJob): boolean {
  return isForPeople(flags) && showsScreens(context.terminal, flags);
}
