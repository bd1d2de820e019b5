import type { CertificateRequestFact, ChallengeFact, ConditionFact } from '../../model/facts.ts';
import { currentRequest } from '../../snapshot/cert-manager/issuance.ts';
import { explainRenewal } from '../../snapshot/cert-manager/renewal.ts';
import { issuerRef } from '../../snapshot/links.ts';
import { relativeTime } from '../time.ts';
import {
  conditionDetail,
  detail,
  type LinkInput,
  type LinkState,
  type LinkView,
  unseen,
  whyUnread,
} from './link-view.ts';

/** A Certificate: whether it is ready, and what cert-manager will do next, when and why. */
export function viewCertificate({ inventory, namespace, name, now }: LinkInput): LinkView {
  const fact = inventory.facts('certificate').find((each) => each.namespace === namespace && each.name === name);
  if (!fact) return unseen(inventory, 'certificates', 'it');
  const renewal = explainRenewal(inventory, fact, now);
  const ready = fact.ready
    ? `${fact.ready.status === 'True' ? 'ready' : `not ready (${fact.ready.reason})`}`
    : 'not judged yet';
  return {
    state: certificateState(fact.ready, renewal.is),
    says: `${ready}; ${renewal.says}`,
    details: [
      ...detail('Created at', fact.created),
      ...conditionDetail('Ready', fact.ready),
      ...conditionDetail('Issuing', fact.issuing),
      ...detail('DNS Names', fact.dnsNames.join(', ')),
      ...detail('IP Addresses', fact.ipAddresses?.join(', ')),
      ...detail('URIs', fact.uris?.join(', ')),
      ...detail('Issuer', `${fact.issuer.kind} ${fact.issuer.name}`),
      ...detail('Not Before', fact.notBefore),
      ...detail('Not After', fact.notAfter),
      ...detail('Renewal Time', fact.renewalTime),
      ...detail('Revision', fact.revision),
      ...detail('Duration', fact.duration),
      ...detail('Renew Before', fact.renewBefore),
      ...detail('Key rotation', fact.privateKey?.rotationPolicy),
      ...detail('Failed attempts', fact.failedIssuanceAttempts),
      ...detail('Last failure', fact.lastFailureTime),
      ...(fact.renewalWindows ?? []).flatMap(({ cron, duration, timezone = 'UTC' }) =>
        detail('Renewal window', `${cron} (${timezone}) for ${duration}`),
      ),
      ...detail('Advised window', fact.ari?.start && `${fact.ari.start} to ${fact.ari.end ?? '?'}`),
      ...detail('Advised because', fact.ari?.explanation),
      ...detail('Advice not read', fact.ari?.error),
    ],
    evidence: inventory.evidence(fact.seen, `${namespace}/${name}: ${ready}`),
  };
}

/** Ready=True stays while renewals fail: what is waited for counts as well. */
function certificateState(ready: ConditionFact | undefined, next: string): LinkState {
  if (next === 'waiting to retry' || next === "another's Secret") return 'failed';
  if (ready?.status === 'True') return next === 'issuing' || next === 'due' ? 'pending' : 'ok';
  return ready ? (next === 'issuing' ? 'pending' : 'failed') : 'pending';
}

/** A CertificateRequest: how far it is; one before the present revision is history. */
export function viewRequest({ inventory, namespace, name }: LinkInput): LinkView {
  const fact = inventory.facts('certificateRequest').find((each) => each.namespace === namespace && each.name === name);
  if (!fact) return unseen(inventory, 'certificaterequests', 'it');
  const certificate = inventory
    .facts('certificate')
    .find((each) => each.namespace === namespace && each.name === fact.certificateName);
  const current = certificate && currentRequest(inventory, certificate);
  const past = current !== undefined && (fact.revision ?? 0) < (current.revision ?? 0);
  const { state, says } = requestState(fact);
  return {
    state: past ? 'none' : state,
    says: `${fact.revision === undefined ? '' : `revision ${fact.revision}: `}${says}`,
    details: [
      ...conditionDetail('Approved', fact.approved),
      ...conditionDetail('Denied', fact.denied),
      ...conditionDetail('InvalidRequest', fact.invalid),
      ...conditionDetail('Ready', fact.ready),
      ...detail('Failed at', fact.failureTime),
      ...detail('Created at', fact.created),
    ],
    evidence: inventory.evidence(fact.seen, `${namespace}/${name}: ${says}`),
  };
}

/** The words of a request's conditions; refusals are final. */
export function requestState({
  approved,
  denied,
  invalid,
  ready,
}: Pick<CertificateRequestFact, 'approved' | 'denied' | 'invalid' | 'ready'>): Pick<LinkView, 'state' | 'says'> {
  const refused = [denied, invalid].find((condition) => condition?.status === 'True');
  if (refused) return { state: 'failed', says: `refused: ${refused.reason}: ${refused.message}` };
  if (ready?.status === 'True') return { state: 'ok', says: 'issued' };
  if (ready?.reason === 'Failed' || ready?.reason === 'Denied')
    return { state: 'failed', says: `failed: ${ready.message}` };
  if (approved?.status !== 'True') return { state: 'pending', says: 'waits for approval' };
  return { state: 'pending', says: ready ? `waits: ${ready.message}` : 'waits for its issuer' };
}

/** States that an Order or a Challenge does not leave (cert-manager pkg/acme, IsFinalState). */
const FAILED: ReadonlySet<string> = new Set(['invalid', 'expired', 'errored']);

function acmeState(state: string | undefined): LinkState {
  if (state === 'valid') return 'ok';
  return state !== undefined && FAILED.has(state) ? 'failed' : 'pending';
}

export function viewOrder({ inventory, namespace, name }: LinkInput): LinkView {
  const fact = inventory.facts('order').find((each) => each.namespace === namespace && each.name === name);
  if (!fact) return unseen(inventory, 'acme', 'it');
  return {
    state: acmeState(fact.state),
    says: `${fact.state ?? 'not begun'}${fact.reason ? `: ${fact.reason}` : ''}`,
    details: [
      ...detail('State', fact.state),
      ...detail('Reason', fact.reason),
      ...detail('URL', fact.url),
      ...fact.authorizations.map(({ url, identifier, initialState, wildcard, offers }) => ({
        name: 'Authorization',
        value: `URL: ${url ?? ''}, Identifier: ${identifier}, Initial State: ${initialState ?? ''}, Wildcard: ${wildcard}, Offers: ${offers.join(', ')}`,
      })),
    ],
    evidence: inventory.evidence(fact.seen, `${namespace}/${name}: ${fact.state ?? 'not begun'}`),
  };
}

export function viewChallenge({ inventory, namespace, name, now }: LinkInput): LinkView {
  const fact = inventory.facts('challenge').find((each) => each.namespace === namespace && each.name === name);
  if (!fact) return unseen(inventory, 'acme', 'it');
  const age = fact.created === undefined ? '' : `, made ${relativeTime(Date.parse(fact.created), now)}`;
  const solver = fact.solver ? ` by ${fact.solver.provider}` : '';
  return {
    state: acmeState(fact.state),
    says: `${fact.type}${solver} for ${fact.wildcard ? '*.' : ''}${fact.dnsName}: ${challengeWords(fact)}${age}`,
    details: [
      ...detail('Type', fact.type),
      ...detail('Token', fact.challengeToken),
      ...detail('State', fact.state),
      ...detail('Reason', fact.reason),
      ...detail('Processing', String(fact.processing)),
      ...detail('Presented', String(fact.presented)),
    ],
    evidence: inventory.evidence(fact.seen, `${namespace}/${name}: ${fact.state ?? 'not begun'}`),
  };
}

/** cert-manager's scheduler runs 60 at a time, and one of each name and type in the whole cluster. */
function challengeWords({ state, reason, processing, presented, deleting }: ChallengeFact): string {
  if (deleting) return 'is being deleted, and its clean-up has not ended';
  if (state === undefined && !processing) return 'queued behind others';
  const what = `${state ?? 'begun'}${presented ? ', presented' : ', not presented'}`;
  return reason ? `${what}: ${reason}` : what;
}

/** An issuer: whether it is ready, which for ACME says nothing of its DNS credentials. */
export function viewIssuer({ inventory, ref, namespace, name }: LinkInput): LinkView {
  const kind = ref.startsWith('clusterissuer/') ? 'ClusterIssuer' : 'Issuer';
  const fact = inventory
    .facts('issuer')
    .find((each) => each.kind === kind && each.name === name && (each.namespace ?? '') === namespace);
  if (!fact) return missingIssuer({ inventory, ref, namespace, name }, kind);
  const what = fact.acme?.server ?? fact.vault?.server ?? fact.type;
  const ready = fact.ready?.status === 'True';
  return {
    state: ready ? 'ok' : fact.ready ? 'failed' : 'pending',
    says: `${fact.type === what ? what : `${fact.type} ${what}`}: ${ready ? 'ready' : fact.ready ? `not ready: ${fact.ready.reason}: ${fact.ready.message}` : 'says nothing yet'}`,
    details: [
      ...conditionDetail('Ready', fact.ready),
      ...detail('Type', fact.type),
      ...detail('Server', fact.acme?.server ?? fact.vault?.server),
      ...detail('Account', fact.acme?.accountUri),
      ...detail('E-mail', fact.acme?.email),
      ...detail('Profile', fact.acme?.profile),
      ...detail('Path', fact.vault?.path),
      ...(fact.acme?.solvers ?? []).map(({ type, provider, dnsNames, dnsZones, className }) => ({
        name: 'Solver',
        value: `${type} ${provider}${className ? ` class ${className}` : ''} for ${[...dnsNames, ...dnsZones].join(', ') || 'every name'}`,
      })),
    ],
    evidence: inventory.evidence(fact.seen, `${kind} ${name}: ${fact.ready?.reason ?? 'no condition'}`),
  };
}

/** One of the other kind with that name is the usual slip: an absent kind means Issuer. */
function missingIssuer(
  { inventory, name }: Pick<LinkInput, 'inventory' | 'ref' | 'namespace' | 'name'>,
  kind: string,
): LinkView {
  const view = unseen(inventory, 'issuers', `${kind} ${name}`);
  const alike = inventory.facts('issuer').filter((each) => each.name === name);
  if (view.state !== 'missing' || alike.length === 0) return view;
  const [other] = alike;
  return {
    ...view,
    says: `${view.says}; there is ${other?.kind} ${name}${other?.namespace ? ` in ${other.namespace}` : ''}`,
  };
}

/** An issuer of another group: what it says of itself, by the condition that most of them have. */
export function viewExternalIssuer({ inventory, ref }: LinkInput): LinkView {
  const fact = inventory.facts('externalIssuer').find((each) => issuerRef(each, each.namespace ?? '') === ref);
  const group = ref.split('/')[0]?.replace(/^[^.]+\./, '') ?? '';
  if (!fact) {
    const why = whyUnread(inventory, 'external-issuers') ?? 'it was not looked for';
    return { state: 'unknown', says: `of the group ${group}, whose own controller signs: ${why}`, details: [] };
  }
  const { state, reason, ready, kind, name, seen } = fact;
  const evidence = inventory.evidence(
    seen,
    `${kind}.${group} ${name}: ${ready?.reason ?? reason ?? 'no condition Ready'}`,
  );
  if (state !== 'found') {
    const says = state === 'missing' ? (reason ?? 'does not exist') : `could not be read: ${reason}`;
    return { state: state === 'missing' ? 'missing' : 'unknown', says, details: [], evidence };
  }
  const isReady = ready?.status === 'True';
  return {
    state: isReady ? 'ok' : ready ? 'failed' : 'unknown',
    says: `of the group ${group}: ${isReady ? 'ready' : ready ? `not ready: ${ready.reason}: ${ready.message}` : 'says nothing of its state'}`,
    details: [...conditionDetail('Ready', ready), ...detail('Group', group)],
    evidence,
  };
}
