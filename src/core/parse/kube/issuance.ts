import { at, compact, numberOf, recordOf, recordsOf, textOf } from './json.ts';
import { type Condition, changeOf, conditionOf, metaOf } from './meta.ts';

/** The kinds that an issuance goes through, each owned by the one before it (cert-manager's API groups, v1). */
export const ISSUANCE_KINDS = {
  certificate: { group: 'cert-manager.io', resource: 'certificates' },
  request: { group: 'cert-manager.io', resource: 'certificaterequests' },
  order: { group: 'acme.cert-manager.io', resource: 'orders' },
  challenge: { group: 'acme.cert-manager.io', resource: 'challenges' },
} as const;
export type IssuanceKind = keyof typeof ISSUANCE_KINDS;

/** What tells how far an issuance is, of any of its objects. */
export interface IssuanceObject {
  readonly uid: string;
  readonly name: string;
  /** UIDs of its owners. */
  readonly owners: readonly string[];
  readonly generation: number;
  readonly conditions: Readonly<Record<string, Condition>>;
  /** When the condition Issuing last changed, RFC 3339. */
  readonly issuingSince?: string;
  /** Of a Certificate its issued one; of a CertificateRequest the one that it is for. */
  readonly revision?: number;
  readonly lastFailureTime?: string;
  /** Of an Order or Challenge. */
  readonly state?: string;
  readonly reason?: string;
  /** Of a Challenge: `HTTP-01`, `DNS-01`. */
  readonly type?: string;
  readonly dnsName?: string;
  readonly processing?: boolean;
}

const REVISION = 'cert-manager.io/certificate-revision';

/** Reads an object of an issuance; undefined for what has no name or UID. */
export function readIssuanceObject(object: unknown): IssuanceObject | undefined {
  const meta = metaOf(object);
  if (meta?.uid === undefined) return undefined;
  const spec = recordOf(at(object, 'spec'));
  const status = recordOf(at(object, 'status'));
  const said = Number(meta.annotations[REVISION]);
  return compact<IssuanceObject>({
    uid: meta.uid,
    name: meta.name,
    owners: recordsOf(at(object, 'metadata', 'ownerReferences')).flatMap(({ uid }) => textOf(uid) ?? []),
    generation: numberOf(at(object, 'metadata', 'generation')) ?? 0,
    conditions: conditionsOf(status),
    issuingSince: changeOf(status, 'Issuing'),
    revision: numberOf(status.revision) ?? (Number.isInteger(said) ? said : undefined),
    lastFailureTime: textOf(status.lastFailureTime),
    state: textOf(status.state),
    reason: textOf(status.reason),
    type: textOf(spec.type),
    dnsName: textOf(spec.dnsName),
    processing: status.processing === true ? true : undefined,
  });
}

function conditionsOf(status: unknown): Record<string, Condition> {
  const types = recordsOf(at(status, 'conditions')).flatMap(({ type }) => textOf(type) ?? []);
  return Object.fromEntries(types.map((type) => [type, conditionOf(status, type)!]));
}
