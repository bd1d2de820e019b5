import { ref } from '../../model/ref.ts';
import type { Inventory } from '../../snapshot/inventory.ts';

/** More are not named: they are as many as there are Certificates. */
const MOST = 50;

/**
 * Certificates, with their Secrets, that wait for cert-manager: they are being issued, or their renewal is due.
 * @param now milliseconds since the epoch
 */
export function heldUp(inventory: Inventory, now: number): string[] {
  return inventory
    .facts('certificate')
    .filter(({ issuing, ready, renewalTime }) => {
      const due = Date.parse(renewalTime ?? '');
      return issuing?.status === 'True' || ready === undefined || due < now;
    })
    .slice(0, MOST)
    .flatMap(({ namespace, name, secretName }) => [
      ref.object('certificate', name, namespace),
      ref.secret(namespace, secretName, 'tls.crt'),
    ]);
}
