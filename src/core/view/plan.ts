import type { Plan, SkippedTarget } from '../model/plan.ts';
import type { Step } from '../model/step.ts';
import { API_VERSION, type Note, type Report, type Section } from './section.ts';
import { count } from './text.ts';

/** A plan as a table and as the document `RenewalPlan`; names are the targets of its steps. */
export function viewPlan(plan: Plan): Report {
  const { id, createdAt, subject, snapshotTakenAt, skipped } = plan;
  return {
    document: {
      apiVersion: API_VERSION,
      kind: 'RenewalPlan',
      id,
      createdAt,
      subject,
      snapshotTakenAt,
      steps: plan.steps.map(({ params: _params, precheck: _precheck, verify: _verify, ...step }) => step),
      skipped,
    },
    names: [...new Set(plan.steps.map(({ target }) => target))],
    sections: [stepsOf(plan), skippedSection(skipped)],
    notes: skipped.map(skippedNote),
    headline: `${count(plan.steps.length, 'step')} for ${subject.kind} ${subject.name}`,
  };
}

export const NOTHING_TO_UNDO = 'nothing to undo';

function stepsOf({ steps }: Plan): Section {
  return {
    title: 'Steps',
    columns: [
      { header: 'STEP' },
      { header: 'WHAT' },
      { header: 'RISK' },
      { header: 'COMMAND', wide: true },
      { header: 'WAY BACK', wide: true },
    ],
    rows: steps.map(({ id, title, risk, command, rollback }) => ({
      cells: [id, title, risk, commandLine(command), rollback?.title ?? NOTHING_TO_UNDO],
      ...(risk !== 'none' && { tone: 'warning' as const }),
    })),
  };
}

function skippedSection(skipped: readonly SkippedTarget[]): Section {
  return {
    title: 'Left alone',
    columns: [{ header: 'TARGET' }, { header: 'REASON' }, { header: 'INSTEAD' }],
    rows: skipped.map(({ target, reason, instead }) => ({ cells: [target, reason, insteadOf(instead)] })),
  };
}

function skippedNote({ target, reason, instead }: SkippedTarget): Note {
  const what = insteadOf(instead);
  return { tone: 'muted', text: `left alone: ${target}: ${reason}${what ? `; instead: ${what}` : ''}` };
}

function insteadOf(steps: readonly Step[]): string {
  return steps
    .map(({ title, command }) => `${title}${command.length > 0 ? `: ${commandLine(command)}` : ''}`)
    .join('; then ');
}

/** argv as a person types it. */
export function commandLine(argv: readonly string[]): string {
  return argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}
