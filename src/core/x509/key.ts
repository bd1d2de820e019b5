import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { type PublicKeyFacts, readPublicKey, spkiId } from './algorithms.ts';
import { readElement } from './der.ts';

/** A key as the product knows it: the public half only. */
export interface SeenKey extends PublicKeyFacts {
  /** SHA-256 of the SubjectPublicKeyInfo, lower-case hex. */
  readonly spki: string;
}

/** Encodings of a key: PKCS#8, PKCS#1, SEC 1 for private ones, SubjectPublicKeyInfo and PKCS#1 for public ones. */
export type KeyEncoding = 'pkcs8' | 'pkcs1' | 'sec1' | 'spki' | 'pkcs1-public';

/** The public half of an encoded key. @throws Error of OpenSSL when the bytes are no such key */
export function readSeenKey(der: Uint8Array, encoding: KeyEncoding): SeenKey {
  return describeKey(publicHalf(Buffer.from(der.buffer, der.byteOffset, der.length), encoding));
}

/** What is kept of a public key. */
export function describeKey(key: KeyObject): SeenKey {
  const der = key.export({ type: 'spki', format: 'der' });
  return { spki: spkiId(der), ...readPublicKey(readElement(der)) };
}

function publicHalf(key: Buffer, encoding: KeyEncoding): KeyObject {
  if (encoding === 'spki') return createPublicKey({ key, format: 'der', type: 'spki' });
  if (encoding === 'pkcs1-public') return createPublicKey({ key, format: 'der', type: 'pkcs1' });
  return createPublicKey(createPrivateKey({ key, format: 'der', type: encoding }));
}
