import type { Unseen } from '../../core/model/observation.ts';
import type { Placement } from '../../core/model/placement.ts';
import { ref } from '../../core/model/ref.ts';
import type { Certificate } from '../../core/x509/certificate.ts';
import type { Reading } from './reading.ts';

/** Places each certificate of a trust bundle; `base` is the ref that the members' numbers follow. */
export function placeBundle(
  reading: Reading,
  base: string,
  bundle: Pick<Placement, 'layer' | 'role' | 'manager'> & { readonly certificates: readonly Certificate[] },
): void {
  const { certificates, ...rest } = bundle;
  for (const [index, { der }] of certificates.entries()) {
    const member: Unseen<Placement> = {
      ref: ref.member(base, index),
      ...rest,
      chain: reading.chain([der]),
      bundle: true,
    };
    reading.place(member);
  }
}
