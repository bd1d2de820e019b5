import type { RoleId } from '../model/role.ts';
import type { Inventory, Placed } from '../snapshot/inventory.ts';
import { wasRead } from './readings.ts';
import { authorityOf, placementsOfRole } from './trust.ts';

/**
 * CAs of kubeadm whose key is not beside them, so that kubeadm cannot sign with them: an external CA. A key that may not
 * be read has a mode all the same.
 */
export function casWithoutKey(inventory: Inventory, role: RoleId): readonly Placed[] {
  if (!wasRead(inventory, 'kubeadm-files') || !isControlPlane(inventory)) return [];
  return placementsOfRole(inventory, role).filter(
    ({ placement, leaf }) =>
      leaf !== undefined &&
      placement.manager === 'kubeadm' &&
      /^file:.*\.crt(?:\[0\])?$/.test(placement.ref) &&
      placement.key === undefined &&
      placement.mode === undefined,
  );
}

/** Whether what stands here is renewed by a CA whose key is elsewhere: `kubeadm certs renew` then does nothing. */
export function isExternallySigned(inventory: Inventory, { placement }: Placed): boolean {
  const authority = authorityOf(placement.role);
  return placement.manager === 'kubeadm' && authority !== undefined && casWithoutKey(inventory, authority).length > 0;
}

/** A worker has the CA alone, and needs no key of it. */
function isControlPlane(inventory: Inventory): boolean {
  return placementsOfRole(inventory, 'apiserver-serving').some(
    ({ placement }) => placement.manager === 'kubeadm' && placement.ref.startsWith('file:'),
  );
}
