import { type Certificate, MalformedCertificate, parseCertificate } from '../x509/certificate.ts';
import { type Crl, parseCrl } from '../x509/crl.ts';
import { rawOf, readElement } from '../x509/der.ts';
import { type KeyEncoding, readSeenKey, type SeenKey } from '../x509/key.ts';
import { type CertificateRequest, parseRequest } from '../x509/request.ts';
import { certificatesOfSignedData } from '../x509/signed-data.ts';
import { type PemBlock, type PemProblem, readPem } from './pem.ts';

/** A key that was found: its public half, or only the fact that it is there but locked by a passphrase. */
export type FoundKey =
  | ({ readonly locked: false; readonly private: boolean; readonly line: number } & SeenKey)
  | { readonly locked: true; readonly private: true; readonly line: number };

/** Everything of X.509 in one text or file, in its order. Bare DER counts as line 0. */
export interface X509Contents {
  readonly certificates: readonly { readonly certificate: Certificate; readonly line: number }[];
  readonly keys: readonly FoundKey[];
  readonly crls: readonly Crl[];
  readonly requests: readonly CertificateRequest[];
  readonly problems: readonly PemProblem[];
}

type Contents = { [Field in keyof X509Contents]: X509Contents[Field][number][] };

type BlockReader = (block: PemBlock, into: Contents) => void;

const keyReader =
  (encoding: KeyEncoding): BlockReader =>
  (block, into) =>
    readKeyBlock(block, encoding, into);

const readCertificateBlock: BlockReader = ({ der, line }, into) =>
  into.certificates.push({ certificate: parseCertificate(der), line });

/** A message whose content nobody needs: it carries certificates, as `openssl crl2pkcs7` and Windows make it. */
const readSignedDataBlock: BlockReader = ({ der, line }, into) => {
  const found = certificatesOfSignedData(der).map((one) => ({ certificate: parseCertificate(one), line }));
  into.certificates.push(...found);
};

/** Labels of RFC 7468 section 4 and of OpenSSL's pem.h; one that is not here holds nothing of interest. */
const readers: Record<string, BlockReader> = {
  CERTIFICATE: readCertificateBlock,
  'X509 CERTIFICATE': readCertificateBlock,
  // OpenSSL's own form has trust settings after the certificate.
  'TRUSTED CERTIFICATE': (block, into) => readCertificateBlock({ ...block, der: rawOf(readElement(block.der)) }, into),
  PKCS7: readSignedDataBlock,
  CMS: readSignedDataBlock,
  'X509 CRL': ({ der }, into) => into.crls.push(parseCrl(der)),
  'CERTIFICATE REQUEST': ({ der }, into) => into.requests.push(parseRequest(der)),
  'NEW CERTIFICATE REQUEST': ({ der }, into) => into.requests.push(parseRequest(der)),
  'PRIVATE KEY': keyReader('pkcs8'),
  'RSA PRIVATE KEY': keyReader('pkcs1'),
  'EC PRIVATE KEY': keyReader('sec1'),
  'PUBLIC KEY': keyReader('spki'),
  'RSA PUBLIC KEY': keyReader('pkcs1-public'),
  'ENCRYPTED PRIVATE KEY': ({ line }, into) => into.keys.push({ locked: true, private: true, line }),
};

/**
 * Reads PEM or one bare DER value. Of keys only the public half is kept; private bytes are overwritten as soon as
 * they are read. Never throws: what can't be read becomes a problem with its line.
 */
export function certificatesIn(bytes: Uint8Array): X509Contents {
  const { blocks, problems } = readPem(bytes);
  const into: Contents = { certificates: [], keys: [], crls: [], requests: [], problems: [...problems] };
  if (blocks.length + problems.length === 0 && bytes[0] === 0x30) readDer(bytes, into);
  for (const block of blocks) readBlock(block, into);
  into.problems.sort((left, right) => left.line - right.line);
  return into;
}

function readBlock(block: PemBlock, into: Contents): void {
  try {
    readers[block.label]?.(block, into);
  } catch (error) {
    into.problems.push({ line: block.line, reason: `the ${block.label} block is unreadable: ${reasonOf(error)}` });
  }
}

function readKeyBlock({ der, line, encrypted }: PemBlock, encoding: KeyEncoding, into: Contents): void {
  if (encrypted) {
    into.keys.push({ locked: true, private: true, line });
    return;
  }
  const isPrivate = encoding !== 'spki' && encoding !== 'pkcs1-public';
  try {
    into.keys.push({ locked: false, private: isPrivate, line, ...readSeenKey(der, encoding) });
  } finally {
    if (isPrivate) der.fill(0);
  }
}

/** Tries what one bare DER value can be, most likely first; copies, as the bytes are the caller's. */
function readDer(bytes: Uint8Array, into: Contents): void {
  const labels = [
    'CERTIFICATE',
    'X509 CRL',
    'CERTIFICATE REQUEST',
    'PRIVATE KEY',
    'RSA PRIVATE KEY',
    'EC PRIVATE KEY',
    'PUBLIC KEY',
    'PKCS7',
  ];
  let first: unknown;
  for (const label of labels) {
    try {
      readers[label]!({ label, der: Buffer.from(bytes), line: 0, index: 0, encrypted: false }, into);
      return;
    } catch (error) {
      first ??= error;
    }
  }
  into.problems.push({ line: 0, reason: reasonOf(first) });
}

/** OpenSSL's own words about a key may quote it, so only a certificate's parser is quoted. */
function reasonOf(error: unknown): string {
  return error instanceof MalformedCertificate ? error.message : 'not a key of the stated kind';
}
