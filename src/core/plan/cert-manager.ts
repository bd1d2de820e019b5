import type { CertificateFact } from '../model/facts.ts';
import type { ObservationRequest } from '../model/observation.ts';
import type { PlannedStep, SkippedTarget } from '../model/plan.ts';
import { ref } from '../model/ref.ts';
import { manualStep } from '../model/step.ts';
import { issuerOf } from '../snapshot/cert-manager/issuance.ts';
import type { Inventory, Placed } from '../snapshot/inventory.ts';
import { relativeTime, rfc3339 } from '../view/time.ts';
import { endsWithin, type PlanMaker, type RenewalRequest } from './plan-maker.ts';
import { type Refusal, whyNotNow } from './reissue-refusal.ts';

/** Re-issues Certificates of cert-manager as `cmctl renew` does: roots first, then what they sign. */
export const certManager: PlanMaker = {
  id: 'cert-manager',
  names: [],
  plan: (request) => {
    const { inventory, now } = request;
    const chosen = inventory.facts('certificate').filter((certificate) => isAsked(request, certificate));
    const steps: PlannedStep[] = [];
    const skipped: SkippedTarget[] = [];
    for (const certificate of issuersFirst(chosen, inventory)) {
      const refusal = whyUnverifiable(certificate, inventory) ?? whyNotNow({ certificate, inventory, now });
      if (refusal) skipped.push({ target: targetOf(certificate), ...refusal });
      else steps.push(reissueStep(certificate, { request, chosen, planned: steps }));
    }
    return { steps, skipped, spokenFor: new Set(chosen.flatMap((certificate) => refsOf(inventory, certificate))) };
  },
};

function targetOf({ namespace, name }: CertificateFact): string {
  return ref.object('certificate', name, namespace);
}

function servedRef({ namespace, secretName }: CertificateFact): string {
  return ref.secret(namespace, secretName, 'tls.crt');
}

/** Every placement in the Certificate's Secret. */
function refsOf(inventory: Inventory, { namespace, secretName }: CertificateFact): string[] {
  const start = `${ref.object('secret', secretName, namespace)}#`;
  return inventory.placements.flatMap(({ placement }) => (placement.ref.startsWith(start) ? placement.ref : []));
}

/** Asked for by `all`, by its name or by anything that its Secret holds, and ending in time. */
function isAsked(request: RenewalRequest, certificate: CertificateFact): boolean {
  const { inventory, all, within } = request;
  if (!all && !isNamed(request, certificate)) return false;
  const end = inventory.placement(servedRef(certificate))?.leaf?.notAfter ?? Date.parse(certificate.notAfter ?? '');
  return within === undefined || Number.isNaN(end) || endsWithin(request, end);
}

/** Where Certificates that share the Secret are named themselves, only these are meant. */
function isNamed({ inventory, refs, objects = [] }: RenewalRequest, certificate: CertificateFact): boolean {
  const { namespace, secretName } = certificate;
  const isMeant = (each: CertificateFact) =>
    objects.some(
      ({ kind, name, namespace: where = namespace }) =>
        kind === 'certificate' && name === each.name && where === each.namespace,
    );
  if (isMeant(certificate)) return true;
  const others = inventory
    .facts('certificate')
    .filter((each) => each.namespace === namespace && each.secretName === secretName);
  return !others.some(isMeant) && refsOf(inventory, certificate).some((each) => refs.has(each));
}

/** A new certificate that nobody can read proves nothing. */
function whyUnverifiable(certificate: CertificateFact, inventory: Inventory): Refusal | undefined {
  if (inventory.placement(servedRef(certificate))) return undefined;
  const { namespace, name, secretName } = certificate;
  const why = inventory.snapshot.coverage.find(({ source, state }) => source === 'secrets' && state !== 'complete');
  return {
    reason: `its Secret ${secretName} could not be read${why?.reason ? ` (${why.reason})` : ''}, so that a new certificate could not be verified`,
    instead: [manualStep('renew', 'have it re-issued without verification', ['cmctl', 'renew', name, '-n', namespace])],
  };
}

/** Those that issue stand before those they issue; else by namespace and name. A circle is cut where it is met. */
function issuersFirst(chosen: readonly CertificateFact[], inventory: Inventory): CertificateFact[] {
  const ordered = new Set<CertificateFact>();
  const visiting = new Set<CertificateFact>();
  const visit = (certificate: CertificateFact) => {
    if (ordered.has(certificate) || visiting.has(certificate)) return;
    visiting.add(certificate);
    for (const authority of authoritiesOf(certificate, chosen, inventory)) visit(authority);
    ordered.add(certificate);
  };
  for (const certificate of chosen.toSorted((a, b) => (targetOf(a) < targetOf(b) ? -1 : 1))) visit(certificate);
  return [...ordered];
}

/**
 * The CA Certificates among them whose Secret the issuer of this one signs with. A ClusterIssuer's lies in a namespace
 * that only the controller knows (--cluster-resource-namespace): its name has to do.
 */
function authoritiesOf(
  certificate: CertificateFact,
  chosen: readonly CertificateFact[],
  inventory: Inventory,
): CertificateFact[] {
  const issuer = issuerOf(certificate, inventory);
  if (issuer?.caSecretName === undefined) return [];
  return chosen.filter(
    ({ secretName, namespace, isCA }) =>
      isCA && secretName === issuer.caSecretName && (issuer.namespace ?? namespace) === namespace,
  );
}

interface StepOptions {
  readonly request: RenewalRequest;
  readonly chosen: readonly CertificateFact[];
  readonly planned: readonly PlannedStep[];
}

function reissueStep(certificate: CertificateFact, { request, chosen, planned }: StepOptions): PlannedStep {
  const { inventory, now } = request;
  const { namespace, name, isCA } = certificate;
  const at = servedRef(certificate);
  const placed = inventory.placement(at) as Placed;
  const before = placed.leaf;
  const requests: ObservationRequest[] = [
    { source: 'secrets', params: { namespace }, why: `whether ${at} holds a new certificate` },
  ];
  const authorities = authoritiesOf(certificate, chosen, inventory).map(stepId);
  return {
    id: stepId(certificate),
    // Each issuance is its own: what one issuer refuses is no reason to ask another anew.
    part: stepId(certificate),
    kind: 'reissue-certificate',
    title: `${titleOf(certificate, placed, now)}${isCA ? '; what it signed needs re-issuing after it' : ''}`,
    command: ['cmctl', 'renew', name, '-n', namespace],
    risk: isCA ? 'outage' : 'none',
    target: targetOf(certificate),
    params: paramsOf(certificate, before?.sha256),
    after: planned.map(({ id }) => id).filter((id) => authorities.includes(id)),
    ...(before && { precheck: { requests, expect: [{ is: 'leaf', ref: at, sha256: before.sha256 }] } }),
    verify: {
      requests,
      expect: [
        ...(before ? [{ is: 'new-leaf', ref: at, before: before.sha256 } as const] : []),
        { is: 'key-match', ref: at },
        { is: 'ends-after', ref: at, at: now },
      ],
    },
    // Nothing is revoked, and what the Secret held cannot be given back to cert-manager.
    rollback: null,
  };
}

function stepId({ namespace, name }: CertificateFact): string {
  return `reissue-${namespace}-${name}`;
}

function titleOf({ name, namespace, issuer }: CertificateFact, { leaf }: Placed, now: number): string {
  const how = `re-issue Certificate ${name} in ${namespace} by ${issuer.kind} ${issuer.name}`;
  if (!leaf) return how;
  return `${how}, which ${leaf.notAfter > now ? 'expires' : 'expired'} ${relativeTime(leaf.notAfter, now)} (${rfc3339(leaf.notAfter)})`;
}

/** What tells a finished issuance of this run from the state that the plan saw. */
function paramsOf(certificate: CertificateFact, before: string | undefined): Record<string, string> {
  const { namespace, name, uid, secretName, revision = 0, lastFailureTime } = certificate;
  return {
    namespace,
    name,
    secretName,
    revision: String(revision),
    ...(uid !== undefined && { uid }),
    ...(before !== undefined && { before }),
    ...(lastFailureTime !== undefined && { lastFailureTime }),
  };
}
