import { manualStep, type Step } from '../../model/step.ts';
import type { Blocked } from './blocked.ts';

/** States of an Order from which it can still go on (cert-manager pkg/acme, IsFinalState). */
const OPEN: ReadonlySet<string> = new Set(['pending', 'ready', 'processing']);

/**
 * How an issuance is tried at once when its fault has been repaired; none where it goes on by itself. A pending one is
 * asked again by its queue alone, with pauses up to half an hour, and asking for a renewal changes nothing while it
 * runs. A failed one waits for an hour and longer, which a renewal cuts short.
 */
export function tryAgain({ certificate, order, challenge }: Blocked): Step[] {
  const { namespace, name, issuing, lastFailureTime } = certificate;
  if (issuing?.status === 'True' && order && OPEN.has(order.state ?? 'pending')) {
    const slow =
      challenge?.type === 'DNS-01' ? '; DNS-01 then takes another minute, the time that a record may be cached' : '';
    return [
      manualStep(
        'again',
        `once it is repaired, have it tried at once, not at the next of its tries up to half an hour apart: delete the Order, and another is made${slow}`,
        ['kubectl', '-n', namespace, 'delete', 'order', order.name],
      ),
    ];
  }
  if (issuing?.status !== 'False' || lastFailureTime === undefined) return [];
  return [
    manualStep('again', 'once it is repaired, have it tried at once, not after the delay of a failed issuance', [
      'cmctl',
      'renew',
      name,
      '-n',
      namespace,
    ]),
  ];
}
