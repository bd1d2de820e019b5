import type { IssuerFact } from '../../model/facts.ts';
import type { CodeDefinition, Evidence } from '../../model/finding.ts';
import { wasRead } from '../readings.ts';
import type { CheckInput } from '../rule.ts';
import { list } from '../words.ts';
import type { Blocked } from './blocked.ts';
import type { IssuanceLink } from './cause.ts';
import { causeIn, ISSUANCE_CAUSES } from './causes.ts';
import {
  ISSUANCE_FAILING,
  ISSUANCE_STUCK,
  ISSUER_NOT_READY,
  REQUEST_NOT_APPROVED,
  SOLVER_CLASS_UNSERVED,
  WILDCARD_NEEDS_DNS01,
} from './generic.ts';
import { credentialWords, missingCredential, takesName, unservedClass, unsolvable } from './state-causes.ts';

/** Why an issuance does not go on, and what is to be repaired. */
export interface Reason {
  readonly blocked: Blocked;
  readonly definition: CodeDefinition;
  /** What is to be repaired. */
  readonly object: string;
  readonly says: string;
  readonly evidence: readonly Evidence[];
}

/** The first of these that has an answer. */
const REASONS: readonly ((input: CheckInput, blocked: Blocked) => Reason | undefined)[] = [
  classUnserved,
  noSolver,
  issuerGone,
  denied,
  credentialGone,
  inWords,
  issuerUnready,
  notApproved,
  failing,
  stuck,
];

/** The first reason that has an answer. */
export function reasonOf(input: CheckInput, blocked: Blocked): Reason | undefined {
  for (const find of REASONS) {
    const reason = find(input, blocked);
    if (reason) return reason;
  }
  return undefined;
}

function objectOf({ refs }: Blocked, link: IssuanceLink): string {
  return refs[link] ?? (refs.certificate as string);
}

function classUnserved({ inventory }: CheckInput, blocked: Blocked): Reason | undefined {
  const found = unservedClass(inventory, blocked);
  if (!found || blocked.certificate.issuing?.status !== 'True') return undefined;
  const classes = inventory.facts('ingressClass').map(({ name }) => name);
  const { ingress, className } = found;
  return {
    blocked,
    definition: SOLVER_CLASS_UNSERVED,
    object: objectOf(blocked, 'issuer'),
    says: `the HTTP-01 solver gets the class ${className}, of which there is no IngressClass: there is ${list(classes)}`,
    evidence: [
      ...(blocked.issuer
        ? [inventory.evidence(blocked.issuer.seen, `its http01 solver has the class ${className}`)]
        : []),
      ...(ingress
        ? [inventory.evidence(ingress.seen, `solver Ingress ${ingress.name} of class ${className} has no address`)]
        : []),
      ...inventory
        .facts('ingressClass')
        .map((each) => inventory.evidence(each.seen, `IngressClass ${each.name}: ${each.controller}`)),
    ],
  };
}

function noSolver({ inventory }: CheckInput, blocked: Blocked): Reason | undefined {
  const names = unsolvable(blocked);
  const { issuer, order, challenge } = blocked;
  // A Challenge has its solver, whatever the issuer says since.
  if (names.length === 0 || !issuer || challenge || order?.state === 'valid') return undefined;
  const offers = order?.authorizations.filter(({ wildcard }) => wildcard).flatMap((each) => each.offers) ?? [];
  return {
    blocked,
    definition: isWildcardAlone(names, issuer) ? WILDCARD_NEEDS_DNS01 : definitionOf('NO_SOLVER_FOR_NAME'),
    object: objectOf(blocked, 'issuer'),
    says: `no solver of it can prove ${list(names)}: ${names.some((name) => name.startsWith('*.')) ? 'wildcards need DNS-01' : 'their selectors leave it out'}`,
    evidence: [
      inventory.evidence(
        issuer.seen,
        `its solvers: ${list((issuer.acme?.solvers ?? []).map(({ type, provider }) => `${type} ${provider}`)) || 'none'}`,
      ),
      ...(order
        ? [
            inventory.evidence(
              order.seen,
              `the Order is ${order.state ?? 'not begun'}${offers.length > 0 ? `, the CA offers ${list([...new Set(offers)])}` : ''}`,
            ),
          ]
        : []),
    ],
  };
}

/** No solver that takes them would do for a wildcard, though one does for a plain name. */
function isWildcardAlone(names: readonly string[], { acme }: IssuerFact): boolean {
  return names.every(
    (name) => name.startsWith('*.') && (acme?.solvers ?? []).some((solver) => takesName(solver, name)),
  );
}

/** The definition of a cause that words give away, by its code. */
export function definitionOf(code: string): CodeDefinition {
  return ISSUANCE_CAUSES.find(({ definition }) => definition.code === code)!.definition;
}

function issuerGone({ inventory }: CheckInput, blocked: Blocked): Reason | undefined {
  const { certificate, issuer } = blocked;
  if (issuer || certificate.issuer.group !== 'cert-manager.io' || !wasRead(inventory, 'issuers')) return undefined;
  const { kind, name } = certificate.issuer;
  const alike = inventory.facts('issuer').filter((each) => each.name === name);
  const hint = alike.map((each) => `${each.kind} ${name}${each.namespace ? ` in ${each.namespace}` : ''}`);
  return {
    blocked,
    definition: definitionOf('ISSUER_MISSING'),
    object: objectOf(blocked, 'certificate'),
    says: `${kind} ${name} does not exist${hint.length > 0 ? `; there is ${list(hint)}` : ''}`,
    evidence: [
      inventory.evidence(certificate.seen, `it names ${kind} ${name}`),
      ...alike.slice(0, 1).map((each) => inventory.evidence(each.seen, `there is ${list(hint)}`)),
    ],
  };
}

/** Each approver has words of its own; the condition is what cert-manager goes by. */
function denied({ inventory }: CheckInput, blocked: Blocked): Reason | undefined {
  const { request, refs } = blocked;
  if (request?.denied?.status !== 'True') return undefined;
  const says = `${request.denied.reason}: ${request.denied.message}`;
  return {
    blocked,
    definition: definitionOf('REQUEST_DENIED'),
    object: objectOf(blocked, 'certificate'),
    says: `CertificateRequest ${request.name} is denied by ${says}`,
    evidence: [inventory.evidence(request.seen, `${refs.request}: Denied by ${says}`)],
  };
}

/** Where a Challenge is to be presented by DNS and its credentials are not where cert-manager looks. */
function credentialGone({ inventory }: CheckInput, blocked: Blocked): Reason | undefined {
  const { challenge, issuer, refs } = blocked;
  // Since 1.21 an issuer whose solvers lack their Secrets is not ready; before, only the Challenge tells.
  const unready = issuer?.acme !== undefined && issuer.ready?.status === 'False';
  if (!unready && (challenge?.type !== 'DNS-01' || challenge.presented)) return undefined;
  const credential = missingCredential(inventory, refs.issuer);
  if (!credential) return undefined;
  return {
    blocked,
    definition: definitionOf('DNS_CREDENTIAL_MISSING'),
    object: objectOf(blocked, 'issuer'),
    says: credentialWords(credential),
    evidence: [
      inventory.evidence(credential.seen, credentialWords(credential)),
      ...(challenge?.reason ? [inventory.evidence(challenge.seen, `${refs.challenge}: ${challenge.reason}`)] : []),
    ],
  };
}

function issuerUnready({ inventory }: CheckInput, blocked: Blocked): Reason | undefined {
  const { issuer } = blocked;
  if (!issuer || issuer.ready?.status === 'True') return undefined;
  const says = issuer.ready ? `${issuer.ready.reason}: ${issuer.ready.message}` : 'it has not said whether it is ready';
  return {
    blocked,
    definition: ISSUER_NOT_READY,
    object: objectOf(blocked, 'issuer'),
    says: `${issuer.kind} ${issuer.name} is not ready: ${says}`,
    evidence: [inventory.evidence(issuer.seen, says)],
  };
}

/** Reasons that every new issuance gives for a while: only what lasts is told. */
const AT_FIRST = new Set([
  'SELF_CHECK_WRONG_ANSWER',
  'SELF_CHECK_NAME_UNRESOLVED',
  'DNS_RECORD_NOT_SEEN',
  'SELF_CHECK_UNREACHABLE',
]);
const PATIENCE = 10 * 60_000;

function lasts({ now }: CheckInput, { certificate, challenge }: Blocked): boolean {
  const since = Date.parse(certificate.issuingSince ?? challenge?.created ?? certificate.created ?? '');
  return Number.isNaN(since) || now - since > PATIENCE;
}

function inWords(input: CheckInput, blocked: Blocked): Reason | undefined {
  for (const { link, text, seen, ref: at } of blocked.says) {
    const cause = causeIn(text, link);
    if (!cause) continue;
    if (AT_FIRST.has(cause.definition.code) && !lasts(input, blocked)) continue;
    return {
      blocked,
      definition: cause.definition,
      object: objectOf(blocked, cause.blames),
      says: text,
      evidence: [input.inventory.evidence(seen, `${at}: ${text}`)],
    };
  }
  return undefined;
}

function notApproved(input: CheckInput, blocked: Blocked): Reason | undefined {
  const { request } = blocked;
  if (!request || request.approved || request.denied || !lasts(input, blocked)) return undefined;
  if (blocked.certificate.issuing?.status !== 'True') return undefined;
  return {
    blocked,
    definition: REQUEST_NOT_APPROVED,
    object: objectOf(blocked, 'request'),
    says: `CertificateRequest ${request.name} is neither approved nor denied`,
    evidence: [input.inventory.evidence(request.seen, `${request.name} has no condition Approved`)],
  };
}

function failing({ inventory }: CheckInput, blocked: Blocked): Reason | undefined {
  const { certificate } = blocked;
  if (certificate.issuing?.status !== 'False' || certificate.lastFailureTime === undefined) return undefined;
  return {
    blocked,
    definition: ISSUANCE_FAILING,
    object: objectOf(blocked, 'certificate'),
    says: certificate.issuing.message || certificate.issuing.reason,
    evidence: [inventory.evidence(certificate.seen, `Issuing is False: ${certificate.issuing.message}`)],
  };
}

function stuck(input: CheckInput, blocked: Blocked): Reason | undefined {
  const { certificate } = blocked;
  if (certificate.issuing?.status !== 'True' || !lasts(input, blocked) || certificate.issuingSince === undefined)
    return undefined;
  const [last] = blocked.says;
  return {
    blocked,
    definition: ISSUANCE_STUCK,
    object: objectOf(blocked, 'certificate'),
    says: `it is being issued since ${certificate.issuingSince}${last ? `: ${last.text}` : ''}`,
    evidence: [
      input.inventory.evidence(
        last?.seen ?? certificate.seen,
        last ? `${last.ref}: ${last.text}` : `Issuing is True since ${certificate.issuingSince}`,
      ),
    ],
  };
}
