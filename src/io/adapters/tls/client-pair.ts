import { createSecureContext, type SecureContext } from 'node:tls';
import { PortFailure } from '../../ports/failure.ts';
import type { DialTarget } from '../../ports/tls-dialer.ts';
import { localFiles } from '../files.ts';
import { SEEING } from './handshake.ts';

/** Bytes. */
const MAX_FILE = 1 << 20;

/**
 * What a client shows, from its files. OpenSSL holds the key from here on, and lets it go with the context.
 * @throws PortFailure when a file cannot be read, or the two are no pair
 */
export async function readClient({ certificate, key }: NonNullable<DialTarget['client']>): Promise<SecureContext> {
  const [cert, secret] = await Promise.all([certificate, key].map((path) => localFiles.read(path, MAX_FILE)));
  try {
    return createSecureContext({ ...SEEING, cert: Buffer.from(cert!), key: Buffer.from(secret!) });
  } catch (error) {
    // OpenSSL's words quote no key.
    const { code = 'EPAIR' } = error as NodeJS.ErrnoException;
    throw new PortFailure('partial', `${certificate} and ${key} are no pair that TLS can use`, { code });
  }
}
