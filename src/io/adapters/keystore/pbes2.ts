import { createDecipheriv, pbkdf2Sync } from 'node:crypto';
import { contentOf, type Element, Fields, TAG } from '../../../core/x509/der.ts';
import { readOid, readSmallInteger } from '../../../core/x509/der-values.ts';

/** Hashes of the pseudorandom functions and ciphers with their key's bytes: RFC 8018, appendix B. */
const HASHES: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.8': 'sha224',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};
const CIPHERS: Readonly<Record<string, readonly [string, number]>> = {
  '2.16.840.1.101.3.4.1.2': ['aes-128-cbc', 16],
  '2.16.840.1.101.3.4.1.22': ['aes-192-cbc', 24],
  '2.16.840.1.101.3.4.1.42': ['aes-256-cbc', 32],
  '1.2.840.113549.3.7': ['des-ede3-cbc', 24],
};

/**
 * Undoes PBES2 (RFC 8018, 6.2). Undefined when the padding says that the password is wrong.
 * @throws Error when a part of the scheme is not known
 */
export function openPbes2(parameters: Element, encrypted: Uint8Array, password: string | null): Buffer | undefined {
  const fields = new Fields(parameters);
  const derivation = new Fields(fields.expect('the key derivation', TAG.sequence));
  derivation.expect('its name', TAG.oid);
  const inner = new Fields(derivation.expect('its parameters', TAG.sequence));
  const salt = contentOf(inner.expect('the salt', TAG.octetString));
  const rounds = readSmallInteger(inner.expect('the rounds', TAG.integer), 'the number of rounds');
  inner.optional(TAG.integer);
  const prf = inner.optional(TAG.sequence);
  const hash = prf ? HASHES[oidOf(prf)] : 'sha1';
  const scheme = new Fields(fields.expect('the cipher', TAG.sequence));
  const cipher = CIPHERS[readOid(scheme.expect('its name', TAG.oid))];
  if (!hash || !cipher) throw new Error('its cipher is not known');
  const iv = contentOf(scheme.expect('the initialisation vector', TAG.octetString));
  const key = pbkdf2Sync(password ?? '', salt, rounds, cipher[1], hash);
  const decipher = createDecipheriv(cipher[0], key, iv);
  const start = decipher.update(encrypted);
  try {
    return Buffer.concat([start, decipher.final()]);
  } catch {
    return undefined;
  }
}

function oidOf(algorithm: Element): string {
  return readOid(new Fields(algorithm).expect('a name', TAG.oid));
}
