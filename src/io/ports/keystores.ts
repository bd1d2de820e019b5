import type { Key } from '../../core/model/placement.ts';

/** Certificates that belong together: a key's own chain, or what is trusted. */
export interface KeystoreGroup {
  /** The entry's alias or friendly name. */
  readonly alias?: string;
  /** DER; the key's own certificate first, when there is one. */
  readonly certificates: readonly Uint8Array[];
  /** The public half of the private key; `locked` when no password opened it. */
  readonly key?: Key | 'locked';
}

export interface KeystoreContents {
  readonly groups: readonly KeystoreGroup[];
  readonly problems: readonly string[];
  /** It shows its certificates to anybody, and whatever demands the right password gets none of these through. */
  readonly sealed?: true;
}

/** Opens PKCS#12 and Java keystores. Private keys are dropped as soon as their public half is known. */
export interface Keystores {
  /**
   * @param passwords are tried in order
   * @throws PortFailure `denied` when none opens it, `partial` when it cannot be read; its message continues a
   *   sentence that begins with the path
   */
  open(kind: 'pkcs12' | 'jks', bytes: Uint8Array, passwords: readonly string[]): Promise<KeystoreContents>;
}
