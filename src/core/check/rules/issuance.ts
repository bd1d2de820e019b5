import type { IssuerFact } from '../../model/facts.ts';
import type { CodeDefinition, Evidence, Severity } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { manualStep, type Step } from '../../model/step.ts';
import { explainRenewal } from '../../snapshot/cert-manager/renewal.ts';
import { draft } from '../draft.ts';
import { type Blocked, blockedOf, loneRequests } from '../issuance/blocked.ts';
import type { IssuanceLink } from '../issuance/cause.ts';
import { causeIn, ISSUANCE_CAUSES } from '../issuance/causes.ts';
import {
  ISSUANCE_FAILING,
  ISSUANCE_STUCK,
  ISSUER_NOT_READY,
  REQUEST_NOT_APPROVED,
  SOLVER_CLASS_UNSERVED,
  WILDCARD_NEEDS_DNS01,
} from '../issuance/generic.ts';
import { credentialWords, missingCredential, takesName, unservedClass, unsolvable } from '../issuance/state-causes.ts';
import { wasRead } from '../readings.ts';
import { servedBySecret } from '../relations.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { list } from '../words.ts';

/** Each Certificate whose issuance does not go on, with the deepest reason that its chain gives. */
export const issuance: Check = {
  id: 'issuance',
  title: "cert-manager's issuances go on",
  codes: [
    ...ISSUANCE_CAUSES.map(({ definition }) => definition),
    SOLVER_CLASS_UNSERVED,
    WILDCARD_NEEDS_DNS01,
    ISSUER_NOT_READY,
    REQUEST_NOT_APPROVED,
    ISSUANCE_FAILING,
    ISSUANCE_STUCK,
  ],
  applies: ({ inventory }) => inventory.facts('certificate').length + inventory.facts('issuer').length > 0,
  run: (input) => {
    const reasons = blockedOf(input.inventory).flatMap((blocked) => reasonOf(input, blocked) ?? []);
    const groups = Map.groupBy(reasons, ({ definition, object }) => `${definition.code} ${object}`);
    const found = [...groups.values()].map((group) => report(input, group));
    const told = new Set(found.flatMap(({ placement, also = [] }) => [placement, ...also]));
    return [...found, ...requestsAlone(input), ...idleIssuers(input, told)];
  },
};

interface Reason {
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
  credentialGone,
  inWords,
  issuerUnready,
  notApproved,
  failing,
  stuck,
];

function reasonOf(input: CheckInput, blocked: Blocked): Reason | undefined {
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

function definitionOf(code: string): CodeDefinition {
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

/** Requests that no Certificate stands behind, by what they fail for. */
function requestsAlone({ inventory }: CheckInput): Draft[] {
  const found = loneRequests(inventory).map((lone) => {
    const cause = causeIn(lone.says, 'request');
    const object = cause?.blames === 'issuer' ? lone.refs.issuer : lone.refs.request;
    return { lone, object, definition: cause?.definition ?? ISSUANCE_FAILING };
  });
  const groups = Map.groupBy(found, ({ definition, object }) => `${definition.code} ${object}`);
  return [...groups.values()].map((group) => {
    const [{ lone, object, definition }] = group as [(typeof group)[number]];
    const refs = group.flatMap((each) => [each.lone.refs.request, each.lone.refs.issuer]);
    return draft(definition, {
      layer: 'ingress',
      placement: object,
      also: [...new Set(refs)].filter((place) => place !== object),
      message: `CertificateRequest ${lone.request.namespace}/${lone.request.name} is not signed: ${oneLine(lone.says)}`,
      evidence: group
        .slice(0, 3)
        .map((each) => inventory.evidence(each.lone.request.seen, `${each.lone.refs.request}: ${each.lone.says}`)),
      impact: 'what asked for it, a mesh or a Pod with the CSI driver, has no certificate',
      fix: definition.fix.map((title, index) => manualStep(`fix-${index + 1}`, title)),
    });
  });
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[.\s]+$/, '');
}

/** Issuers that would fail the next issuance: not ready, or ready without the credentials that the next name needs. */
function idleIssuers({ inventory }: CheckInput, told: ReadonlySet<string>): Draft[] {
  return inventory.facts('issuer').flatMap((issuer) => {
    const at = ref.object(issuer.kind, issuer.name, issuer.namespace);
    const credential = missingCredential(inventory, at);
    const message = issuer.ready?.status === 'False' ? issuer.ready.message || issuer.ready.reason : undefined;
    if (told.has(at) || (message === undefined && !credential)) return [];
    const says = message ?? credentialWords(credential!);
    const definition =
      message === undefined
        ? definitionOf('DNS_CREDENTIAL_MISSING')
        : (causeIn(message, 'issuer')?.definition ?? ISSUER_NOT_READY);
    return [
      draft(definition, {
        severity: 'warning',
        layer: 'ingress',
        placement: at,
        message: `${issuer.kind} ${issuer.name} ${message === undefined ? 'is ready and cannot prove names by DNS' : 'is not ready'}: ${says}`,
        evidence: [inventory.evidence(credential && message === undefined ? credential.seen : issuer.seen, says)],
        impact: 'none yet: the next issuance by it fails',
        fix: definition.fix.map((title, index) => manualStep(`fix-${index + 1}`, title)),
      }),
    ];
  });
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

function report(input: CheckInput, reasons: readonly Reason[]): Draft {
  const { inventory, now } = input;
  const [first] = reasons as [Reason];
  const names = reasons.map(({ blocked: { certificate } }) => `${certificate.namespace}/${certificate.name}`);
  const next = explainRenewal(inventory, first.blocked.certificate, now);
  const also = [...new Set(reasons.flatMap(({ blocked }) => [...Object.values(blocked.refs), secretOf(blocked)]))];
  return draft(first.definition, {
    severity: severityOf(input, reasons),
    layer: 'ingress',
    placement: first.object,
    also: also.filter((place) => place !== first.object),
    message: `${names.length > 1 ? 'Certificates' : 'Certificate'} ${list(names)} ${names.length > 1 ? 'are' : 'is'} not issued: ${oneLine(first.says)}`,
    evidence: [
      ...reasons.slice(0, 3).flatMap(({ evidence }) => evidence),
      inventory.evidence(first.blocked.certificate.seen, `${names[0]} ${next.says}`),
    ],
    impact: impactOf(input, reasons),
    fix: [seeChain(first), ...first.definition.fix.map((title, index) => manualStep(`fix-${index + 1}`, title))],
  });
}

function secretOf({ certificate: { namespace, secretName } }: Blocked): string {
  return ref.secret(namespace, secretName, 'tls.crt');
}

function seeChain({ blocked: { certificate } }: Reason): Step {
  const target = ref.object('certificate', certificate.name, certificate.namespace);
  return manualStep('chain', 'see every link of the issuance, and what it says', [
    'kubectl',
    'certs',
    'layers',
    target,
    '-o',
    'wide',
  ]);
}

/** Critical where nothing valid is left, or what is left ends within its last third. */
function severityOf({ inventory, now }: CheckInput, reasons: readonly Reason[]): Severity {
  const bad = reasons.some(({ blocked: { certificate } }) => {
    const leaf = servedBySecret(inventory, certificate.namespace, certificate.secretName)?.leaf;
    const start = leaf?.notBefore ?? Date.parse(certificate.notBefore ?? '');
    const end = leaf?.notAfter ?? Date.parse(certificate.notAfter ?? '');
    return Number.isNaN(end) || end - now < (end - start) / 9;
  });
  return bad ? 'critical' : 'warning';
}

function impactOf({ inventory }: CheckInput, reasons: readonly Reason[]): string {
  const texts = reasons.map(({ blocked: { certificate } }) => {
    const leaf = servedBySecret(inventory, certificate.namespace, certificate.secretName)?.leaf;
    const end = leaf ? new Date(leaf.notAfter).toISOString() : certificate.notAfter;
    const hosts = list(certificate.dnsNames);
    return end ? `clients of ${hosts} are served until ${end}` : `clients of ${hosts} see a stand-in, or nothing`;
  });
  return list([...new Set(texts)]);
}
