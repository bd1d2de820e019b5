import type { Certificate } from '../certificate.ts';
import type { NameConstraints } from '../extensions.ts';
import type { GeneralName, GeneralNameKind } from '../general-name.ts';
import { constraintCost, findMalformedConstraint, judgeName } from '../name-constraints.ts';
import type { Objection } from '../rules.ts';
import type { Situation } from './client.ts';

/** Whether Go understands constraints on names of this kind. */
export function goConstrains(kind: GeneralNameKind): boolean {
  return kind === 'dns' || kind === 'ip' || kind === 'email' || kind === 'uri';
}

/**
 * checkChainConstraints: names of subjectAltName only, those of self-issued intermediates too, and a host in a
 * constraint on e-mail addresses or URIs stands for the hosts below it as well.
 */
export function checkGoConstraints(path: readonly Certificate[], { pool }: Situation): Objection[] {
  return path.flatMap((issuer, position) => {
    if (!issuer.nameConstraints) return [];
    const constraints = readAsGo(issuer.nameConstraints);
    return path.slice(0, position).flatMap((certificate) => {
      pool.budget.spend('comparisons', constraintCost(certificate, constraints));
      return checkNames(certificate, constraints);
    });
  });
}

function checkNames(certificate: Certificate, constraints: NameConstraints): Objection[] {
  const names = (certificate.subjectAltNames ?? []).filter(({ kind }) => goConstrains(kind));
  return names.flatMap((name) => {
    const broken = judgeName(name, constraints);
    if (!broken) return [];
    const source = 'go crypto/x509/constraints.go checkChainConstraints';
    return [{ rule: broken.rule, certificate: certificate.sha256, message: broken.message, source }];
  });
}

function readAsGo({ permitted, excluded }: NameConstraints): NameConstraints {
  return { permitted: permitted.flatMap(widen), excluded: excluded.flatMap(widen), bounded: false };
}

function widen(base: GeneralName): GeneralName[] {
  const isHost = base.value !== '' && !base.value.startsWith('.') && !base.value.includes('@');
  return isHost && (base.kind === 'email' || base.kind === 'uri')
    ? [base, { ...base, value: `.${base.value}` }]
    : [base];
}

/** parseNameConstraintsExtension takes a period in front of a DNS constraint, and reads neither minimum nor maximum. */
export function isWellFormedForGo({ permitted, excluded }: NameConstraints): boolean {
  const trim = (base: GeneralName) => (base.kind === 'dns' ? { ...base, value: base.value.replace(/^\./, '') } : base);
  return (
    findMalformedConstraint({ permitted: permitted.map(trim), excluded: excluded.map(trim), bounded: false }) ===
    undefined
  );
}
