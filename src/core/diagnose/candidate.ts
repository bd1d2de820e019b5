import { CODES_OF_CHECKS } from '../check/codes-of-checks.ts';
import type { CodeDefinition, Evidence, Finding } from '../model/finding.ts';
import type { Layer } from '../model/layer.ts';
import { ref } from '../model/ref.ts';
import type { Step } from '../model/step.ts';
import { manualStep } from '../model/step.ts';
import type { Inventory } from '../snapshot/inventory.ts';
import { UNSETTLED } from './issuance-clues.ts';
import type { CauseDefinition, Playbook, StepContext, Supported } from './playbook.ts';
import { relevanceOf } from './relevance.ts';

/** Something that may be the cause, from a finding or from a playbook's step, before the ranking. */
export interface Candidate {
  readonly code: string;
  readonly title: string;
  readonly object: string;
  readonly also: readonly string[];
  readonly layer: Layer;
  readonly message: string;
  readonly evidence: readonly Evidence[];
  readonly decisive: boolean;
  /** It shows that something is wrong, and not what. */
  readonly effect: boolean;
  /** False: no certificate is at fault in it. */
  readonly fault: boolean;
  readonly critical: boolean;
  readonly impact: string;
  readonly fix: readonly Step[];
  readonly verify: readonly Step[];
  readonly prevent: readonly string[];
  /**
   * How closely it fits the symptom: 4 named and fitting, 3.5 of its subject and fitting, 3 the same where only a general
   * playbook fits, 2 or 1 of one, 0 neither.
   */
  readonly relevance: number;
  readonly named: boolean;
  /** Codes and places of what it explains. */
  readonly explains: readonly { readonly code: string; readonly placement: string }[];
  readonly explainedBy?: { readonly code: string; readonly placement: string };
}

/** Findings about the future, about order, or about what could not be read: no failure of today comes of them. */
const NO_CAUSE: ReadonlySet<string> = new Set([
  'CERT_EXPIRING',
  'ENDPOINT_LEFT_OUT',
  'ROTATION_STUCK',
  'CA_EXPIRES_BEFORE_LEAF',
  'WEAK_KEY',
  'KEY_FILE_MODE',
  'SECRET_UNUSED',
  'MASTERS_CARRIED_ON',
  'KUBEADM_DIFFERS',
  'KUBEADM_FALLBACK',
  'SOURCE_UNREAD',
  'CA_KEY_AWAY',
]);

/** What is seen of a cause and is none itself: where nothing explains it, the cause is still to be found. */
const EFFECTS: ReadonlySet<string> = new Set([
  'KUBELET_SILENT',
  'LEADER_SILENT',
  'API_NOT_READY',
  'API_SERVICE_UNAVAILABLE',
  'CLIENT_REFUSED',
]);

/** Whether a finding may be a cause at all, whatever the symptom. */
export function mayCause({ code, severity }: Finding): boolean {
  return !NO_CAUSE.has(code) && (severity === 'critical' || severity === 'warning');
}

export function fromFinding(finding: Finding, context: StepContext, playbooks: readonly Playbook[]): Candidate {
  const definition = CODES_OF_CHECKS.get(finding.code);
  const also = [...new Set([...(finding.also ?? []), ...standsAt(finding, context)])];
  const { code, placement, layer, message, evidence, impact, fix, severity, explainedBy } = finding;
  return {
    code,
    title: definition?.title ?? code,
    object: placement,
    also,
    layer,
    message,
    evidence,
    decisive: true,
    effect: EFFECTS.has(code),
    fault: true,
    critical: severity === 'critical',
    impact,
    fix,
    verify: proofOf(code, placement),
    prevent: definition?.prevent ?? [],
    ...relevanceOf(
      {
        code,
        places: [placement, ...also],
        texts: [message, ...evidence.map(({ fact }) => fact)],
        critical: severity === 'critical',
        ofIssuance: UNSETTLED.has(code),
        ofHosts: layer === 'ingress' && [placement, ...also].every((place) => isOfHosts(place, context)),
      },
      context,
      playbooks,
    ),
    explains: [],
    ...(explainedBy && { explainedBy }),
  };
}

const HOST_ROLES: ReadonlySet<string> = new Set(['ingress-tls', 'gateway-tls', 'ingress-served']);

/** Whether something serves hosts there, or would if it were there. */
function isOfHosts(place: string, { inventory }: StepContext): boolean {
  const role = inventory.placement(place)?.placement.role;
  return role === undefined
    ? /^(?:secret|ingress|gateway|listenerset|certificate)\//.test(place)
    : HOST_ROLES.has(role);
}

/** Where the very certificate of a handshake is stored: that is what is to be repaired. */
function standsAt({ placement }: Finding, { inventory }: StepContext): string[] {
  const signs = signersWith(placement, inventory);
  if (signs.length > 0) return signs;
  const leaf = placement.startsWith('tls://') ? inventory.placement(placement)?.leaf : undefined;
  if (!leaf) return [];
  const places = inventory
    .placementsOf(leaf.sha256)
    .filter((one) => one.leaf === leaf && !one.placement.bundle)
    .map((one) => one.placement.ref);
  return [...places.filter((place) => place !== placement), ...routesWithTheirOwn([placement, ...places], inventory)];
}

/** Routes that carry the certificate of their host themselves (OpenShift): no Secret is there to be blamed. */
function routesWithTheirOwn(places: readonly string[], inventory: Inventory): string[] {
  const shown = new Set(places.flatMap((place) => /^tls:\/\/[^#]+#([^~]+)/.exec(place)?.[1] ?? []));
  return inventory
    .facts('route')
    .filter(
      ({ kind, secrets, hosts }) => kind === 'Route' && secrets.length === 0 && hosts.some((one) => shown.has(one)),
    )
    .map(({ kind, name, namespace }) => ref.object(kind, name, namespace));
}

/** Issuers of cert-manager that sign with the CA in a Secret. */
function signersWith(placement: string, inventory: Inventory): string[] {
  const [, namespace, name] = /^secret\/([^/]+)\/([^#]+)#/.exec(placement) ?? [];
  return inventory
    .facts('issuer')
    .filter((one) => name !== undefined && one.caSecretName === name && (one.namespace ?? namespace) === namespace)
    .map((one) => ref.object(one.kind, one.name, one.namespace));
}

export function fromJudgement(
  judgement: Supported,
  { cause, playbook }: { readonly cause: CodeDefinition & Partial<CauseDefinition>; readonly playbook: Playbook },
  context: StepContext,
  playbooks: readonly Playbook[],
): Candidate {
  const { code, object, also = [], message, evidence, decisive = true, impact, fix, verify, explains = [] } = judgement;
  const texts = [message, ...evidence.map(({ fact }) => fact)];
  const pointed = playbooks.includes(playbook) || evidence.some(({ source }) => source === 'symptom');
  const compared = { code, places: [object, ...also], texts, pointed, critical: cause.severity === 'critical' };
  const judged = relevanceOf(compared, context, playbooks);
  return {
    code,
    title: cause.title,
    object,
    also: also.filter((place) => place !== object),
    layer: cause.layer ?? playbook.layer,
    message,
    evidence,
    decisive,
    effect: EFFECTS.has(code),
    fault: cause.fault ?? true,
    critical: cause.severity === 'critical',
    impact: impact ?? cause.meaning,
    fix: fix ?? cause.fix.map((title, index) => manualStep(`fix-${index + 1}`, title)),
    verify: verify ?? (cause.verify ?? []).map((title, index) => manualStep(`verify-${index + 1}`, title)),
    prevent: cause.prevent ?? [],
    ...judged,
    ...(judgement.named && judged.relevance >= 3 && { named: true, relevance: 4 }),
    explains,
  };
}

/** How to see that it is gone. */
function proofOf(code: string, object: string): Step[] {
  return [manualStep('verify', `${code} is found no more`, ['kubectl', 'certs', 'check', object])];
}
