import type { Severity } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { manualStep, type Step } from '../../model/step.ts';
import { explainRenewal } from '../../snapshot/cert-manager/renewal.ts';
import { draft } from '../draft.ts';
import { type Blocked, blockedOf } from '../issuance/blocked.ts';
import { ISSUANCE_CAUSES } from '../issuance/causes.ts';
import {
  ISSUANCE_FAILING,
  ISSUANCE_STUCK,
  ISSUER_NOT_READY,
  REQUEST_NOT_APPROVED,
  SOLVER_CLASS_UNSERVED,
  WILDCARD_NEEDS_DNS01,
} from '../issuance/generic.ts';
import { type Reason, reasonOf } from '../issuance/reasons.ts';
import { tryAgain } from '../issuance/try-again.ts';
import { externalIssuers, idleIssuers, oneLine, requestsAlone } from '../issuance/without-certificate.ts';
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
    return [...found, ...requestsAlone(input), ...idleIssuers(input, told), ...externalIssuers(input, told)];
  },
};

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
    fix: [
      seeChain(first),
      ...first.definition.fix.map((title, index) => manualStep(`fix-${index + 1}`, title)),
      ...tryAgain(first.blocked),
    ],
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
