import type { Certificate } from './certificate.ts';
import { isDnsName } from './constraint-kinds.ts';
import { sameBytes } from './der-values.ts';
import { EXTENSION } from './extensions.ts';
import { parseAddress, printAddress } from './general-name.ts';
import { COMMON_NAME, isEmptyName, parseName, valuesOf } from './name.ts';
import { isPublicSuffix } from './public-suffix.ts';

/** A rule of the public web that a certificate breaks: a warning, never a refusal. */
export interface Warning {
  readonly rule: string;
  /** SHA-256 of the certificate. */
  readonly certificate: string;
  readonly message: string;
  /** Section of the CA/Browser Forum's Baseline Requirements for TLS server certificates. */
  readonly source: string;
}

type Report = (rule: string, message: string, section: string) => void;
type Check = (certificate: Certificate, report: Report) => void;

const anywhere: readonly Check[] = [checkVersion, checkKey, checkEmptyConstraints, checkAccess];
const leafOnly: readonly Check[] = [checkLeafCa, checkPurposes, checkCommonName, checkAlternativeNames];
const rootOnly: readonly Check[] = [checkRootPurposes, checkRootKeyId];

/** What browsers' root programs would say to the path (leaf first). */
export function checkWebPki(path: readonly Certificate[]): Warning[] {
  return path.flatMap((certificate, index) => {
    const warnings: Warning[] = [];
    const report: Report = (rule, message, section) =>
      warnings.push({
        rule,
        certificate: certificate.sha256,
        message,
        source: `CA/Browser Forum BR section ${section}`,
      });
    const isRoot = certificate.selfIssued && index > 0;
    const checks = [...anywhere, ...(index === 0 ? leafOnly : []), ...(isRoot ? rootOnly : [])];
    for (const check of checks) check(certificate, report);
    return warnings;
  });
}

function checkVersion({ version }: Certificate, report: Report): void {
  if (version !== 3) report('version', `is of version ${version}, not 3`, '7.1.1');
}

const curves = ['P-256', 'P-384', 'P-521'];

function checkKey({ publicKey: { algorithm, bits, curve } }: Certificate, report: Report): void {
  if (algorithm === 'ECDSA') {
    if (!curves.includes(curve ?? ''))
      report('key-kind', `its key is on ${curve ?? 'a curve given by its parameters'}`, '6.1.5');
  } else if (algorithm !== 'RSA') report('key-kind', `its key is ${algorithm}`, '6.1.5');
  else if (bits < 2048) report('key-size', `its RSA key has ${bits} bits, not 2048`, '6.1.5');
  else if (bits % 8 !== 0) report('key-size', `its RSA key has ${bits} bits, which is no multiple of 8`, '6.1.5');
}

function checkEmptyConstraints({ extensions }: Certificate, report: Report): void {
  const constraints = extensions.find(({ oid }) => oid === EXTENSION.nameConstraints);
  if (constraints && constraints.value.length <= 6)
    report('constraints-empty', 'nameConstraints has no subtree', '7.1.2.5.2');
}

function checkAccess({ defects, extensions }: Certificate, report: Report): void {
  if (defects.some(({ oid }) => oid === EXTENSION.authorityInfoAccess))
    report('access-malformed', 'authorityInfoAccess is unreadable', '7.1.2.7.7');
  if (extensions.some(({ oid, critical }) => critical && oid === EXTENSION.extKeyUsage)) {
    report('purposes-critical', 'extendedKeyUsage is critical', '7.1.2.7.10');
  }
}

function checkLeafCa({ isCA }: Certificate, report: Report): void {
  if (isCA) report('leaf-is-ca', 'is a CA in the place of a server', '7.1.2.7.8');
}

function checkPurposes({ extKeyUsages }: Certificate, report: Report): void {
  if (extKeyUsages.length === 0) report('purposes-missing', 'has no extendedKeyUsage', '7.1.2.7.10');
  else if (extKeyUsages.includes('anyExtendedKeyUsage')) report('purposes-any', 'is for any purpose', '7.1.2.7.10');
}

/**
 * Section 7.1.4.3: a common name that is a host or an address is a copy of one of the alternative names, character
 * for character. A common name of another kind means nothing to clients; neither does one that stands for the same
 * domain as the DNS names, or for a domain where there are only addresses, which is the habit of most private issuers.
 */
function checkCommonName(certificate: Certificate, report: Report): void {
  const names = [...certificate.dnsNames, ...certificate.ipAddresses];
  for (const value of valuesOf(parseName(certificate.subjectRaw), COMMON_NAME)) {
    if (names.includes(value) || !/[.:]|^(0x[0-9a-f]+|\d+)$/i.test(value) || isSameDomain(value, certificate.dnsNames))
      continue;
    report('common-name', `the common name "${value}" is not one of the alternative names`, '7.1.4.3');
  }
}

function isSameDomain(value: string, dnsNames: readonly string[]): boolean {
  const isDomain =
    value.includes('.') && isDnsName(value) && parseAddress(value) === undefined && !/^[\d.]+$/.test(value);
  if (dnsNames.length === 0) return isDomain;
  return (
    isDomain && dnsNames.some((name) => name.endsWith(`.${value}`) || value.endsWith(`.${name.replace(/^\*\./, '')}`))
  );
}

function checkAlternativeNames(certificate: Certificate, report: Report): void {
  const { extensions, subjectRaw, dnsNames, subjectAltNames = [] } = certificate;
  const extension = extensions.find(({ oid }) => oid === EXTENSION.subjectAltName);
  if (!extension) report('names-missing', 'has no subjectAltName', '7.1.2.7.12');
  else if (extension.critical && !isEmptyName(subjectRaw))
    report('names-critical', 'subjectAltName is critical though there is a subject', '7.1.2.7.12');
  for (const { kind, value, raw } of subjectAltNames) {
    if (kind !== 'dns' && kind !== 'ip') report('name-kind', `has a ${kind} name`, '7.1.2.7.12');
    if (kind === 'ip' && !isAddress(value, raw)) report('name-malformed', `"${value}" is no address`, '7.1.2.7.12');
  }
  for (const name of dnsNames) checkDnsName(name, report);
}

function isAddress(value: string, raw: Uint8Array): boolean {
  const octets = parseAddress(value);
  return octets !== undefined && sameBytes(octets, raw) && printAddress(octets) === value;
}

function checkDnsName(name: string, report: Report): void {
  const base = name.startsWith('*.') ? name.slice(2) : name;
  if (name === '*' || !isDnsName(base) || /_|(^|\.)[^.]*-(\.|$)/.test(base))
    report('name-malformed', `"${name}" is no DNS name`, '7.1.4.2.1');
  else if (name !== base && isPublicSuffix(base))
    report('wildcard-too-wide', `"${name}" stands for everything below a public suffix`, '3.2.2.6');
}

function checkRootPurposes({ extensions }: Certificate, report: Report): void {
  if (extensions.some(({ oid }) => oid === EXTENSION.extKeyUsage))
    report('root-purposes', 'is a root with extendedKeyUsage', '7.1.2.1.2');
}

function checkRootKeyId({ extensions, authorityKeyId, authorityKey, subjectKeyId }: Certificate, report: Report): void {
  if (!extensions.some(({ oid }) => oid === EXTENSION.authorityKeyIdentifier)) return;
  if (authorityKeyId === undefined)
    report('root-key-id', 'is a root whose authorityKeyIdentifier has no key id', '7.1.2.1.3');
  else if (authorityKeyId !== subjectKeyId) report('root-key-id', 'is a root whose two key ids differ', '7.1.2.1.3');
  if (authorityKey?.issuer || authorityKey?.serialNumber)
    report('root-key-id', 'is a root that names the issuer of its issuer', '7.1.2.1.3');
}
