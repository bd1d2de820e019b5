import { refKind } from '../model/ref.ts';
import type { Inventory, Placed } from '../snapshot/inventory.ts';
import type { InventoryEntry } from './inventory-entry.ts';
import { API_VERSION, type Report } from './section.ts';
import { rfc3339 } from './time.ts';

interface Contents {
  readonly entries: readonly InventoryEntry[];
  readonly chosen: readonly Placed[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** What is served for each host. */
  readonly hosts: readonly unknown[];
  /** Whom workloads of a mesh let in. */
  readonly mtls: object | undefined;
}

/** `kind: CertificateInventory`: the fields that scripts rely on, in a stable order. */
export function inventoryDocument(
  inventory: Inventory,
  { entries, chosen, now, hosts, mtls }: Contents,
): Report['document'] {
  const { snapshot } = inventory;
  const [credential] = inventory.facts('credential');
  const [cluster] = inventory.facts('cluster');
  const keys = new Set(chosen.flatMap(({ placement }) => placement.key ?? []));
  return {
    apiVersion: API_VERSION,
    kind: 'CertificateInventory',
    takenAt: snapshot.takenAt,
    evaluatedAt: rfc3339(now),
    scope: snapshot.scope,
    ...(cluster && { cluster: withoutSeen(cluster) }),
    ...(credential && { credential: withoutSeen(credential) }),
    certificates: entries.map((entry) => certificateDocument(entry, now)),
    keys: snapshot.keys.filter(({ spki }) => keys.has(spki)),
    missing: chosen.flatMap(missingDocument),
    ...(hosts.length > 0 && { hosts }),
    ...(mtls && { mtls }),
    coverage: snapshot.coverage,
  };
}

function certificateDocument({ certificate, placements, first, role, consumers }: InventoryEntry, now: number) {
  const { algorithm, bits } = certificate.publicKey;
  return {
    fingerprint: certificate.sha256,
    subject: certificate.subject,
    issuer: certificate.issuer,
    serialNumber: certificate.serialNumber,
    notBefore: rfc3339(certificate.notBefore),
    notAfter: rfc3339(certificate.notAfter),
    expired: certificate.notAfter < now,
    dnsNames: certificate.dnsNames,
    ipAddresses: certificate.ipAddresses,
    uris: certificate.uris,
    isCA: certificate.isCA,
    publicKey: { algorithm, bits, spki: certificate.spki },
    signatureAlgorithm: certificate.signatureAlgorithm.name,
    layer: first.layer,
    role,
    manager: first.manager,
    placements: placements.map(({ placement, chain }) => ({
      kind: refKind(placement.ref),
      ref: placement.ref,
      layer: placement.layer,
      role: placement.role,
      manager: placement.manager,
      /** Where in the chain it stands: 0 is the leaf. */
      position: chain.indexOf(certificate),
    })),
    consumers,
  };
}

function missingDocument({ placement: { ref, layer, role, manager, missing } }: Placed) {
  return missing === undefined ? [] : [{ kind: refKind(ref), ref, layer, role, manager, reason: missing }];
}

function withoutSeen<T extends { seen: number }>({ seen: _seen, ...rest }: T): Omit<T, 'seen'> {
  return rest;
}
