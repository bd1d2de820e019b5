import type { Certificate } from './certificate.ts';
import type { Defect } from './defect.ts';
import { contentOf, readElement } from './der.ts';
import { ANY_POLICY, EXTENSION, type Extension } from './extensions.ts';
import { isEmptyName } from './name.ts';
import { findMalformedConstraint } from './name-constraints.ts';
import { type Reason, type RuleCode, reasonFor } from './rules.ts';

type Report = (rule: RuleCode, message: string) => void;
type Check = (certificate: Certificate, report: Report) => void;

const FRESHEST_CRL = '2.5.29.46';
const SUBJECT_INFO_ACCESS = '1.3.6.1.5.5.7.1.11';
const SUBJECT_DIRECTORY_ATTRIBUTES = '2.5.29.9';

/** Extensions that are understood, so that they may be critical. */
const understood = new Set<string>(Object.values(EXTENSION));

/** RFC 5280 sections 4.2.1.1, .2, .8, .15, 4.2.2.1, 4.2.2.2: conforming CAs MUST mark these as non-critical. */
const neverCritical: Record<string, string> = {
  [EXTENSION.authorityKeyIdentifier]: 'authorityKeyIdentifier',
  [EXTENSION.subjectKeyIdentifier]: 'subjectKeyIdentifier',
  [EXTENSION.authorityInfoAccess]: 'authorityInfoAccess',
  [SUBJECT_INFO_ACCESS]: 'subjectInfoAccess',
  [FRESHEST_CRL]: 'freshestCRL',
  [SUBJECT_DIRECTORY_ATTRIBUTES]: 'subjectDirectoryAttributes',
};

/** RFC 5280 sections 4.2.1.10, .11, .14: conforming CAs MUST mark these as critical. */
const alwaysCritical: Record<string, string> = {
  [EXTENSION.nameConstraints]: 'nameConstraints',
  [EXTENSION.policyConstraints]: 'policyConstraints',
  [EXTENSION.inhibitAnyPolicy]: 'inhibitAnyPolicy',
};

const defectRules: Partial<Record<Defect['code'], RuleCode>> = {
  'ber-length': 'encoding',
  'trailing-fields': 'encoding',
  'duplicate-extension': 'duplicate-extension',
  'extension-unreadable': 'extension-unreadable',
  'key-unreadable': 'key-unreadable',
  'signature-algorithm-differs': 'signature-algorithm-differs',
};

const checks: readonly Check[] = [
  checkDefects,
  checkSerial,
  checkNames,
  checkCriticality,
  checkKeyIds,
  checkConstraints,
  checkPolicies,
];

/** What is wrong with one certificate by itself: the profile of RFC 5280 section 4, whatever its place in a path. */
export function checkProfile(certificate: Certificate): Reason[] {
  const reasons: Reason[] = [];
  for (const check of checks)
    check(certificate, (rule, message) => reasons.push(reasonFor(rule, certificate, message)));
  return reasons;
}

function checkDefects({ defects, version, extensions }: Certificate, report: Report): void {
  for (const { code, message } of defects) {
    const rule = defectRules[code];
    if (rule) report(rule, message);
  }
  if (extensions.length > 0 && version !== 3) report('extensions-without-v3', `version ${version} with extensions`);
}

function checkSerial({ serialNumber }: Certificate, report: Report): void {
  if (/^-|^0+$/.test(serialNumber)) report('serial-not-positive', `the serial number is ${serialNumber}`);
  // Twenty octets as encoded: a first octet from 80 on needs a zero before it.
  const octets = serialNumber.replace('-', '').length / 2 + (/^[89a-f]/.test(serialNumber) ? 1 : 0);
  if (octets > 20) report('serial-too-long', `the serial number has ${octets} octets`);
}

function checkNames(certificate: Certificate, report: Report): void {
  const { subjectRaw, issuerRaw, isCA, subjectAltNames } = certificate;
  if (isEmptyName(issuerRaw)) report('issuer-empty', 'the issuer is empty');
  if (subjectAltNames?.length === 0) report('san-empty', 'subjectAltName has no name');
  if (!isEmptyName(subjectRaw)) return;
  if (isCA) report('ca-subject-empty', 'the subject of the CA is empty');
  const names = extensionOf(certificate, EXTENSION.subjectAltName);
  if (!names) report('san-missing', 'neither subject nor subjectAltName names anything');
  else if (!names.critical) report('san-not-critical', 'the subject is empty and subjectAltName is not critical');
}

function checkCriticality({ extensions, basicConstraints }: Certificate, report: Report): void {
  for (const { oid, critical } of extensions) {
    if (critical && neverCritical[oid]) report('must-not-be-critical', `${neverCritical[oid]} is critical`);
    else if (critical && !understood.has(oid))
      report('unknown-critical-extension', `critical extension ${oid} is not understood`);
    if (!critical && alwaysCritical[oid]) report('must-be-critical', `${alwaysCritical[oid]} is not critical`);
    if (!critical && oid === EXTENSION.basicConstraints && basicConstraints?.ca) {
      report('must-be-critical', 'basicConstraints of the CA is not critical');
    }
  }
}

function checkKeyIds({ version, authorityKeyId, subjectKeyId, selfIssued, isCA }: Certificate, report: Report): void {
  if (version < 3) return;
  if (authorityKeyId === undefined && !selfIssued)
    report('aki-missing', 'authorityKeyIdentifier with a key id is missing');
  if (isCA && subjectKeyId === undefined) report('ski-missing', 'subjectKeyIdentifier is missing');
}

function checkConstraints(certificate: Certificate, report: Report): void {
  const { isCA, pathLen, keyUsages, extKeyUsages, nameConstraints } = certificate;
  if (keyUsages.includes('keyCertSign') && !isCA) report('cert-sign-without-ca', 'keyCertSign is set and cA is not');
  if (pathLen !== undefined && !isCA) report('path-length-without-ca', 'a path length is given and cA is not set');
  if (keyUsages.length === 0 && isReadable(certificate, EXTENSION.keyUsage))
    report('key-usage-empty', 'keyUsage has no bit set');
  if (extKeyUsages.length === 0 && isReadable(certificate, EXTENSION.extKeyUsage)) {
    report('purposes-empty', 'extendedKeyUsage states no purpose');
  }
  if (!nameConstraints) return;
  if (!isCA) report('name-constraints-in-leaf', 'nameConstraints in a certificate that is no CA');
  const malformed = findMalformedConstraint(nameConstraints);
  if (malformed) report('name-constraints-malformed', malformed);
}

function checkPolicies(certificate: Certificate, report: Report): void {
  const { policies = [], mappings = [] } = certificate;
  if (new Set(policies).size < policies.length) report('policies-malformed', 'a policy is stated twice');
  if (mappings.some(({ issuer, subject }) => issuer === ANY_POLICY || subject === ANY_POLICY)) {
    report('policies-malformed', 'anyPolicy is mapped');
  }
  const constraints = extensionOf(certificate, EXTENSION.policyConstraints);
  if (
    constraints &&
    isReadable(certificate, constraints.oid) &&
    contentOf(readElement(constraints.value)).length === 0
  ) {
    report('policies-malformed', 'policyConstraints is empty');
  }
}

function extensionOf({ extensions }: Certificate, oid: string): Extension | undefined {
  return extensions.find((extension) => extension.oid === oid);
}

/** Whether the extension is there and could be read. */
function isReadable(certificate: Certificate, oid: string): boolean {
  const isDefective = certificate.defects.some(
    (defect) => defect.code === 'extension-unreadable' && defect.oid === oid,
  );
  return !isDefective && extensionOf(certificate, oid) !== undefined;
}
