import type { Certificate } from './certificate.ts';
import { kindRules } from './constraint-kinds.ts';
import type { NameConstraints } from './extensions.ts';
import type { ConstrainedName, GeneralName } from './general-name.ts';
import { isEmptyName, parseName, valuesOf } from './name.ts';
import { type Reason, reasonFor } from './rules.ts';

const EMAIL_ADDRESS = '1.2.840.113549.1.9.1';

/** Why one of the constraints is not in the form that RFC 5280 section 4.2.1.10 demands, or undefined. */
export function findMalformedConstraint({ permitted, excluded, bounded }: NameConstraints): string | undefined {
  if (permitted.length + excluded.length === 0) return 'nameConstraints is empty';
  if (bounded) return 'a subtree has a minimum or a maximum';
  for (const base of [...permitted, ...excluded]) {
    const reason = kindRules[base.kind]?.malformed(base);
    if (reason) return `the ${base.kind} constraint "${base.value}" ${reason}`;
  }
  return undefined;
}

/** All names of a certificate that constraints apply to: subjectAltName, the subject, e-mail addresses in a subject without others. */
export function constrainedNames(certificate: Certificate): ConstrainedName[] {
  const { subjectAltNames = [], subjectRaw, subject } = certificate;
  const names = subjectAltNames.map((name) => ({ ...name, inSubject: false }));
  if (isEmptyName(subjectRaw)) return names;
  const hasEmail = subjectAltNames.some(({ kind }) => kind === 'email');
  const addresses = hasEmail ? [] : valuesOf(parseName(subjectRaw), EMAIL_ADDRESS);
  return [
    ...names,
    { kind: 'directory', value: subject, raw: subjectRaw, inSubject: true },
    ...addresses.map((value) => ({ kind: 'email' as const, value, raw: Buffer.from(value), inSubject: true })),
  ];
}

/** The work of comparing the names with the constraints, in comparisons. */
export function constraintCost(certificate: Certificate, { permitted, excluded }: NameConstraints): number {
  const names = (certificate.subjectAltNames?.length ?? 0) + parseName(certificate.subjectRaw).length;
  return names * (permitted.length + excluded.length);
}

/** The rules that the certificate breaks under the constraints of one issuer: RFC 5280 section 6.1.3 (b), (c). */
export function checkNameConstraints(
  certificate: Certificate,
  issuer: Certificate,
  constraints: NameConstraints,
): Reason[] {
  const by = `of ${issuer.subject || issuer.sha256.slice(0, 16)}`;
  return constrainedNames(certificate).flatMap((name) => {
    const broken = judgeName(name, constraints);
    if (!broken) return [];
    const { rule, message, ...how } = broken;
    return [{ ...reasonFor(rule, certificate, `${message} ${by}`), ...how, name }];
  });
}

/** What one name breaks under constraints, or undefined. */
export function judgeName(
  name: GeneralName,
  constraints: NameConstraints,
): Pick<Reason, 'rule' | 'message' | 'byWildcard' | 'byForm'> | undefined {
  const kind = kindRules[name.kind];
  const permitted = constraints.permitted.filter((base) => base.kind === name.kind);
  const excluded = constraints.excluded.filter((base) => base.kind === name.kind);
  if (permitted.length + excluded.length === 0) return undefined;
  const what = `${name.kind} name "${name.value}"`;
  if (!kind)
    return {
      rule: 'name-constraint-unsupported',
      message: `${what} falls under a constraint of a kind that is not understood`,
    };
  const hit = excluded.find((base) => kind.touches(name, base));
  if (hit)
    return {
      rule: 'name-excluded',
      message: `${what} is excluded by "${hit.value}"`,
      byWildcard: !kind.inside(name, hit),
    };
  const isInside = permitted.length === 0 || permitted.some((base) => kind.inside(name, base));
  if (isInside && !kind.invalid(name)) return undefined;
  const allowed =
    permitted
      .slice(0, 5)
      .map(({ value }) => `"${value}"`)
      .join(', ') || 'any name of its kind';
  return { rule: 'name-not-permitted', message: `${what} is not within ${allowed}, the constraints`, byForm: isInside };
}
