import { certificatesIn, type X509Contents } from '../pem-contents.ts';

/** What a base64 field of an API object holds: X.509 in PEM or DER, something else, or nothing. */
export type Encoded =
  | { readonly kind: 'x509'; readonly contents: X509Contents }
  | { readonly kind: 'other' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'unreadable'; readonly problem: string };

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const PEM_MARKER = '-----BEGIN ';
/** As it looks to whoever encoded a value that the API, or kubectl, encodes once more. */
const PEM_MARKER_ENCODED = Buffer.from('-----BEGIN').toString('base64').slice(0, 12);
/** First byte of every DER certificate, request and key: a SEQUENCE. */
const SEQUENCE = 0x30;

/**
 * Reads a base64 field. The decoded bytes are overwritten before it returns, so that of a value which turns out to be
 * a key, a password or anything else nothing stays but what `certificatesIn` keeps: the public part. Never throws.
 */
export function readEncoded(value: unknown): Encoded {
  if (value === undefined || value === null || value === '') return { kind: 'empty' };
  if (typeof value !== 'string') return { kind: 'unreadable', problem: `is no text but ${typeof value}` };
  const base64 = value.replace(/\s+/g, '');
  if (!BASE64.test(base64)) return { kind: 'unreadable', problem: 'is not base64' };
  const bytes = Buffer.from(base64, 'base64');
  try {
    if (bytes.length === 0) return { kind: 'empty' };
    if (bytes.indexOf(PEM_MARKER_ENCODED) === 0) return { kind: 'unreadable', problem: 'is base64 encoded twice' };
    if (bytes.includes(PEM_MARKER)) return { kind: 'x509', contents: certificatesIn(bytes) };
    return looksLikeDer(bytes) ? readDer(bytes) : { kind: 'other' };
  } finally {
    bytes.fill(0);
  }
}

/** Reads plain text, as ConfigMaps hold it. */
export function readPlain(value: unknown): Encoded {
  if (value === undefined || value === null || value === '') return { kind: 'empty' };
  if (typeof value !== 'string') return { kind: 'unreadable', problem: `is no text but ${typeof value}` };
  return value.includes(PEM_MARKER)
    ? { kind: 'x509', contents: certificatesIn(Buffer.from(value)) }
    : { kind: 'other' };
}

/** What is wrong inside, one sentence each: `line 3: ...`. */
export function problemsOf({ problems }: X509Contents): string[] {
  return problems.map(({ line, reason }) => (line > 0 ? `line ${line}: ${reason}` : reason));
}

/** A SEQUENCE with a length of two octets that spans the value: certificates are neither shorter nor longer. */
function looksLikeDer(bytes: Buffer): boolean {
  return bytes.length > 4 && bytes[0] === SEQUENCE && bytes[1] === 0x82 && bytes.length === bytes.readUInt16BE(2) + 4;
}

/** Keystores (PKCS#12) begin like certificates: bytes that are no certificate, key, CRL or request are not ours. */
function readDer(bytes: Buffer): Encoded {
  const contents = certificatesIn(bytes);
  const { certificates, keys, crls, requests } = contents;
  const found = certificates.length + keys.length + crls.length + requests.length;
  return found > 0 ? { kind: 'x509', contents } : { kind: 'other' };
}
