import { issuerOf } from '../snapshot/cert-manager/issuance.ts';
import { clusterResourceNamespace } from '../snapshot/cert-manager/namespace.ts';
import type { Inventory, Placed } from '../snapshot/inventory.ts';
import type { Certificate } from '../x509/certificate.ts';
import { sameName } from '../x509/name.ts';
import { membersOf } from './bundles.ts';
import { memo } from './memo.ts';
import { certificateFactOf, issuedBy, issuersOf, secretOf, servedBySecret } from './relations.ts';

/** A Secret with a certificate and what stands beside it as its CA. */
export interface SecretPair {
  readonly namespace: string;
  readonly name: string;
  readonly placed: Placed;
  readonly leaf: Certificate;
  readonly members: readonly Certificate[];
  /** The placement of the first of them. */
  readonly bundle: Placed;
}

/** Every Secret that has both. */
export const secretPairs = memo((inventory): readonly SecretPair[] => {
  const bundles = inventory.placements.filter(
    ({ placement, leaf }) => leaf && placement.bundle && secretOf(placement.ref)?.key === 'ca.crt',
  );
  const byRef = Map.groupBy(bundles, ({ placement }) => placement.ref.replace(/\[\d+\]$/, ''));
  return [...byRef].flatMap(([place, found]) => {
    const { namespace, name } = secretOf(place)!;
    const placed = servedBySecret(inventory, namespace, name);
    const members = membersOf(inventory, place).flatMap(({ leaf }) => leaf ?? []);
    return placed?.leaf ? [{ namespace, name, placed, leaf: placed.leaf, members, bundle: found[0]! }] : [];
  });
});

/** Whether one of these is the same CA, be it by another certificate. */
export function isAmong(members: readonly Certificate[], { spki, subjectRaw }: Certificate): boolean {
  return members.some((member) => member.spki === spki && sameName(member.subjectRaw, subjectRaw));
}

/** Up from a certificate, over CAs that are at hand, to any of these. */
export function reaches(inventory: Inventory, from: Certificate, members: readonly Certificate[], depth = 5): boolean {
  if (members.some((member) => issuedBy(from, member))) return true;
  return (
    depth > 0 &&
    issuersOf(inventory, from).some((issuer) => !issuer.selfIssued && reaches(inventory, issuer, members, depth - 1))
  );
}

/** What the issuer of the Secret's Certificate signs with now, where its Secret was read: its certificate, then its chain. */
export function presentCa(
  inventory: Inventory,
  { placed }: Pick<SecretPair, 'placed'>,
): readonly Certificate[] | undefined {
  const keeper = certificateFactOf(inventory, placed.placement.ref);
  const issuer = keeper && issuerOf(keeper, inventory);
  if (!issuer?.caSecretName) return undefined;
  const namespace =
    issuer.namespace ?? clusterResourceNamespace(inventory.facts('controller'), inventory.facts('caBundle'));
  return servedBySecret(inventory, namespace, issuer.caSecretName)?.chain;
}
