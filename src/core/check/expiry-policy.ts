import type { Severity } from '../model/finding.ts';
import type { Threshold } from '../model/policy.ts';
import { roleInfo } from '../model/role.ts';
import type { Inventory, Placed } from '../snapshot/inventory.ts';
import type { Certificate } from '../x509/certificate.ts';
import { isLeftover, isSpareMember } from './bundles.ts';
import { dueTime } from './due.ts';
import { isProbedByRke2 } from './rke2.ts';
import type { CheckInput } from './rule.ts';

/** What the default policy says of one certificate where it stands. */
export interface ExpiryVerdict {
  readonly placed: Placed;
  readonly state: 'expired' | 'expiring';
  readonly severity: Severity;
  /** When its manager should have renewed it, milliseconds since the epoch. */
  readonly due?: number;
  /** Why its end hurts nobody here. */
  readonly harmless?: string;
}

/** The worst verdict over all places where a certificate stands; undefined while there is nothing to say. */
export function judgeExpiry(input: CheckInput, certificate: Certificate): ExpiryVerdict | undefined {
  const { inventory } = input;
  const places = inventory.placementsOf(certificate.sha256).filter((placed) => speaksFor(placed, certificate));
  const due = places.map((placed) => dueTime(inventory, certificate, placed)).find((at) => at !== undefined);
  return places
    .flatMap((placed) => judgePlace(input, certificate, placed, due) ?? [])
    .sort((a, b) => WEIGHT[b.severity] - WEIGHT[a.severity] || rank(a.placed) - rank(b.placed))[0];
}

const WEIGHT = { critical: 3, unknown: 2, warning: 1, info: 0 } as const;

/** Where it can be renewed comes before where it is only trusted, and that before where it was seen served. */
function rank({ placement }: Placed): number {
  return placement.ref.startsWith('tls://') ? 2 : placement.bundle ? 1 : 0;
}

/**
 * Public roots are judged by their keepers, a CertificateRequest by the Secret that came of it. An issuer that travels
 * with its leaf is renewed with it: it has a say only where it ends first.
 */
function speaksFor({ placement, leaf }: Placed, certificate: Certificate): boolean {
  if (placement.role === 'public-root' || placement.role === 'certificate-request') return false;
  return leaf?.sha256 === certificate.sha256 || (leaf !== undefined && certificate.notAfter < leaf.notAfter);
}

function judgePlace(
  input: CheckInput,
  certificate: Certificate,
  placed: Placed,
  due: number | undefined,
): ExpiryVerdict | undefined {
  const { now, inventory } = input;
  const expired = now > certificate.notAfter;
  const severity = expired
    ? 'critical'
    : due === undefined
      ? judgeEnd(input, certificate, placed)
      : judgeOverdue(input, certificate, due);
  if (!severity) return undefined;
  const harmless = harmlessness(inventory, placed, certificate, now);
  return {
    placed,
    state: expired ? 'expired' : 'expiring',
    severity: harmless ? 'info' : severity,
    ...(due !== undefined && { due }),
    ...(harmless && { harmless }),
  };
}

/** Rule 1: from the due time to the end, by shares of that span. */
function judgeOverdue({ now, policy }: CheckInput, { notAfter }: Certificate, due: number): Severity | undefined {
  const passed = due < notAfter ? (now - due) / (notAfter - due) : now - due;
  if (passed >= policy.selfRenewing.criticalAfter) return 'critical';
  return passed >= policy.selfRenewing.warnAfter ? 'warning' : undefined;
}

/** Rule 2: what nobody renews unasked. The API server's own certificate is renewed by any restart: only a warning. */
function judgeEnd({ now, policy }: CheckInput, certificate: Certificate, placed: Placed): Severity | undefined {
  const { role, manager } = placed.placement;
  const { warn, critical } = actsAsCA(certificate, placed) ? policy.ca : policy.leaf;
  const left = certificate.notAfter - now;
  const lifetime = certificate.notAfter - certificate.notBefore;
  const hasOwnStart = manager !== 'kubeadm' || certificate.isCA;
  const within = (threshold: Threshold) =>
    left <= (hasOwnStart ? Math.min(threshold.before, threshold.share * lifetime) : threshold.before);
  if (within(critical)) return role === 'apiserver-loopback' ? 'warning' : 'critical';
  return within(warn) ? 'warning' : undefined;
}

/** A server's self-signed certificate says that it is a CA, as openssl makes it; it is a leaf all the same. */
function actsAsCA(certificate: Certificate, { placement, leaf }: Placed): boolean {
  const { use } = roleInfo(placement.role);
  if (leaf?.sha256 !== certificate.sha256 || use === 'ca' || use === 'bundle') return true;
  return use === 'file' && certificate.isCA;
}

function harmlessness(inventory: Inventory, placed: Placed, certificate: Certificate, now: number): string | undefined {
  const { role, bundle } = placed.placement;
  if (!roleInfo(role).verified && !isProbedByRke2(placed))
    return roleInfo(role).use === 'issued' ? 'it is only a record' : 'nobody verifies it';
  if (isLeftover(inventory, placed)) return 'the kubelet has rotated it out';
  if (bundle && isSpareMember(inventory, placed, certificate, now)) return 'nothing that was seen needs it';
  return undefined;
}
