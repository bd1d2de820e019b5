import type {
  CertificateFact,
  CertificateRequestFact,
  ChallengeFact,
  IssuerFact,
  OrderFact,
  Seen,
} from '../../model/facts.ts';
import { ref } from '../../model/ref.ts';
import { issuanceIndex, issuerOf, nextRequest } from '../../snapshot/cert-manager/issuance.ts';
import type { Inventory } from '../../snapshot/inventory.ts';
import { issuerRef } from '../../snapshot/links.ts';
import { memo } from '../memo.ts';
import type { IssuanceLink } from './cause.ts';

/** What a link of an issuance says of why it does not go on. */
export interface LinkSaying {
  readonly link: IssuanceLink;
  readonly ref: string;
  readonly text: string;
  readonly seen: number;
}

/** An issuance that runs or has failed, with its links; the deepest has the most to say. */
export interface Blocked {
  readonly certificate: Seen<CertificateFact>;
  readonly request?: Seen<CertificateRequestFact>;
  readonly order?: Seen<OrderFact>;
  readonly challenge?: Seen<ChallengeFact>;
  readonly issuer?: Seen<IssuerFact>;
  /** Refs of all links by their kind. */
  readonly refs: Readonly<Partial<Record<IssuanceLink, string>>>;
  /** The deepest link first. */
  readonly says: readonly LinkSaying[];
}

/** Certificates that are being issued, or whose last issuance failed, or that are not ready. */
export const blockedOf = memo((inventory): readonly Blocked[] =>
  inventory
    .facts('certificate')
    .filter(isInTrouble)
    .map((certificate) => followDown(inventory, certificate)),
);

function isInTrouble({ issuing, ready, lastFailureTime }: CertificateFact): boolean {
  if (issuing?.status === 'True') return true;
  if (issuing?.status === 'False' && lastFailureTime !== undefined) return true;
  return ready !== undefined && ready.status !== 'True';
}

function followDown(inventory: Inventory, certificate: Seen<CertificateFact>): Blocked {
  const index = issuanceIndex(inventory);
  const request = nextRequest(inventory, certificate) ?? index.requests(certificate)[0];
  const order = request && newest(index.orders(request));
  const challenge = order && index.challenges(order).toSorted(openFirst)[0];
  const issuer = issuerOf(certificate, inventory);
  const { namespace, name } = certificate;
  const refs = {
    certificate: ref.object('certificate', name, namespace),
    ...(request && { request: ref.object('certificaterequest', request.name, namespace) }),
    ...(order && { order: ref.object('order', order.name, namespace) }),
    ...(challenge && { challenge: ref.object('challenge', challenge.name, namespace) }),
    issuer: issuerRef(certificate.issuer, namespace),
  };
  const found = {
    certificate,
    ...(request && { request }),
    ...(order && { order }),
    ...(challenge && { challenge }),
    ...(issuer && { issuer }),
  };
  return { ...found, refs, says: sayingsOf(inventory, found, refs) };
}

function newest(orders: readonly Seen<OrderFact>[]): Seen<OrderFact> | undefined {
  return orders.toSorted((a, b) => Date.parse(b.created ?? '') - Date.parse(a.created ?? '') || 0)[0];
}

function openFirst(a: ChallengeFact, b: ChallengeFact): number {
  const rank = ({ state, reason }: ChallengeFact) => (state === 'valid' ? 2 : reason ? 0 : 1);
  return rank(a) - rank(b);
}

type Links = Omit<Blocked, 'refs' | 'says'>;

function sayingsOf(inventory: Inventory, links: Links, refs: Blocked['refs']): LinkSaying[] {
  const { certificate, request, order, challenge, issuer } = links;
  const said: (LinkSaying | undefined)[] = [
    say('challenge', refs, challenge, challenge?.state === 'valid' ? '' : challenge?.reason),
    ...events(inventory, 'challenge', refs),
    say('order', refs, order, order?.state === 'valid' ? '' : order?.reason),
    ...events(inventory, 'order', refs),
    say('request', refs, request, requestWords(request)),
    ...events(inventory, 'request', refs),
    issuer?.ready?.status === 'True' ? undefined : say('issuer', refs, issuer, issuer?.ready?.message),
    certificate.issuing?.status === 'False'
      ? say('certificate', refs, certificate, certificate.issuing.message)
      : undefined,
  ];
  return said.filter((each) => each !== undefined);
}

function requestWords(request: CertificateRequestFact | undefined): string | undefined {
  if (!request || request.ready?.status === 'True') return undefined;
  return [request.denied, request.invalid, request.ready].find((condition) => condition?.message)?.message;
}

function say(
  link: IssuanceLink,
  refs: Blocked['refs'],
  fact: { readonly seen: number } | undefined,
  text: string | undefined,
): LinkSaying | undefined {
  const at = refs[link];
  return fact && at && text ? { link, ref: at, text, seen: fact.seen } : undefined;
}

const warnings = memo((inventory) =>
  Map.groupBy(
    inventory.facts('message').filter(({ from, type }) => from === 'event' && type !== 'Normal'),
    ({ object }) => object,
  ),
);

/** Warnings that were recorded of a link, where events were read. */
function events(inventory: Inventory, link: IssuanceLink, refs: Blocked['refs']): LinkSaying[] {
  const at = refs[link];
  return ((at && warnings(inventory).get(at)) || []).map(({ text, seen }) => ({ link, ref: at as string, text, seen }));
}

/** A request that no Certificate made (istio-csr, the CSI driver, a person) and that is not signed. */
export interface LoneRequest {
  readonly request: Seen<CertificateRequestFact>;
  readonly issuer?: Seen<IssuerFact>;
  readonly refs: Readonly<{ request: string; issuer: string }>;
  readonly says: string;
}

/** Those that failed or were refused; one that waits is nobody's fault yet. */
export const loneRequests = memo((inventory): readonly LoneRequest[] =>
  inventory
    .facts('certificateRequest')
    .filter(({ owner, certificateName }) => owner === undefined && certificateName === undefined)
    .flatMap((request) => {
      const says = requestWords(request);
      const failed =
        request.ready?.reason === 'Failed' || request.denied !== undefined || request.invalid !== undefined;
      if (!failed || says === undefined) return [];
      const { namespace, name } = request;
      const issuer = issuerOf(request, inventory);
      const refs = {
        request: ref.object('certificaterequest', name, namespace),
        issuer: issuerRef(request.issuer, namespace),
      };
      return [{ request, ...(issuer && { issuer }), refs, says }];
    }),
);
