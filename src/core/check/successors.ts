import type { Inventory } from '../snapshot/inventory.ts';
import type { Certificate } from '../x509/certificate.ts';
import { issuedBy } from './relations.ts';

/**
 * The CA that issued a certificate and is younger than all of these, which have its name: it has followed them, and it
 * is they that were left behind. Undefined where none is at hand.
 */
export function newerIssuer(
  inventory: Inventory,
  certificate: Certificate,
  authorities: readonly Certificate[],
): Certificate | undefined {
  const latest = Math.max(...authorities.map(({ notBefore }) => notBefore));
  return inventory
    .withSubject(certificate.issuerRaw)
    .find((ca) => ca.notBefore > latest && ca.sha256 !== certificate.sha256 && issuedBy(certificate, ca));
}
