import type { MessageFact } from '../../model/facts.ts';
import { ref } from '../../model/ref.ts';
import { withoutSecrets } from '../../snapshot/secret-scanner.ts';
import { at, compact, numberOf, textOf } from './json.ts';

/** Characters of a message that are kept. */
export const LONGEST_MESSAGE = 2000;

/** An event of v1 or events.k8s.io/v1 as what it says about its object; undefined where it says nothing. */
export function readEvent(object: unknown): MessageFact | undefined {
  const about = at(object, 'involvedObject') ?? at(object, 'regarding');
  const name = textOf(at(about, 'name'));
  const text = textOf(at(object, 'message')) ?? textOf(at(object, 'note'));
  if (name === undefined || text === undefined) return undefined;
  const kind = textOf(at(about, 'kind')) ?? 'object';
  return compact<MessageFact>({
    from: 'event',
    object: ref.object(kind, name, textOf(at(about, 'namespace'))),
    at: momentOf(object),
    reason: textOf(at(object, 'reason')),
    text: withoutSecrets(text).slice(0, LONGEST_MESSAGE),
    type: textOf(at(object, 'type')),
    by: textOf(at(object, 'reportingComponent')) ?? textOf(at(object, 'source', 'component')),
    count: numberOf(at(object, 'count')) ?? numberOf(at(object, 'series', 'count')),
  });
}

/** Old recorders and new ones write the time of the last one in different fields. */
function momentOf(object: unknown): string | undefined {
  const times = [
    at(object, 'series', 'lastObservedTime'),
    at(object, 'lastTimestamp'),
    at(object, 'eventTime'),
    at(object, 'firstTimestamp'),
  ];
  const time = times.map(textOf).find((text) => text !== undefined && !Number.isNaN(Date.parse(text)));
  return time === undefined ? undefined : new Date(time).toISOString();
}
