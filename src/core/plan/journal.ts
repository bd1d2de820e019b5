import { EXIT, UserError } from '../model/error.ts';
import type { JournalEvent, Plan } from '../model/plan.ts';

export interface Journal {
  readonly plan: Plan;
  readonly events: readonly JournalEvent[];
}

/**
 * Reads a journal back: the plan, then events. A line that a crash cut short is no event.
 * @throws UserError (exit 65) when the first line is no plan
 */
export function readJournal(lines: readonly string[], id: string): Journal {
  const [first, ...rest] = lines.map(parseLine);
  if (!isPlan(first)) {
    throw new UserError(`the journal ${id} is damaged: its first line is no plan`, {
      exitCode: EXIT.unreadable,
      hints: ['it cannot be resumed; kubectl certs check says what state the certificates are in'],
    });
  }
  return { plan: first, events: rest.filter(isEvent) };
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isPlan(value: unknown): value is Plan {
  return typeof value === 'object' && value !== null && 'id' in value && 'steps' in value && Array.isArray(value.steps);
}

function isEvent(value: unknown): value is JournalEvent {
  return typeof value === 'object' && value !== null && 'step' in value && 'transition' in value;
}
