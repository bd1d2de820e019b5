import type { Coverage } from '../model/coverage.ts';
import type { FactKind, FactKinds, Seen } from '../model/facts.ts';
import type { Evidence } from '../model/finding.ts';
import type { Handshake } from '../model/handshake.ts';
import type { Key, Placement } from '../model/placement.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { type Certificate, parseCertificate } from '../x509/certificate.ts';
import { type Consumer, consumersOf, indexConsumers } from './consumers.ts';

/** A placement with its certificates parsed. */
export interface Placed {
  readonly placement: Placement;
  /** The first certificate of the chain; undefined when the placement is missing or holds only a key. */
  readonly leaf: Certificate | undefined;
  readonly chain: readonly Certificate[];
}

/** A snapshot parsed once and indexed: what checks, views and diagnoses look things up in. */
export interface Inventory {
  readonly snapshot: Snapshot;
  readonly certificates: ReadonlyMap<string, Certificate>;
  /** In the snapshot's order: by ref. */
  readonly placements: readonly Placed[];
  /** Every placement whose chain has it: as leaf first, then by layer (cluster, ingress, mesh, none) and ref. */
  placementsOf(sha256: string): readonly Placed[];
  placement(ref: string): Placed | undefined;
  /** Every certificate with this key. */
  withKey(spki: string): readonly Certificate[];
  /** Every certificate with this subject, compared as bytes. */
  withSubject(subjectRaw: Uint8Array): readonly Certificate[];
  key(spki: string): Key | undefined;
  facts<K extends FactKind>(kind: K): readonly Seen<FactKinds[K]>[];
  handshake(ref: string): Handshake | undefined;
  coverageOf(seen: number): Coverage;
  evidence(seen: number, fact: string): Evidence;
  /** Who breaks without this placement: its role's consumers and the objects that name it. */
  consumers(placed: Placed): readonly Consumer[];
}

/** Parses and indexes a snapshot. A certificate that does not parse cannot be in a snapshot: the fold's sources parsed it. */
export function takeInventory(snapshot: Snapshot): Inventory {
  const certificates = new Map<string, Certificate>();
  for (const [sha256, der] of Object.entries(snapshot.certificates)) {
    certificates.set(sha256, parseCertificate(Buffer.from(der, 'base64')));
  }
  const placements = snapshot.placements.map((placement): Placed => {
    const chain = placement.chain.flatMap((sha256) => certificates.get(sha256) ?? []);
    return { placement, leaf: chain[0], chain };
  });
  const byMember = indexMembers(placements.toSorted(byLayer));
  const byRef = new Map(placements.map((placed) => [placed.placement.ref, placed]));
  const byKey = Map.groupBy(certificates.values(), ({ spki }) => spki);
  const bySubject = Map.groupBy(certificates.values(), ({ subjectRaw }) => hex(subjectRaw));
  const keys = new Map(snapshot.keys.map((key) => [key.spki, key]));
  const handshakes = new Map(snapshot.handshakes.map((handshake) => [handshake.ref, handshake]));
  const coverageOf = (seen: number) => snapshot.coverage[seen] as Coverage;
  const consumerIndex = indexConsumers(snapshot.facts);
  return {
    snapshot,
    certificates,
    placements,
    placementsOf: (sha256) => byMember.get(sha256) ?? [],
    placement: (ref) => byRef.get(ref),
    withKey: (spki) => byKey.get(spki) ?? [],
    withSubject: (subjectRaw) => bySubject.get(hex(subjectRaw)) ?? [],
    key: (spki) => keys.get(spki),
    facts: <K extends FactKind>(kind: K) => (snapshot.facts[kind] ?? []) as readonly Seen<FactKinds[K]>[],
    handshake: (ref) => handshakes.get(ref),
    coverageOf,
    evidence: (seen, fact) => {
      const { source, at, command } = coverageOf(seen);
      return { fact, source, at, command };
    },
    consumers: ({ placement }) => consumersOf(placement, consumerIndex),
  };
}

const LAYER_ORDER = { cluster: 0, ingress: 1, mesh: 2, none: 3 } as const;

function byLayer(a: Placed, b: Placed): number {
  return LAYER_ORDER[a.placement.layer] - LAYER_ORDER[b.placement.layer] || compare(a.placement.ref, b.placement.ref);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Placements by every certificate of their chains; those that hold it as leaf come first. */
function indexMembers(placements: readonly Placed[]): Map<string, Placed[]> {
  const leaves = Map.groupBy(
    placements.filter(({ leaf }) => leaf),
    ({ placement }) => placement.chain[0] as string,
  );
  for (const placed of placements) {
    for (const sha256 of new Set(placed.placement.chain.slice(1))) {
      if (sha256 === placed.placement.chain[0]) continue;
      const members = leaves.get(sha256);
      if (members) members.push(placed);
      else leaves.set(sha256, [placed]);
    }
  }
  return leaves;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
