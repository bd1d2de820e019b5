import type { IssuerCredentialFact } from '../../model/facts.ts';
import { at, recordOf } from './json.ts';

/**
 * Whether a Secret has what an issuer reads from it. Of the value only this is kept: that it is there, and that white
 * space stands around it, which cert-manager sends to the provider as part of a token. PEM ends in a line break rightly.
 */
export function credentialState(secret: unknown, key: string | undefined): IssuerCredentialFact['state'] {
  const data = recordOf(at(secret, 'data'));
  if (key === undefined) return Object.keys(data).length > 0 ? 'present' : 'empty';
  const value = data[key];
  if (typeof value !== 'string') return 'key-missing';
  const bytes = Buffer.from(value, 'base64');
  try {
    if (bytes.length === 0) return 'empty';
    return isSpace(bytes[0]) || isSpace(bytes.at(-1)) ? (isStructured(bytes) ? 'present' : 'padded') : 'present';
  } finally {
    bytes.fill(0);
  }
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** PEM and JSON may have white space at their ends. */
function isStructured(bytes: Buffer): boolean {
  return bytes.includes('-----BEGIN ') || bytes.includes('{');
}
