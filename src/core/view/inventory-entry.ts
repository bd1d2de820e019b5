import type { Placement } from '../model/placement.ts';
import type { RoleId } from '../model/role.ts';
import type { Placed } from '../snapshot/inventory.ts';
import type { Certificate } from '../x509/certificate.ts';

/** One certificate with everywhere it was seen: its layer, role and manager are those of its first placement. */
export interface InventoryEntry {
  readonly certificate: Certificate;
  readonly placements: readonly Placed[];
  readonly first: Placement;
  readonly role: RoleId;
  readonly consumers: readonly string[];
}
