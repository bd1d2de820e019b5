import type { Certificate } from './certificate.ts';
import type { Demands } from './demands.ts';
import { checkNameConstraints, constraintCost } from './name-constraints.ts';
import { coversName, describeNames } from './names.ts';
import { hasValidPolicy } from './policies.ts';
import type { Pool } from './pool.ts';
import { type Reason, type RuleCode, reasonFor } from './rules.ts';

const SMALLEST_RSA = 1024;
/** An anchor is trusted as a name and a key, RFC 5280 section 6.1.1 (d), and old roots number themselves 0. */
const FREE_FOR_ANCHORS: readonly RuleCode[] = ['serial-not-positive', 'serial-too-long'];
const WEAK_HASHES = ['md2', 'md4', 'md5', 'sha1'];

/** What is wrong with a path (leaf first), whole or not, revocation aside: RFC 5280 section 6.1. @throws EffortExceeded */
export function checkPath(path: readonly Certificate[], pool: Pool, demands: Demands): Reason[] {
  return [
    ...path.flatMap((certificate, index) => checkMember(certificate, index, pool, demands)),
    ...path.flatMap((certificate, index) => (index < path.length - 1 ? checkSignature(certificate) : [])),
    ...path.flatMap((certificate, index) => (index === 0 ? [] : checkPathLength(certificate, path.slice(1, index)))),
    ...checkDepth(path, demands),
    ...checkConstraints(path, pool),
    ...checkLeaf(path[0]!, demands),
    ...checkPolicy(path, demands),
  ];
}

/** What is wrong with a certificate in its place, whatever the rest of the path: 0 is the leaf, others are issuers. */
export function checkMember(certificate: Certificate, index: number, pool: Pool, demands: Demands): Reason[] {
  const isAnchor = pool.isAnchor(certificate);
  return [
    ...pool.profileOf(certificate).filter(({ rule }) => !(isAnchor && FREE_FOR_ANCHORS.includes(rule))),
    ...checkTime(certificate, demands.now),
    ...checkKey(certificate),
    ...checkPurposes(certificate, demands),
    ...(index === 0 ? [] : checkIssuer(certificate, isAnchor)),
  ];
}

/** RFC 5280 section 6.1.3 (a)(2); both ends belong to the period, fractions of a second don't count. */
export function checkTime(certificate: Certificate, now: number): Reason[] {
  const second = Math.floor(now / 1000) * 1000;
  const { notBefore, notAfter } = certificate;
  if (second > notAfter)
    return [reasonFor('expired', certificate, `expired at ${printTime(notAfter)}, the time is ${printTime(now)}`)];
  if (second < notBefore)
    return [
      reasonFor('not-yet-valid', certificate, `valid from ${printTime(notBefore)}, the time is ${printTime(now)}`),
    ];
  return [];
}

function checkKey(certificate: Certificate): Reason[] {
  const { algorithm, bits } = certificate.publicKey;
  if (!algorithm.startsWith('RSA') || bits >= SMALLEST_RSA) return [];
  return [reasonFor('key-weak', certificate, `the RSA key has only ${bits} bits`)];
}

/** The strength of the signature; that it is right was established when the path was built. */
export function checkSignature(certificate: Certificate): Reason[] {
  const { name, hash } = certificate.signatureAlgorithm;
  if (hash === undefined || !WEAK_HASHES.includes(hash)) return [];
  return [reasonFor('signature-weak', certificate, `signed with ${name}`)];
}

/** RFC 5280 section 6.1.4 (k), (n). An anchor of version 1 has no way to say that it is a CA. */
function checkIssuer(certificate: Certificate, isAnchor: boolean): Reason[] {
  const { isCA, version, keyUsages } = certificate;
  const reasons: Reason[] = [];
  if (!isCA && !(isAnchor && version < 3))
    reasons.push(reasonFor('not-a-ca', certificate, 'issued a certificate but is no CA'));
  if (keyUsages.length > 0 && !keyUsages.includes('keyCertSign')) {
    reasons.push(
      reasonFor(
        'key-usage-cert-sign',
        certificate,
        `issued a certificate but its key is for ${keyUsages.join(', ')} only`,
      ),
    );
  }
  return reasons;
}

/** Purposes narrow down a path, as every client has it: RFC 5280 leaves open what they mean in a CA. */
function checkPurposes(certificate: Certificate, { purpose, extKeyUsage = [] }: Demands): Reason[] {
  const { extKeyUsages } = certificate;
  if (extKeyUsages.length === 0 || extKeyUsages.includes('anyExtendedKeyUsage')) return [];
  const wanted = new Set([...extKeyUsage, ...(purpose === 'any' ? [] : [purpose])]);
  return [...wanted]
    .filter((usage) => !extKeyUsages.includes(usage))
    .map((usage) =>
      reasonFor('extended-key-usage', certificate, `is for ${extKeyUsages.join(', ')}, not for ${usage}`),
    );
}

/** Whether the issuer allows the intermediates (self-issued ones not counted) that stand between it and the leaf. */
export function checkPathLength(issuer: Certificate, between: readonly Certificate[]): Reason[] {
  const count = between.filter(({ selfIssued }) => !selfIssued).length;
  if (issuer.pathLen === undefined || count <= issuer.pathLen) return [];
  return [reasonFor('path-length', issuer, `allows ${issuer.pathLen} intermediates below it, the path has ${count}`)];
}

function checkDepth(path: readonly Certificate[], { maxDepth }: Demands): Reason[] {
  const count = path.slice(1, -1).filter(({ selfIssued }) => !selfIssued).length;
  if (maxDepth === undefined || count <= maxDepth) return [];
  return [reasonFor('path-too-long', path[0]!, `the path has ${count} intermediates, ${maxDepth} are allowed`)];
}

/** Every issuer's constraints bind all below it but self-issued intermediates: RFC 5280 section 6.1.3 (b), (c). */
function checkConstraints(path: readonly Certificate[], pool: Pool): Reason[] {
  return path.flatMap((issuer, position) => {
    const constraints = issuer.nameConstraints;
    if (!constraints || position === 0) return [];
    return path.slice(0, position).flatMap((certificate, index) => {
      if (index > 0 && certificate.selfIssued) return [];
      pool.budget.spend('comparisons', constraintCost(certificate, constraints));
      return checkNameConstraints(certificate, issuer, constraints);
    });
  });
}

function checkLeaf(leaf: Certificate, { name, keyUsage = [] }: Demands): Reason[] {
  const reasons: Reason[] = [];
  if (name && !coversName(leaf, name)) {
    reasons.push(reasonFor('name-mismatch', leaf, `does not cover ${name.value}: ${describeNames(leaf)}`));
  }
  const missing = leaf.keyUsages.length > 0 ? keyUsage.filter((usage) => !leaf.keyUsages.includes(usage)) : [];
  if (missing.length > 0)
    reasons.push(reasonFor('key-usage-demanded', leaf, `its key is not for ${missing.join(', ')}`));
  return reasons;
}

function checkPolicy(path: readonly Certificate[], { policy }: Demands): Reason[] {
  if (hasValidPolicy(path.toReversed(), policy)) return [];
  return [reasonFor('policy', path[0]!, 'a policy is demanded and none is valid for the whole path')];
}

/** RFC 3339 in UTC, without fractions. */
function printTime(at: number): string {
  return Number.isFinite(at) ? new Date(at).toISOString().replace(/\.\d+Z$/, 'Z') : String(at);
}
