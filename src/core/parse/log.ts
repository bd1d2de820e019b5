import type { MessageFact } from '../model/facts.ts';
import { withoutSecrets } from '../snapshot/secret-scanner.ts';
import { LONGEST_MESSAGE } from './kube/event.ts';

const STAMPED = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2}))\s?(.*)$/s;

/**
 * The lines of a log that begin with their time (kubectl logs --timestamps, journalctl -o short-iso), without what is
 * secret in them. A line that follows another of the same words is left out.
 */
export function readLog(text: string, about: Pick<MessageFact, 'object' | 'container'>): MessageFact[] {
  let last: string | undefined;
  return withoutSecrets(text)
    .split('\n')
    .flatMap((line): MessageFact[] => {
      const [, stamp, rest] = STAMPED.exec(line) ?? [];
      const said = (rest ?? line).trim().slice(0, LONGEST_MESSAGE);
      if (said === '' || said === last || said.startsWith('-- ')) return [];
      last = said;
      const at = stamp === undefined ? Number.NaN : Date.parse(stamp);
      return [{ from: 'log', ...about, ...(Number.isNaN(at) ? {} : { at: new Date(at).toISOString() }), text: said }];
    });
}
