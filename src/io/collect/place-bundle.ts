import type { ManagerId } from '../../core/model/manager.ts';
import type { Unseen } from '../../core/model/observation.ts';
import type { Placement } from '../../core/model/placement.ts';
import { ref } from '../../core/model/ref.ts';
import type { Certificate } from '../../core/x509/certificate.ts';
import type { Reading } from './reading.ts';

export interface Bundle extends Pick<Placement, 'layer' | 'role'> {
  readonly certificates: readonly Certificate[];
  /** Who renews a member, where that is known. */
  readonly managerOf: (member: Certificate) => ManagerId;
}

/** Places each certificate of a trust bundle; `base` is the ref that the members' numbers follow. */
export function placeBundle(reading: Reading, base: string, bundle: Bundle): void {
  const { certificates, managerOf, ...rest } = bundle;
  for (const [index, certificate] of certificates.entries()) {
    const member: Unseen<Placement> = {
      ref: ref.member(base, index),
      ...rest,
      manager: managerOf(certificate),
      chain: reading.chain([certificate.der]),
      bundle: true,
    };
    reading.place(member);
  }
}
