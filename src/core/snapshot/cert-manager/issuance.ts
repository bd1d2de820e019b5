import { memo } from '../../check/memo.ts';
import type {
  CertificateFact,
  CertificateRequestFact,
  ChallengeFact,
  IssuerFact,
  OrderFact,
  Seen,
} from '../../model/facts.ts';
import type { Inventory } from '../inventory.ts';

/** The objects of cert-manager by who owns them. */
export interface IssuanceIndex {
  /** Newest revision first. */
  requests(certificate: CertificateFact): readonly Seen<CertificateRequestFact>[];
  orders(request: CertificateRequestFact): readonly Seen<OrderFact>[];
  challenges(order: OrderFact): readonly Seen<ChallengeFact>[];
}

/** Owners are named by UID; where one has none (a damaged snapshot), by the name that begins the owned one's. */
export const issuanceIndex = memo((inventory): IssuanceIndex => {
  const requests = Map.groupBy(inventory.facts('certificateRequest'), requestOwner);
  const orders = Map.groupBy(inventory.facts('order'), ownerKey);
  const challenges = Map.groupBy(inventory.facts('challenge'), ownerKey);
  return {
    requests: (certificate) =>
      ownedBy(requests, certificate, `${certificate.namespace}/${certificate.name}`).toSorted(
        (a, b) => (b.revision ?? 0) - (a.revision ?? 0),
      ),
    orders: (request) => [...ownedBy(orders, request), ...unowned(orders, request)],
    challenges: (order) => [...ownedBy(challenges, order), ...unowned(challenges, order)],
  };
});

/** Those without an owner, by the name that begins theirs. */
function unowned<T extends Named>(
  byOwner: ReadonlyMap<string, readonly T[]>,
  { namespace, name }: Named,
): readonly T[] {
  return (byOwner.get('') ?? []).filter((each) => each.namespace === namespace && each.name.startsWith(`${name}-`));
}

interface Named {
  readonly namespace: string;
  readonly name: string;
}

function ownerKey({ owner }: { readonly owner?: string }): string {
  return owner ?? '';
}

function requestOwner({ owner, namespace, certificateName }: CertificateRequestFact): string {
  return owner ?? `${namespace}/${certificateName}`;
}

function ownedBy<T>(
  byOwner: ReadonlyMap<string, readonly T[]>,
  { uid }: { readonly uid?: string },
  name = '',
): readonly T[] {
  return [...((uid !== undefined && byOwner.get(uid)) || []), ...((name !== '' && byOwner.get(name)) || [])];
}

/** The request that gave the Certificate what it has; none before the first, and once it was cleared away. */
export function currentRequest(
  inventory: Inventory,
  certificate: CertificateFact,
): Seen<CertificateRequestFact> | undefined {
  const { revision } = certificate;
  if (revision === undefined) return undefined;
  return issuanceIndex(inventory)
    .requests(certificate)
    .find((request) => request.revision === revision);
}

/** The request of an issuance that runs or has failed (cert-manager policies/gatherer.go). */
export function nextRequest(
  inventory: Inventory,
  certificate: CertificateFact,
): Seen<CertificateRequestFact> | undefined {
  const wanted = (certificate.revision ?? 0) + 1;
  return issuanceIndex(inventory)
    .requests(certificate)
    .find(({ revision }) => revision === wanted);
}

/** cert-manager's own issuer that something of a namespace names; undefined too for one of another group. */
export function issuerOf(
  { issuer, namespace }: Pick<CertificateFact, 'issuer' | 'namespace'>,
  inventory: Inventory,
): Seen<IssuerFact> | undefined {
  if (issuer.group !== 'cert-manager.io') return undefined;
  return inventory
    .facts('issuer')
    .find(
      (each) =>
        each.kind === issuer.kind &&
        each.name === issuer.name &&
        (each.kind === 'ClusterIssuer' || each.namespace === namespace),
    );
}

/**
 * Who owns a Secret that several Certificates name: the one in the Secret's annotation, else the oldest, then by name.
 * (cert-manager internal/controller/certificates/certificates.go, CertificateOwnsSecret).
 */
export function secretOwner(
  inventory: Inventory,
  { namespace, secretName }: Pick<CertificateFact, 'namespace' | 'secretName'>,
): { readonly owner: Seen<CertificateFact> | undefined; readonly keepers: readonly Seen<CertificateFact>[] } {
  const keepers = (keepersBySecret(inventory).get(`${namespace}/${secretName}`) ?? []).toSorted(byAge);
  const written = inventory.facts('secret').find((each) => each.namespace === namespace && each.name === secretName);
  return { owner: keepers.find(({ name }) => name === written?.certificateName) ?? keepers[0], keepers };
}

const keepersBySecret = memo((inventory) =>
  Map.groupBy(inventory.facts('certificate'), ({ namespace, secretName }) => `${namespace}/${secretName}`),
);

function byAge(a: CertificateFact, b: CertificateFact): number {
  return Date.parse(a.created ?? '') - Date.parse(b.created ?? '') || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}
