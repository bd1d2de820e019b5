import { refBase } from '../model/ref.ts';
import type { Inventory, Placed } from '../snapshot/inventory.ts';
import type { Certificate } from '../x509/certificate.ts';
import { memo } from './memo.ts';
import { issuedBy } from './relations.ts';

/** The members of the trust bundle that a placement is part of. */
export function membersOf(inventory: Inventory, bundleRef: string): readonly Placed[] {
  return bundleIndex(inventory).get(refBase(bundleRef)) ?? [];
}

/**
 * Whether a bundle can do without this member: another one is valid at `now`, and nothing that was seen was issued by
 * this one alone.
 */
export function isSpareMember(inventory: Inventory, placed: Placed, member: Certificate, now: number): boolean {
  const others = membersOf(inventory, placed.placement.ref).flatMap(({ leaf }) =>
    leaf && leaf.sha256 !== member.sha256 && now >= leaf.notBefore && now <= leaf.notAfter ? [leaf] : [],
  );
  if (others.length === 0) return false;
  if (others.some(({ spki, subject }) => spki === member.spki && subject === member.subject)) return true;
  return !hasIssued(inventory, member);
}

/** `kubelet-client-<time>.pem` beside a `kubelet-client-current.pem` that has moved on. */
export function isLeftover(inventory: Inventory, { placement }: Placed): boolean {
  const [, stem] = /^(file:.*\/kubelet-(?:client|server))-\d{4}-[\d-]+\.pem$/.exec(placement.ref) ?? [];
  const current = stem && inventory.placement(`${stem}-current.pem`)?.placement.chain[0];
  return current !== undefined && current !== '' && current !== placement.chain[0];
}

function hasIssued(inventory: Inventory, issuer: Certificate): boolean {
  for (const certificate of inventory.certificates.values()) {
    if (certificate.sha256 !== issuer.sha256 && issuedBy(certificate, issuer)) return true;
  }
  return false;
}

const bundleIndex = memo((inventory) =>
  Map.groupBy(
    inventory.placements.filter(({ placement }) => placement.bundle),
    ({ placement }) => refBase(placement.ref),
  ),
);
