import 'node-forge/lib/pbe.js';
import forge from 'node-forge/lib/forge.js';
import { type Element, rawOf } from '../../../core/x509/der.ts';

/**
 * Undoes the ciphers of RFC 7292 appendix C (RC2 and triple DES), which this Node's OpenSSL no longer has. Undefined
 * when the padding says that the password is wrong. `null` is the password without even a terminator.
 * @throws Error when the cipher is not known
 */
export function openLegacy(
  oid: string,
  parameters: Element,
  encrypted: Uint8Array,
  password: string | null,
): Buffer | undefined {
  const cipher = forge.pki.pbe.getCipher(oid, forge.asn1.fromDer(binary(rawOf(parameters))), password);
  cipher.update(forge.util.createBuffer(binary(encrypted)));
  return cipher.finish() ? Buffer.from(cipher.output.getBytes(), 'latin1') : undefined;
}

function binary(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
