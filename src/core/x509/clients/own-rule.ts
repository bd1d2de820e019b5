import type { Certificate } from '../certificate.ts';
import type { Pool } from '../pool.ts';
import type { Objection } from '../rules.ts';

/** A certificate in its place: 0 is the leaf. */
export interface Place {
  readonly certificate: Certificate;
  readonly index: number;
  readonly issuer?: Certificate;
  readonly isAnchor: boolean;
}

/** A rule that a client has beyond the RFC: where it stands, and what is wrong when it is broken. */
export interface OwnRule {
  readonly rule: string;
  readonly source: string;
  readonly broken: (place: Place) => string | undefined;
}

/** Everything that the rules have against the certificates of a path. */
export function applyOwnRules(rules: readonly OwnRule[], path: readonly Certificate[], pool: Pool): Objection[] {
  return path.flatMap((certificate, index) => {
    const issuer = path[index + 1];
    const place = { certificate, index, isAnchor: pool.isAnchor(certificate), ...(issuer ? { issuer } : {}) };
    return rules.flatMap(({ rule, source, broken }) => {
      const message = broken(place);
      return message === undefined ? [] : [{ rule, certificate: certificate.sha256, message, source }];
    });
  });
}

/** Why a key on a curve that is not in the list is no key for the client, or undefined. */
export function findForeignCurve(
  { publicKey: { algorithm, curve } }: Certificate,
  curves: readonly string[],
): string | undefined {
  if (algorithm !== 'ECDSA' || curves.includes(curve ?? '')) return undefined;
  return `its key is on ${curve ?? 'a curve of its own'}`;
}
