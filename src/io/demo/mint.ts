import 'reflect-metadata';
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, type webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { type Certificate, keyBits, parseCertificate } from '../../core/x509/certificate.ts';
import { type Crl, parseCrl } from '../../core/x509/crl.ts';
import { type CertificateRequest, parseRequest } from '../../core/x509/request.ts';
import { type Constraints, type MintExtension, type Usages, writeExtensions } from './mint-extensions.ts';
import { encodeName, type MintAttribute } from './mint-names.ts';

export type KeyAlgorithm = 'ECDSA-P256' | 'ECDSA-P384' | 'ECDSA-P521' | 'Ed25519' | `RSA-${number}`;
export type SignatureHash = 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512';

/** A key pair with the private half: only what this factory made has one. */
export interface MintKey {
  readonly algorithm: KeyAlgorithm;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** What a certificate shall be. Whatever is left out is left out of the certificate, but for the defaults named. */
export interface MintSpec extends Usages {
  /** RFC 4514 text, or attributes in the order of the encoding. */
  readonly subject: string | readonly MintAttribute[];
  /** Milliseconds since the epoch, cut to seconds. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Default: the certificate signs itself. */
  readonly issuer?: Minted;
  /** A key that exists, or the kind of a new one. Default ECDSA-P256. */
  readonly key?: MintKey | KeyAlgorithm;
  readonly isCA?: boolean;
  readonly pathLen?: number;
  readonly nameConstraints?: Constraints;
  /** Hex. Default random. */
  readonly serialNumber?: string;
  /** Default SHA-256, or what fits the curve. */
  readonly signatureHash?: SignatureHash;
  /** RSASSA-PSS instead of PKCS#1 v1.5, for an RSA issuer. */
  readonly pss?: boolean;
  readonly omitSubjectKeyId?: boolean;
  readonly omitAuthorityKeyId?: boolean;
  /** Added as they are, after the others. */
  readonly extensions?: readonly MintExtension[];
}

export interface Minted {
  readonly certificate: Certificate;
  readonly pem: string;
  readonly key: MintKey;
  /** PKCS#8. */
  readonly keyPem: string;
}

/** Makes one certificate. @throws Error when the specification can't be encoded */
export async function mint(spec: MintSpec): Promise<Minted> {
  const key = keyOf(spec.key);
  const issuerKey = spec.issuer?.key ?? key;
  const publicKey = key.publicKey.export({ type: 'spki', format: 'der' });
  const keyId = keyIdentifier(publicKey);
  const extensions = writeExtensions(spec, {
    ...(spec.omitSubjectKeyId ? {} : { subject: keyId }),
    ...(spec.omitAuthorityKeyId ? {} : authorityOf(spec, keyId)),
  });
  const subject = new x509.Name(encodeName(spec.subject));
  const made = await x509.X509CertificateGenerator.create({
    serialNumber: spec.serialNumber ?? `4${randomBytes(16).toString('hex').slice(1)}`,
    subject,
    issuer: spec.issuer ? new x509.Name(spec.issuer.certificate.subjectRaw) : subject,
    notBefore: toSecond(spec.notBefore),
    notAfter: toSecond(spec.notAfter),
    publicKey,
    ...signing(issuerKey, spec),
    extensions: extensions.map(({ oid, critical, value }) => new x509.Extension(oid, critical, value)),
  });
  const certificate = parseCertificate(new Uint8Array(made.rawData));
  return { certificate, pem: toPem('CERTIFICATE', certificate.der), key, keyPem: keyPemOf(key) };
}

/** A key pair of the given kind. */
export function mintKey(algorithm: KeyAlgorithm): MintKey {
  return { algorithm, ...generate(algorithm) };
}

export interface RequestSpec extends Usages {
  readonly subject: MintSpec['subject'];
  readonly key?: MintSpec['key'];
}

/** Makes a PKCS#10 request that asks for the given names and usages. */
export async function mintRequest(
  spec: RequestSpec,
): Promise<{ request: CertificateRequest; pem: string; key: MintKey; keyPem: string }> {
  const key = keyOf(spec.key);
  const { signingKey, signingAlgorithm } = signing(key, {});
  const publicKey = key.publicKey.toCryptoKey(signingKey.algorithm as webcrypto.EcKeyAlgorithm, true, ['verify']);
  const made = await x509.Pkcs10CertificateRequestGenerator.create({
    name: new x509.Name(encodeName(spec.subject)),
    keys: { privateKey: signingKey, publicKey },
    signingAlgorithm,
    extensions: writeExtensions(spec, {}).map(({ oid, critical, value }) => new x509.Extension(oid, critical, value)),
  });
  const request = parseRequest(new Uint8Array(made.rawData));
  return { request, pem: toPem('CERTIFICATE REQUEST', request.der), key, keyPem: keyPemOf(key) };
}

export interface CrlSpec {
  readonly issuer: Minted;
  /** Milliseconds since the epoch, cut to seconds. */
  readonly thisUpdate: number;
  readonly nextUpdate?: number;
  readonly revoked?: readonly { readonly serialNumber: string; readonly at: number; readonly reason?: number }[];
  readonly signatureHash?: SignatureHash;
  readonly extensions?: readonly MintExtension[];
}

/** Makes a certificate revocation list. */
export async function mintCrl(spec: CrlSpec): Promise<{ crl: Crl; pem: string }> {
  const made = await x509.X509CrlGenerator.create({
    issuer: new x509.Name(spec.issuer.certificate.subjectRaw),
    thisUpdate: toSecond(spec.thisUpdate),
    ...(spec.nextUpdate === undefined ? {} : { nextUpdate: toSecond(spec.nextUpdate) }),
    entries: (spec.revoked ?? []).map(({ serialNumber, at, reason }) => ({
      serialNumber,
      revocationDate: toSecond(at),
      ...(reason === undefined ? {} : { reason }),
    })),
    extensions: (spec.extensions ?? []).map(({ oid, critical, value }) => new x509.Extension(oid, critical, value)),
    ...signing(spec.issuer.key, spec),
  });
  const crl = parseCrl(new Uint8Array(made.rawData));
  return { crl, pem: toPem('X509 CRL', crl.der) };
}

/** One PEM block with lines of 64 characters. */
export function toPem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

function keyOf(key: MintSpec['key'] = 'ECDSA-P256'): MintKey {
  return typeof key === 'string' ? mintKey(key) : key;
}

function generate(algorithm: KeyAlgorithm): { privateKey: KeyObject; publicKey: KeyObject } {
  const [family, size = ''] = algorithm.split('-');
  if (family === 'Ed25519') return generateKeyPairSync('ed25519');
  if (family === 'ECDSA') return generateKeyPairSync('ec', { namedCurve: size.replace('P', 'P-') });
  return generateKeyPairSync('rsa', { modulusLength: Number(size) });
}

function keyPemOf(key: MintKey): string {
  return key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** RFC 5280 section 4.2.1.2, method 1. */
function keyIdentifier(spki: Uint8Array): Uint8Array {
  return createHash('sha1').update(keyBits(spki)).digest();
}

/** The identifier that the issuer states for its own key, which need not be the hash of it; none where it states none. */
function authorityOf({ issuer }: MintSpec, own: Uint8Array): { authority?: Uint8Array } {
  if (!issuer) return { authority: own };
  const stated = issuer.certificate.subjectKeyId;
  return stated === undefined ? {} : { authority: Buffer.from(stated, 'hex') };
}

function signing(
  { algorithm, privateKey }: MintKey,
  { signatureHash, pss }: { signatureHash?: SignatureHash; pss?: boolean },
) {
  const [family, size = ''] = algorithm.split('-');
  const hash = signatureHash ?? (size === 'P384' ? 'SHA-384' : size === 'P521' ? 'SHA-512' : 'SHA-256');
  const signingAlgorithm =
    family === 'ECDSA'
      ? { name: 'ECDSA', namedCurve: size.replace('P', 'P-'), hash }
      : family === 'RSA'
        ? { name: pss ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5', hash, ...(pss ? { saltLength: 32 } : {}) }
        : { name: algorithm };
  return {
    signingKey: privateKey.toCryptoKey(signingAlgorithm as webcrypto.EcKeyImportParams, true, ['sign']),
    signingAlgorithm,
  };
}

/** Certificates count in seconds; fractions would be written into GeneralizedTime. */
function toSecond(at: number): Date {
  return new Date(Math.floor(at / 1000) * 1000);
}
