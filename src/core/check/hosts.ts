import type { HostWayFact, Seen } from '../model/facts.ts';
import { issuedPlace } from '../snapshot/cert-manager/renewal.ts';
import type { Inventory, Placed } from '../snapshot/inventory.ts';
import type { Certificate } from '../x509/certificate.ts';
import { memo } from './memo.ts';
import { servedBySecret } from './relations.ts';
import { claimsFor, type ServingClaim, servingClaims } from './serving.ts';

/** A placement that holds a certificate. */
export type Held = Placed & { readonly leaf: Certificate };

/** One certificate that an address showed for a host. */
export interface HostAnswer {
  readonly way: Seen<HostWayFact>;
  readonly served: Held;
}

/** What is known of one host: who claims it, what is stored for it, and what was served for it where. */
export interface HostPicture {
  readonly host: string;
  readonly port: number;
  readonly ways: readonly Seen<HostWayFact>[];
  readonly answers: readonly HostAnswer[];
  /** The claims that decide, as far as they may use their Secrets. */
  readonly claims: readonly ServingClaim[];
  /** What these Secrets hold, the one that ends last first. */
  readonly stored: readonly Held[];
}

/** The hosts that were asked for, in the order of the facts. */
export const hostPictures = memo((inventory): readonly HostPicture[] => {
  const claims = servingClaims(inventory);
  const groups = Map.groupBy(inventory.facts('hostWay'), ({ host, port }) => `${host} ${port}`);
  return [...groups.values()].map((ways) => pictureOf(inventory, ways, claims));
});

function pictureOf(
  inventory: Inventory,
  ways: readonly Seen<HostWayFact>[],
  claims: readonly ServingClaim[],
): HostPicture {
  const [{ host, port }] = ways as readonly [Seen<HostWayFact>];
  const deciding = claimsFor(claims, host).filter(({ granted }) => granted);
  return {
    host,
    port,
    ways,
    answers: ways.flatMap((way) =>
      way.answers.flatMap((place) => {
        const served = inventory.placement(place);
        return served && isHeld(served) ? [{ way, served }] : [];
      }),
    ),
    claims: deciding,
    stored: storedFor(inventory, deciding),
  };
}

/** What the Secrets of claims hold, each once, the newest first. */
export function storedFor(inventory: Inventory, claims: readonly ServingClaim[]): Held[] {
  const placed = claims.flatMap(
    ({ namespace, secretName }) =>
      servedBySecret(inventory, namespace, secretName) ?? issuedFor(inventory, namespace, secretName),
  );
  return newestFirst(placed.filter(isHeld));
}

/** Of a Secret that may not be read: what was issued for it. */
function issuedFor(inventory: Inventory, namespace: string, secretName: string): Placed[] {
  return inventory
    .facts('certificate')
    .filter((certificate) => certificate.namespace === namespace && certificate.secretName === secretName)
    .flatMap((certificate) => issuedPlace(inventory, certificate) ?? []);
}

/** Each place once, the newest certificate first. */
export function newestFirst(held: readonly Held[]): Held[] {
  return [...new Set(held)].sort(
    (a, b) => b.leaf.notAfter - a.leaf.notAfter || (a.placement.ref < b.placement.ref ? -1 : 1),
  );
}

export function isHeld(placed: Placed): placed is Held {
  return placed.leaf !== undefined;
}

/** Whether an answer is what is stored. */
export function isStored({ stored }: HostPicture, { leaf }: Held): boolean {
  return stored.some((one) => one.leaf.sha256 === leaf.sha256);
}
