import { type ManagerId, managerInfo } from '../model/manager.ts';
import type { RoleId } from '../model/role.ts';
import type { Inventory, Placed } from '../snapshot/inventory.ts';
import type { Certificate } from '../x509/certificate.ts';
import { wasRead } from './readings.ts';
import { certificateFactOf, secretFactOf } from './relations.ts';

/** Managers that renew only some of what they made: the rest is renewed by nobody, like a person's. */
const RENEWS_ONLY: Partial<Record<ManagerId, ReadonlySet<RoleId>>> = {
  'cluster-api': new Set<RoleId>(['remote-client']),
  kubelet: new Set<RoleId>(['kubelet-client', 'kubelet-serving']),
  istiod: new Set<RoleId>(['workload-svid', 'istiod-serving', 'istio-ca', 'istio-root']),
  'istio-agent': new Set<RoleId>(['workload-svid']),
  spire: new Set<RoleId>(['workload-svid']),
  linkerd: new Set<RoleId>(['workload-svid']),
};

/** istiod renews its own CA with a fifth of the life left: istio security/pkg/pki/ca, self-signed CA rotation. */
const OTHER_SHARES: Partial<Record<RoleId, number>> = { 'istio-ca': 0.8, 'istio-root': 0.8 };

/** They rotate by themselves, late, and say nowhere when: a user's own kubeconfig is not among what they rotate. */
const LATE: ReadonlySet<ManagerId> = new Set(['provider', 'openshift', 'talos']);
const LATE_SHARE = 0.9;
const NOT_ROTATED: ReadonlySet<RoleId> = new Set<RoleId>(['user-client', 'admin-client', 'tls-secret', 'ingress-tls']);

/**
 * When the placement's manager renews the certificate by itself.
 * @returns milliseconds since the epoch, or undefined where nobody does so unasked
 */
export function dueTime(inventory: Inventory, certificate: Certificate, placed: Placed): number | undefined {
  const { manager, role, bundle } = placed.placement;
  // An issuer that came with a leaf is renewed by its own keeper, whoever keeps the leaf.
  if (!bundle && placed.leaf?.sha256 !== certificate.sha256) return undefined;
  if (manager === 'cert-manager') return certManagerDue(inventory, certificate, placed);
  const share = shareOf(manager, role);
  if (share === undefined) return undefined;
  return atShare(certificate, share, role === 'workload-svid' ? (BACKDATED[manager] ?? 0) : 0);
}

/**
 * Milliseconds by which a certificate begins before it is issued, against skewed clocks (istio security/pkg/pki/util,
 * ClockSkewGracePeriod): the agent counts its share from when it got it.
 */
const BACKDATED: Partial<Record<ManagerId, number>> = { istiod: 120_000, 'istio-agent': 120_000 };

function shareOf(manager: ManagerId, role: RoleId): number | undefined {
  if (LATE.has(manager)) return NOT_ROTATED.has(role) ? undefined : LATE_SHARE;
  if (RENEWS_ONLY[manager]?.has(role) === false) return undefined;
  return manager === 'istiod' ? (OTHER_SHARES[role] ?? managerInfo(manager).dueAt) : managerInfo(manager).dueAt;
}

/** status.renewalTime counts only for the certificate that it was computed from. */
function certManagerDue(inventory: Inventory, certificate: Certificate, { placement }: Placed): number | undefined {
  const fact = certificateFactOf(inventory, placement.ref);
  if (fact?.renewalDisabled) return undefined;
  if (!fact && isOrphan(inventory, placement.ref)) return undefined;
  const renewal = Date.parse(fact?.renewalTime ?? '');
  const isOfThis = !fact?.notAfter || Date.parse(fact.notAfter) === certificate.notAfter;
  if (isOfThis && !Number.isNaN(renewal)) return renewal;
  return atShare(certificate, managerInfo('cert-manager').dueAt ?? 1);
}

/** The Certificate that the Secret names is gone. What cert-manager keeps for itself names none. */
function isOrphan(inventory: Inventory, ref: string): boolean {
  return secretFactOf(inventory, ref)?.certificateName !== undefined && wasRead(inventory, 'certificates');
}

function atShare({ notBefore, notAfter }: Certificate, share: number, backdated = 0): number {
  const start = Math.min(notBefore + backdated, notAfter);
  return start + (notAfter - start) * share;
}
