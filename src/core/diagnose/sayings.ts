import type { Evidence } from '../model/finding.ts';
import { ref } from '../model/ref.ts';
import type { Inventory } from '../snapshot/inventory.ts';

/** One thing that somebody said in words, wherever it stands: a line of the pasted text, an event, a log, a condition. */
export interface Saying {
  readonly from: 'symptom' | 'event' | 'condition' | 'log';
  /** Ref of who said it or what it is about; empty for the pasted text. */
  readonly object: string;
  readonly text: string;
  readonly reason?: string;
  /** RFC 3339. */
  readonly at?: string;
  readonly evidence: Evidence;
}

/** How the pasted text is called where facts name their sources. */
export const PASTED = 'symptom';

/** The newest first; the pasted text before all. */
export function sayingsOf(inventory: Inventory, text: string, now: number): readonly Saying[] {
  const said = [...messages(inventory), ...conditions(inventory)];
  return [...pasted(text, now), ...said.toSorted((a, b) => compare(b.at ?? '', a.at ?? ''))];
}

function pasted(text: string, now: number): Saying[] {
  const at = new Date(now).toISOString();
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => ({
      from: 'symptom',
      object: '',
      text: line,
      evidence: { fact: line.trim(), source: PASTED, at, command: 'the text that was given' },
    }));
}

function messages(inventory: Inventory): Saying[] {
  return inventory.facts('message').map(({ seen, from, object, text, reason, at }) => ({
    from,
    object,
    text,
    ...(reason !== undefined && { reason }),
    ...(at !== undefined && { at }),
    evidence: inventory.evidence(seen, `${object}: ${text}`),
  }));
}

interface Condition {
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** What objects say of themselves in their status. */
function conditions(inventory: Inventory): Saying[] {
  const say = (seen: number, object: string, condition: Condition | undefined): Saying[] =>
    condition === undefined || condition.message === ''
      ? []
      : [
          {
            from: 'condition',
            object,
            text: condition.message,
            reason: condition.reason,
            evidence: inventory.evidence(seen, `${object}: ${condition.reason}: ${condition.message}`),
          },
        ];
  return [
    ...inventory.facts('certificate').flatMap(({ seen, namespace, name, ready, issuing }) => {
      const object = ref.object('certificate', name, namespace);
      return [...say(seen, object, ready), ...say(seen, object, issuing)];
    }),
    ...inventory
      .facts('issuer')
      .flatMap(({ seen, kind, namespace, name, ready }) => say(seen, ref.object(kind, name, namespace), ready)),
    ...inventory.facts('node').flatMap(({ seen, name, ready }) => say(seen, ref.object('node', name), ready)),
    ...inventory.facts('caBundle').flatMap(({ seen, ref: at, available }) => say(seen, at, available)),
    ...inventory
      .facts('csr')
      .flatMap(({ seen, name, reason = '', message = '' }) =>
        say(seen, ref.csr(name), { status: '', reason, message }),
      ),
  ];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
