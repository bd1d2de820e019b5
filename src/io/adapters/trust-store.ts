import { rootCertificates } from 'node:tls';
import type { TrustStore } from '../ports/trust-store.ts';

/** Mozilla's roots, as this Node carries them: what public clients trust, whatever this machine's own store holds. */
export const publicTrustStore: TrustStore = {
  roots: async () => rootCertificates.map((pem) => Buffer.from(pem.replace(/-----[A-Z ]+-----|\s/g, ''), 'base64')),
};
