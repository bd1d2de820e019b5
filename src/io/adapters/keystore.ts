import { PortFailure } from '../ports/failure.ts';
import type { KeystoreContents, Keystores } from '../ports/keystores.ts';

/** The readers load only when a keystore is met. */
export const fileKeystores: Keystores = {
  open: async (kind, bytes, passwords) => {
    try {
      return await READERS[kind](bytes, passwords);
    } catch (error) {
      if (error instanceof PortFailure) throw error;
      const cause = error instanceof Error ? error.message : String(error);
      throw new PortFailure('partial', `is a damaged ${TITLES[kind]} keystore: ${cause}`, { cause: error });
    }
  },
};

const TITLES = { pkcs12: 'PKCS#12', jks: 'Java' } as const;

const READERS: Record<
  keyof typeof TITLES,
  (bytes: Uint8Array, passwords: readonly string[]) => Promise<KeystoreContents>
> = {
  pkcs12: async (bytes, passwords) => (await import('./keystore/pkcs12.ts')).openPkcs12(bytes, passwords),
  jks: async (bytes, passwords) => (await import('./keystore/jks.ts')).openJks(bytes, passwords),
};
