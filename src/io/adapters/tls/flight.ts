import { createDecipheriv, createHmac } from 'node:crypto';
import { parseName, printName } from '../../../core/x509/name.ts';

/** What a server asked of its client during the handshake; OpenSSL's Node binding does not tell. */
export interface CertificateRequest {
  /** Subjects (RFC 4514) of the CAs it accepts; empty: it does not say. */
  readonly issuers: readonly string[];
}

/**
 * Finds the CertificateRequest in the bytes that a server sent. TLS 1.2 and older send it in the clear; for TLS 1.3
 * `secret` is SERVER_HANDSHAKE_TRAFFIC_SECRET, which our own end of the connection knows (key log). Undefined when
 * none was sent or the bytes cannot be read.
 */
export function findCertificateRequest(received: Buffer, secret?: Buffer): CertificateRequest | undefined {
  try {
    const clear = recordsOf(received);
    const hello = messagesOf(clear).find(({ type, body }) => type === 2 && !isRetry(body));
    if (!hello) return undefined;
    const version = helloVersion(hello.body);
    const records = version.tls13 && secret ? decrypt(clear, version.cipher, secret) : clear;
    const request = messagesOf(records).find(({ type }) => type === 13);
    return request && { issuers: issuersOf(request.body, version).map((name) => printName(parseName(name))) };
  } catch {
    return undefined;
  }
}

interface TlsRecord {
  readonly type: number;
  readonly header: Buffer;
  readonly body: Buffer;
}

/** RFC 8446, 5.1; a record that has not arrived whole ends the list. */
function recordsOf(bytes: Buffer): TlsRecord[] {
  const records: TlsRecord[] = [];
  for (let at = 0; at + 5 <= bytes.length; ) {
    const end = at + 5 + bytes.readUInt16BE(at + 3);
    if (end > bytes.length) break;
    records.push({ type: bytes[at]!, header: bytes.subarray(at, at + 5), body: bytes.subarray(at + 5, end) });
    at = end;
  }
  return records;
}

/** Handshake messages (RFC 8446, 4) up to the first record of TLS 1.2 that is encrypted. */
function messagesOf(records: readonly TlsRecord[]): { type: number; body: Buffer }[] {
  const changed = records.findIndex(({ type }) => type === 20);
  const before = changed < 0 ? records : records.slice(0, changed);
  const bytes = Buffer.concat(before.filter(({ type }) => type === 22).map(({ body }) => body));
  const messages: { type: number; body: Buffer }[] = [];
  for (let at = 0; at + 4 <= bytes.length; ) {
    const end = at + 4 + bytes.readUIntBE(at + 1, 3);
    if (end > bytes.length) break;
    messages.push({ type: bytes[at]!, body: bytes.subarray(at + 4, end) });
    at = end;
  }
  return messages;
}

/** The random that marks a HelloRetryRequest: RFC 8446, 4.1.3. */
const RETRY = Buffer.from('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c', 'hex');

function isRetry(hello: Buffer): boolean {
  return hello.subarray(2, 34).equals(RETRY);
}

interface Version {
  readonly tls13: boolean;
  /** 1.2 has signature algorithms in its CertificateRequest, older ones have none. */
  readonly tls12: boolean;
  readonly cipher: number;
}

function helloVersion(hello: Buffer): Version {
  const cipherAt = 35 + hello[34]!;
  const extensions = hello.length > cipherAt + 5 ? hello.subarray(cipherAt + 5) : Buffer.alloc(0);
  const supported = extensionOf(extensions, 43);
  return {
    tls13: supported?.readUInt16BE(0) === 0x0304,
    tls12: hello.readUInt16BE(0) === 0x0303,
    cipher: hello.readUInt16BE(cipherAt),
  };
}

function extensionOf(bytes: Buffer, wanted: number): Buffer | undefined {
  for (let at = 0; at + 4 <= bytes.length; ) {
    const end = at + 4 + bytes.readUInt16BE(at + 2);
    if (bytes.readUInt16BE(at) === wanted) return bytes.subarray(at + 4, end);
    at = end;
  }
  return undefined;
}

/** The DER names: RFC 5246, 7.4.4; RFC 8446, 4.2.4 and 4.3.2. */
function issuersOf(request: Buffer, version: Version): Buffer[] {
  let names: Buffer | undefined;
  if (version.tls13) {
    const extensions = 1 + request[0]!;
    names = extensionOf(request.subarray(extensions + 2), 47);
  } else {
    const types = 1 + request[0]!;
    const algorithms = version.tls12 ? 2 + request.readUInt16BE(types) : 0;
    names = request.subarray(types + algorithms);
  }
  if (!names) return [];
  const found: Buffer[] = [];
  const end = 2 + names.readUInt16BE(0);
  for (let at = 2; at < end; at += 2 + names.readUInt16BE(at)) {
    found.push(names.subarray(at + 2, at + 2 + names.readUInt16BE(at)));
  }
  return found;
}

/** AEAD, key bytes and hash of the cipher suites of RFC 8446, B.4. */
const SUITES: Readonly<Record<number, readonly ['aes-128-gcm' | 'aes-256-gcm' | 'chacha20-poly1305', number, string]>> =
  {
    4865: ['aes-128-gcm', 16, 'sha256'],
    4866: ['aes-256-gcm', 32, 'sha384'],
    4867: ['chacha20-poly1305', 32, 'sha256'],
  };

/** The server's encrypted handshake records in the clear; those of later keys end the list. RFC 8446, 5.2 and 7.3. */
function decrypt(records: readonly TlsRecord[], suite: number, secret: Buffer): TlsRecord[] {
  const [algorithm, keyBytes, hash] = SUITES[suite]!;
  const key = expandLabel(secret, 'key', keyBytes, hash);
  const iv = expandLabel(secret, 'iv', 12, hash);
  const clear: TlsRecord[] = [];
  for (const [sequence, { header, body }] of records.filter(({ type }) => type === 23).entries()) {
    const nonce = Buffer.from(iv);
    nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ sequence) >>> 0, 8);
    const decipher = createDecipheriv(algorithm as 'aes-128-gcm', key, nonce, { authTagLength: 16 });
    decipher.setAAD(header);
    decipher.setAuthTag(body.subarray(-16));
    const text = decipher.update(body.subarray(0, -16));
    try {
      decipher.final();
    } catch {
      break;
    }
    // The true type is the last byte that is not padding.
    let end = text.length;
    while (end > 0 && text[end - 1] === 0) end--;
    clear.push({ type: text[end - 1] ?? 0, header, body: text.subarray(0, Math.max(0, end - 1)) });
  }
  return clear;
}

/** HKDF-Expand-Label with an empty context (RFC 8446, 7.1); every length here fits into one block of HKDF. */
function expandLabel(secret: Buffer, label: string, length: number, hash: string): Buffer {
  const full = Buffer.from(`tls13 ${label}`);
  const info = Buffer.concat([Buffer.from([0, length, full.length]), full, Buffer.from([0, 1])]);
  return createHmac(hash, secret).update(info).digest().subarray(0, length);
}
