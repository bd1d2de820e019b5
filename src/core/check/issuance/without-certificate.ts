import { ref } from '../../model/ref.ts';
import { manualStep } from '../../model/step.ts';
import { issuerRef } from '../../snapshot/links.ts';
import { draft } from '../draft.ts';
import type { CheckInput, Draft } from '../rule.ts';
import { loneRequests } from './blocked.ts';
import { causeIn } from './causes.ts';
import { ISSUANCE_FAILING, ISSUER_NOT_READY } from './generic.ts';
import { definitionOf } from './reasons.ts';
import { credentialWords, missingCredential } from './state-causes.ts';

/** Requests that no Certificate stands behind, by what they fail for. */
export function requestsAlone({ inventory }: CheckInput): Draft[] {
  const found = loneRequests(inventory).map((lone) => {
    const denied = lone.request.denied?.status === 'True';
    const cause = denied ? undefined : causeIn(lone.says, 'request');
    const object = cause?.blames === 'issuer' ? lone.refs.issuer : lone.refs.request;
    return {
      lone,
      object,
      definition: denied ? definitionOf('REQUEST_DENIED') : (cause?.definition ?? ISSUANCE_FAILING),
    };
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

/** Issuers that would fail the next issuance: not ready, or ready without the credentials that the next name needs. */
export function idleIssuers({ inventory }: CheckInput, told: ReadonlySet<string>): Draft[] {
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

/** Issuers of other groups that are not there, or say of themselves that they are not ready. */
export function externalIssuers({ inventory }: CheckInput, told: ReadonlySet<string>): Draft[] {
  return inventory.facts('externalIssuer').flatMap((issuer) => {
    const { kind, group, name, namespace = '', state, reason, ready, seen } = issuer;
    const at = issuerRef(issuer, namespace);
    const isMissing = state === 'missing';
    if (told.has(at) || !(isMissing || ready?.status === 'False')) return [];
    const says = isMissing ? (reason ?? 'does not exist') : `is not ready: ${ready?.reason}: ${ready?.message}`;
    const definition = isMissing ? definitionOf('ISSUER_MISSING') : ISSUER_NOT_READY;
    return [
      draft(definition, {
        severity: 'warning',
        layer: 'ingress',
        placement: at,
        message: `${kind} ${name} of ${group} ${oneLine(says)}`,
        evidence: [inventory.evidence(seen, says)],
        impact: 'the next issuance by it waits until it is there and ready',
        fix: [
          manualStep('see', 'see what it and its own controller say', [
            'kubectl',
            'describe',
            `${kind.toLowerCase()}.${group}`,
            name,
            ...(namespace ? ['-n', namespace] : []),
          ]),
        ],
      }),
    ];
  });
}

/** A text of several lines in one, without its last point. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[.\s]+$/, '');
}
