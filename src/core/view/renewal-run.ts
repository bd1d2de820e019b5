import type { JournalEvent, Plan } from '../model/plan.ts';
import { RunProgress, type RunState } from '../plan/progress.ts';
import { API_VERSION, type Report, type Tone } from './section.ts';

const TONES: Readonly<Record<string, Tone>> = {
  verified: 'ok',
  waiting: 'warning',
  failed: 'critical',
  refused: 'critical',
  'rollback-failed': 'critical',
  'rolled-back': 'warning',
};

/** How a run ended, or where it stands: the document `RenewalRun`. */
export function viewRun(plan: Plan, events: readonly JournalEvent[]): Report {
  const progress = new RunProgress(plan, events);
  const steps = plan.steps.map(({ id, title, target }) => {
    const last = events.findLast(({ step }) => step === id);
    const message = events.findLast((event) => event.step === id && event.message !== undefined)?.message;
    return {
      id,
      title,
      target,
      state: progress.stateOf(id),
      ...(last && { at: last.at }),
      ...(message && { message }),
    };
  });
  return {
    document: {
      apiVersion: API_VERSION,
      kind: 'RenewalRun',
      id: plan.id,
      createdAt: plan.createdAt,
      subject: plan.subject,
      state: progress.state,
      steps,
      skipped: plan.skipped,
    },
    names: [plan.id],
    sections: [
      {
        title: 'Steps',
        columns: [{ header: 'STEP' }, { header: 'STATE' }, { header: 'WHAT WAS FOUND' }],
        rows: steps.map(({ id, state, message }) => ({
          cells: [id, state, message ?? ''],
          ...(TONES[state] && { tone: TONES[state] }),
        })),
      },
    ],
    notes: [],
    headline: `run ${plan.id}: ${progress.state}`,
  };
}

/** A run in the list of all; `plan` is absent where the journal is damaged. */
export interface PastRun {
  readonly id: string;
  readonly plan?: Plan;
  readonly events: readonly JournalEvent[];
}

/** Runs, the newest last: the document `RenewalHistory`. */
export function viewHistory(runs: readonly PastRun[]): Report {
  const items = runs.map(itemOf);
  return {
    document: { apiVersion: API_VERSION, kind: 'RenewalHistory', runs: items },
    names: runs.map(({ id }) => id),
    sections: [
      {
        title: 'Runs',
        columns: ['RUN', 'STATE', 'STARTED', 'ENDED', 'OF', 'RENEWED'].map((header) => ({ header })),
        rows: items.map(({ id, state, createdAt, endedAt, subject, renewed }) => ({
          cells: [
            id,
            state,
            createdAt ?? '',
            endedAt ?? '',
            subject ? `${subject.kind} ${subject.name}` : '',
            renewed?.join(', ') ?? '',
          ],
          ...(state !== 'done' && { tone: 'warning' as const }),
        })),
      },
    ],
    notes: runs.length === 0 ? [{ tone: 'muted', text: 'there has been no run yet' }] : [],
  };
}

interface HistoryItem {
  readonly id: string;
  readonly state: RunState | 'damaged';
  readonly createdAt?: string;
  readonly endedAt?: string;
  readonly subject?: Plan['subject'];
  readonly steps?: number;
  readonly renewed?: readonly string[];
}

function itemOf({ id, plan, events }: PastRun): HistoryItem {
  if (!plan) return { id, state: 'damaged' };
  const progress = new RunProgress(plan, events);
  const last = events.at(-1);
  const ended = progress.next().move === 'end';
  return {
    id,
    state: progress.state,
    createdAt: plan.createdAt,
    ...(ended && last && { endedAt: last.at }),
    subject: plan.subject,
    steps: plan.steps.length,
    renewed: plan.steps.flatMap(({ precheck, target }) => (precheck ? [target] : [])),
  };
}
