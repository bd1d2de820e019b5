import { createHash } from 'node:crypto';
import { childrenOf, contentOf, type Element, Fields, rawOf, readElement, TAG } from './der.ts';
import { readBitOctets, readOid, readSmallInteger } from './der-values.ts';

/** A public key as it is shown and judged; never the private half. */
export interface PublicKeyFacts {
  /** RSA, RSA-PSS, ECDSA, Ed25519, Ed448, DSA, or the OID of any other algorithm. */
  readonly algorithm: string;
  /** Size of the modulus, the field or the group in bits; 0 where it is not known. */
  readonly bits: number;
  /** P-256, ... of an ECDSA key; the curve's OID where it has no common name. */
  readonly curve?: string;
}

export type HashName =
  | 'md2'
  | 'md4'
  | 'md5'
  | 'sha1'
  | 'sha224'
  | 'sha256'
  | 'sha384'
  | 'sha512'
  | 'sha3-256'
  | 'sha3-384'
  | 'sha3-512';

/** How a certificate, request or list is signed. */
export interface SignatureAlgorithm {
  readonly name: string;
  readonly oid: string;
  readonly hash?: HashName;
  /** The AlgorithmIdentifier, for comparison and for the parameters of RSASSA-PSS. */
  readonly raw: Uint8Array;
  readonly pss?: { readonly saltLength: number; readonly mgfHash: HashName };
}

/** Curves by OID: RFC 5480 section 2.1.1.1, RFC 5639. */
const curves: Record<string, { name: string; bits: number }> = {
  '1.2.840.10045.3.1.1': { name: 'P-192', bits: 192 },
  '1.3.132.0.33': { name: 'P-224', bits: 224 },
  '1.2.840.10045.3.1.7': { name: 'P-256', bits: 256 },
  '1.3.132.0.34': { name: 'P-384', bits: 384 },
  '1.3.132.0.35': { name: 'P-521', bits: 521 },
  '1.3.132.0.10': { name: 'secp256k1', bits: 256 },
  '1.3.36.3.3.2.8.1.1.7': { name: 'brainpoolP256r1', bits: 256 },
  '1.3.36.3.3.2.8.1.1.11': { name: 'brainpoolP384r1', bits: 384 },
  '1.3.36.3.3.2.8.1.1.13': { name: 'brainpoolP512r1', bits: 512 },
};

/** Algorithms whose key size follows from the OID: RFC 8410 section 3, RFC 9881 section 3. */
const fixedKeys: Record<string, PublicKeyFacts> = {
  '1.3.101.110': { algorithm: 'X25519', bits: 256 },
  '1.3.101.111': { algorithm: 'X448', bits: 448 },
  '1.3.101.112': { algorithm: 'Ed25519', bits: 256 },
  '1.3.101.113': { algorithm: 'Ed448', bits: 456 },
  '2.16.840.1.101.3.4.3.17': { algorithm: 'ML-DSA-44', bits: 10496 },
  '2.16.840.1.101.3.4.3.18': { algorithm: 'ML-DSA-65', bits: 15616 },
  '2.16.840.1.101.3.4.3.19': { algorithm: 'ML-DSA-87', bits: 20736 },
};
const RSA = '1.2.840.113549.1.1.1';
const RSA_PSS = '1.2.840.113549.1.1.10';
const ECDSA = '1.2.840.10045.2.1';
const DSA = '1.2.840.10040.4.1';

/** Signature algorithms: RFC 3279, 4055, 5758, 8410, 9881. */
const signatures: Record<string, readonly [name: string, hash?: HashName]> = {
  '1.2.840.113549.1.1.2': ['MD2-RSA', 'md2'],
  '1.2.840.113549.1.1.3': ['MD4-RSA', 'md4'],
  '1.2.840.113549.1.1.4': ['MD5-RSA', 'md5'],
  '1.2.840.113549.1.1.5': ['SHA1-RSA', 'sha1'],
  '1.3.14.3.2.29': ['SHA1-RSA', 'sha1'],
  '1.2.840.113549.1.1.14': ['SHA224-RSA', 'sha224'],
  '1.2.840.113549.1.1.11': ['SHA256-RSA', 'sha256'],
  '1.2.840.113549.1.1.12': ['SHA384-RSA', 'sha384'],
  '1.2.840.113549.1.1.13': ['SHA512-RSA', 'sha512'],
  '1.2.840.10040.4.3': ['DSA-SHA1', 'sha1'],
  '2.16.840.1.101.3.4.3.1': ['DSA-SHA224', 'sha224'],
  '2.16.840.1.101.3.4.3.2': ['DSA-SHA256', 'sha256'],
  '2.16.840.1.101.3.4.3.3': ['DSA-SHA384', 'sha384'],
  '2.16.840.1.101.3.4.3.4': ['DSA-SHA512', 'sha512'],
  '1.2.840.10045.4.1': ['ECDSA-SHA1', 'sha1'],
  '1.2.840.10045.4.3.1': ['ECDSA-SHA224', 'sha224'],
  '1.2.840.10045.4.3.2': ['ECDSA-SHA256', 'sha256'],
  '1.2.840.10045.4.3.3': ['ECDSA-SHA384', 'sha384'],
  '1.2.840.10045.4.3.4': ['ECDSA-SHA512', 'sha512'],
  '1.3.101.112': ['Ed25519'],
  '1.3.101.113': ['Ed448'],
  '2.16.840.1.101.3.4.3.17': ['ML-DSA-44'],
  '2.16.840.1.101.3.4.3.18': ['ML-DSA-65'],
  '2.16.840.1.101.3.4.3.19': ['ML-DSA-87'],
};

const hashes: Record<string, HashName> = {
  '1.2.840.113549.2.5': 'md5',
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.4': 'sha224',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
  '2.16.840.1.101.3.4.2.8': 'sha3-256',
  '2.16.840.1.101.3.4.2.9': 'sha3-384',
  '2.16.840.1.101.3.4.2.10': 'sha3-512',
};

/** The id of a key everywhere in the product: SHA-256 of its SubjectPublicKeyInfo, lower-case hex. */
export function spkiId(spkiDer: Uint8Array): string {
  return createHash('sha256').update(spkiDer).digest('hex');
}

/** Reads what is worth knowing of a SubjectPublicKeyInfo. @throws MalformedDer */
export function readPublicKey(spki: Element): PublicKeyFacts {
  const fields = new Fields(spki);
  const algorithm = new Fields(fields.expect('the algorithm of the public key', TAG.sequence));
  const oid = readOid(algorithm.expect('the algorithm of the public key', TAG.oid));
  const key = readBitOctets(fields.expect('the public key', TAG.bitString));
  if (fixedKeys[oid]) return fixedKeys[oid];
  if (oid === RSA) return { algorithm: 'RSA', bits: modulusBits(key) };
  if (oid === RSA_PSS) return { algorithm: 'RSA-PSS', bits: modulusBits(key) };
  if (oid === ECDSA) return readCurve(algorithm.next(), key);
  if (oid === DSA) return { algorithm: 'DSA', bits: groupBits(algorithm.next()) };
  return { algorithm: oid, bits: 0 };
}

function readCurve(parameters: Element | undefined, point: Uint8Array): PublicKeyFacts {
  const size = (point.length - 1) * (point[0] === 4 ? 4 : 8);
  if (parameters?.tag !== TAG.oid) return { algorithm: 'ECDSA', bits: size };
  const oid = readOid(parameters);
  const known = curves[oid];
  return { algorithm: 'ECDSA', bits: known?.bits ?? size, curve: known?.name ?? oid };
}

function modulusBits(key: Uint8Array): number {
  const modulus = new Fields(readElement(key)).expect('the modulus', TAG.integer);
  return integerBits(contentOf(modulus));
}

function groupBits(parameters: Element | undefined): number {
  const prime = parameters?.tag === TAG.sequence ? childrenOf(parameters)[0] : undefined;
  return prime ? integerBits(contentOf(prime)) : 0;
}

function integerBits(content: Uint8Array): number {
  const first = content.findIndex((octet) => octet !== 0);
  return first < 0 ? 0 : (content.length - first) * 8 - Math.clz32(content[first]!) + 24;
}

/** Reads an AlgorithmIdentifier of a signature. @throws MalformedDer */
export function readSignatureAlgorithm(element: Element): SignatureAlgorithm {
  const fields = new Fields(element);
  const oid = readOid(fields.expect('the signature algorithm', TAG.oid));
  const raw = rawOf(element);
  if (oid === RSA_PSS) return readPss(oid, raw, fields.next());
  const [name = oid, hash] = signatures[oid] ?? [];
  return { name, oid, raw, ...(hash ? { hash } : {}) };
}

/** RSASSA-PSS-params, RFC 4055 section 3.1: everything has a default, SHA-1 and a salt of 20 bytes. */
function readPss(oid: string, raw: Uint8Array, parameters: Element | undefined): SignatureAlgorithm {
  const fields = parameters?.tag === TAG.sequence ? childrenOf(parameters) : [];
  const tagged = (tag: number) => {
    const field = fields.find((candidate) => candidate.tag === tag);
    return field && childrenOf(field)[0];
  };
  const hash = readHash(tagged(0xa0));
  const mgf = tagged(0xa1);
  const mgfHash = readHash(mgf && childrenOf(mgf)[1]);
  const salt = tagged(0xa2);
  const saltLength = salt ? readSmallInteger(salt, 'the length of the salt') : 20;
  if (!hash || !mgfHash) return { name: 'RSAPSS', oid, raw };
  return { name: `${hash.toUpperCase()}-RSAPSS`, oid, hash, raw, pss: { saltLength, mgfHash } };
}

function readHash(element: Element | undefined): HashName | undefined {
  if (!element) return 'sha1';
  return hashes[readOid(new Fields(element).expect('a hash algorithm', TAG.oid))];
}
