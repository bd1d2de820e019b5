import type { IssuanceKind, IssuanceObject } from '../parse/kube/issuance.ts';

/** The objects of an issuance as they are now, by UID. */
export type IssuanceObjects = Readonly<Record<IssuanceKind, ReadonlyMap<string, IssuanceObject>>>;

/** What the Certificate said when the plan was made. */
export interface IssuanceStart {
  readonly revision: number;
  readonly lastFailureTime?: string;
}

/** How far an issuance is, in words for the person who waits. */
export type IssuanceState =
  | { readonly is: 'idle' | 'gone' }
  | { readonly is: 'running' | 'issued' | 'failed'; readonly message: string };

/**
 * Judges an issuance by the Certificate's own status: `idle` while nothing has begun since the start (cert-manager
 * pkg/controller/certificates/issuing: on success the condition Issuing goes and the revision grows, on failure it
 * turns False and lastFailureTime is set).
 */
export function judgeIssuance(
  certificate: IssuanceObject | undefined,
  start: IssuanceStart,
  objects: IssuanceObjects,
): IssuanceState {
  if (!certificate) return { is: 'gone' };
  const { Issuing: issuing } = certificate.conditions;
  if (issuing?.status === 'True') return { is: 'running', message: describe(certificate, objects) };
  const { revision = 0, lastFailureTime } = certificate;
  if (revision > start.revision) return { is: 'issued', message: `revision ${revision} was issued` };
  if (issuing && lastFailureTime !== undefined && lastFailureTime !== start.lastFailureTime)
    return { is: 'failed', message: issuing.message || issuing.reason };
  return { is: 'idle' };
}

/** What is waited for: the last link of the chain that has something to say. */
function describe(certificate: IssuanceObject, objects: IssuanceObjects): string {
  const request = [...objects.request.values()].find(
    ({ owners, revision }) => owners.includes(certificate.uid) && revision === (certificate.revision ?? 0) + 1,
  );
  if (!request) return 'waiting for cert-manager to make a CertificateRequest (its controller does)';
  const order = ownedBy(objects.order, request)[0];
  const challenges = order ? ownedBy(objects.challenge, order) : [];
  const open = challenges.find(({ state }) => state !== 'valid');
  if (open) return describeChallenge(open);
  if (order && order.state !== 'valid')
    return `Order ${order.name} is ${order.state ?? 'not begun'}${order.reason ? `: ${order.reason}` : ''}`;
  return describeRequest(request);
}

function ownedBy(objects: ReadonlyMap<string, IssuanceObject>, { uid }: IssuanceObject): IssuanceObject[] {
  return [...objects.values()].filter(({ owners }) => owners.includes(uid));
}

/** cert-manager's scheduler runs one Challenge of a name and type at a time in the whole cluster. */
function describeChallenge({ type, dnsName, state, reason, processing }: IssuanceObject): string {
  const what = `${type ?? 'ACME'} challenge for ${dnsName ?? 'an unknown name'}`;
  if (state === undefined && !processing)
    return `${what} is queued: 60 run at a time, and one of each name in the whole cluster`;
  return `${what} is ${state ?? 'begun'}${reason ? `: ${reason}` : ''}`;
}

function describeRequest({ name, conditions }: IssuanceObject): string {
  const { Ready: ready, Approved: approved, Denied: denied, InvalidRequest: invalid } = conditions;
  const refused = denied ?? invalid;
  if (refused?.status === 'True')
    return `CertificateRequest ${name} was refused: ${refused.reason}: ${refused.message}`;
  if (approved?.status !== 'True') return `CertificateRequest ${name} waits for approval`;
  if (ready?.status === 'True') return `CertificateRequest ${name} is signed: waiting for the Secret`;
  return `CertificateRequest ${name}${ready ? ` is ${ready.reason}: ${ready.message}` : ' waits for its issuer'}`;
}
