import { createHash, timingSafeEqual } from 'node:crypto';
import jks from 'jks-js';
import { parseCertificate } from '../../../core/x509/certificate.ts';
import { PortFailure } from '../../ports/failure.ts';
import type { KeystoreContents, KeystoreGroup } from '../../ports/keystores.ts';

const JCEKS = 0xcececece;

/**
 * Reads a Java keystore. Its certificates are not encrypted, so no password is needed; its keys stay locked, since
 * the certificate that leads an entry's chain tells their public half. Java does not load it by another password.
 */
export function openJks(bytes: Uint8Array, passwords: readonly string[]): KeystoreContents {
  const buffer = Buffer.from(bytes);
  if (buffer.readUInt32BE(0) === JCEKS) {
    throw new PortFailure(
      'partial',
      'is a JCEKS keystore, which is not read: convert it with keytool -importkeystore -deststoretype pkcs12',
    );
  }
  const groups: KeystoreGroup[] = [];
  const trusted: Uint8Array[] = [];
  for (const entry of jks.parseJks(buffer, '')) {
    if ('chain' in entry) {
      const certificates = entry.chain.map(({ value }) => value);
      const { spki, publicKey } = parseCertificate(certificates[0]!);
      const key = { spki, algorithm: publicKey.algorithm, bits: publicKey.bits };
      groups.push({ alias: entry.alias, certificates, key });
    } else {
      trusted.push(entry.cert.value);
    }
  }
  if (trusted.length > 0) groups.push({ certificates: trusted });
  const fits = passwords.some((password) => isSealedBy(buffer, password));
  return { groups, problems: [], ...(!fits && { sealed: true as const }) };
}

const DIGEST_BYTES = 20;
/** What the digest is whitened with: OpenJDK, sun.security.provider.JavaKeyStore, getPreKeyedHash. */
const WHITENER = 'Mighty Aphrodite';

/** A keystore ends with a digest over its password and all that is before. */
function isSealedBy(store: Buffer, password: string): boolean {
  const secret = Buffer.from(password, 'utf16le').swap16();
  const made = createHash('sha1').update(secret).update(WHITENER).update(store.subarray(0, -DIGEST_BYTES)).digest();
  secret.fill(0);
  const ends = store.subarray(-DIGEST_BYTES);
  return ends.length === made.length && timingSafeEqual(made, ends);
}
