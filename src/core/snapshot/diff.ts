import { leavesUnknown } from '../model/coverage.ts';
import type { Placement } from '../model/placement.ts';
import { ref } from '../model/ref.ts';
import type { Certificate } from '../x509/certificate.ts';
import type { Inventory, Placed } from './inventory.ts';

/**
 * How a placement changed between two snapshots: renewed keeps the identity (subject, names and issuer), replaced
 * does not; lost is told apart from a source that could not be read the second time.
 */
export interface Change {
  readonly kind: 'renewed' | 'replaced' | 'added' | 'lost' | 'unread';
  readonly ref: string;
  readonly placement: Placement;
  readonly before?: Certificate;
  readonly after?: Certificate;
  /** What differs, beside the dates. */
  readonly differences: readonly string[];
}

/** What happened between two snapshots of one cluster, by placement, in the order of refs. */
export function diffSnapshots(before: Inventory, after: Inventory): Change[] {
  const refs = new Set([...before.placements, ...after.placements].map(({ placement }) => placement.ref));
  return [...refs].sort().flatMap((place) => {
    const own = change(place, before, after);
    return [...(own ? [own] : []), ...chainChanges(before.placement(place), after.placement(place))];
  });
}

/**
 * What happened above the leaf: a chain that lost its intermediate fails clients though its leaf is the same. Issuers
 * of one name are the same issuer, renewed.
 */
function chainChanges(before: Placed | undefined, after: Placed | undefined): Change[] {
  if (!before?.leaf || !after?.leaf) return [];
  const { placement } = after;
  const at = ({ chain }: Placed, member: Certificate) => ({
    ref: ref.member(placement.ref, chain.indexOf(member)),
    placement: { ...placement, role: 'intermediate' as const },
  });
  const gone = membersOnlyIn(before, after);
  const come = membersOnlyIn(after, before);
  const successor = (old: Certificate) => come.find(({ subject }) => subject === old.subject);
  const renewed = new Set(gone.flatMap((old) => successor(old) ?? []));
  return [
    ...gone.map((old): Change => {
      const now = successor(old);
      if (!now) return { ...at(before, old), kind: 'lost', before: old, differences: [] };
      const differences = describeDifferences(old, now);
      return { ...at(after, now), kind: 'renewed', before: old, after: now, differences };
    }),
    ...come
      .filter((now) => !renewed.has(now))
      .map((now): Change => ({ ...at(after, now), kind: 'added', after: now, differences: [] })),
  ];
}

/** Certificates above the leaf of one that are nowhere in the chain of the other. */
function membersOnlyIn({ chain }: Placed, other: Placed): Certificate[] {
  const known = new Set(other.placement.chain);
  return chain.slice(1).filter(({ sha256 }) => !known.has(sha256));
}

function change(place: string, earlier: Inventory, later: Inventory): Change | undefined {
  const before = earlier.placement(place);
  const after = later.placement(place);
  const old = before?.leaf;
  const now = after?.leaf;
  const placement = (after ?? before)?.placement as Placement;
  const base = { ref: place, placement };
  if (!old && !now) return undefined;
  if (!old && now) return { ...base, kind: 'added', after: now, differences: [] };
  if (old && !now) {
    const reason = wasNotRead(before as Placed, earlier, later);
    return { ...base, kind: reason ? 'unread' : 'lost', before: old, differences: reason ? [reason] : [] };
  }
  if (!old || !now || old.sha256 === now.sha256) return undefined;
  const differences = describeDifferences(old, now);
  const sameIdentity = !differences.some((text) => /^(?:subject|names|issuer)/.test(text));
  return { ...base, kind: sameIdentity ? 'renewed' : 'replaced', before: old, after: now, differences };
}

/** Why the source that had seen the placement could not see it again; undefined when it was read whole. */
function wasNotRead({ placement }: Placed, earlier: Inventory, later: Inventory): string | undefined {
  if (later.placement(placement.ref)?.placement.missing) return undefined;
  const { source } = earlier.coverageOf(placement.seen);
  const readings = later.snapshot.coverage.filter((reading) => reading.source === source);
  if (readings.length === 0) return `${source} was not asked`;
  const failed = readings.find(({ state }) => leavesUnknown(state));
  return failed && `${source} ${failed.state}: ${failed.reason ?? 'no reason given'}`;
}

function describeDifferences(before: Certificate, after: Certificate): string[] {
  const fields: readonly [string, (certificate: Certificate) => string][] = [
    ['subject', ({ subject }) => subject],
    [
      'names',
      (certificate) => [...certificate.dnsNames, ...certificate.ipAddresses, ...certificate.uris].sort().join(' '),
    ],
    ['issuer', ({ issuer }) => issuer],
    ['signing key', ({ authorityKeyId }) => authorityKeyId ?? ''],
    ['key', ({ spki }) => spki],
  ];
  return fields
    .filter(([, read]) => read(before) !== read(after))
    .map(([name, read]) =>
      /^[0-9a-f]{20,}$/.test(read(after))
        ? `${name} changed`
        : `${name}: ${read(before) || 'none'} -> ${read(after) || 'none'}`,
    );
}
