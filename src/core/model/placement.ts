import type { Layer } from './layer.ts';
import type { ManagerId } from './manager.ts';
import type { RoleId } from './role.ts';

/** Where a certificate (or a key, or a trust bundle's member) was found, or ought to be and is not. */
export interface Placement {
  /** The placement's name, see ref.ts: what `-o name` prints and every TARGET accepts. */
  readonly ref: string;
  readonly layer: Layer;
  readonly role: RoleId;
  readonly manager: ManagerId;
  /** SHA-256 fingerprints (lower-case hex), leaf first; one member of a trust bundle is a chain of one. */
  readonly chain: readonly string[];
  /** True for a member of a trust bundle: it anchors or completes chains, it is not served. */
  readonly bundle?: true;
  /** The key that belongs to the chain's leaf: SHA-256 (hex) of its SubjectPublicKeyInfo. */
  readonly key?: string;
  /** Permission bits of the file that holds the private key, octal: `0600`. */
  readonly mode?: string;
  /** Why the placement that ought to hold something holds nothing. */
  readonly missing?: string;
  /** Index into the snapshot's coverage: the reading that says so. */
  readonly seen: number;
}

/** A private or public key that was seen, known only by its public half. */
export interface Key {
  readonly spki: string;
  readonly algorithm: string;
  readonly bits: number;
}
