import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCertificate } from '../../src/core/x509/certificate.ts';
import { type KeyAlgorithm, type Minted, type MintSpec, mint, toPem } from '../../src/io/demo/mint.ts';
import type { Bed } from './bed.ts';

const DAY_MS = 86_400_000;

/** A moment some days from now (negative: ago), in milliseconds since the epoch. */
export const inDays = (days: number): number => Date.now() + days * DAY_MS;

/**
 * A certificate that is made to order: whatever validity, names, usages and issuer a test needs. This is the bed's
 * only way to have expired, nearly expired or not yet valid ones: Go programs can't be given another clock.
 */
export function certificate(spec: Partial<MintSpec> & Pick<MintSpec, 'subject'>): Promise<Minted> {
  return mint({ notBefore: inDays(-1), notAfter: inDays(365), ...spec });
}

/** A serving certificate for names and addresses on loopback. */
export function servingCertificate(spec: Partial<MintSpec>): Promise<Minted> {
  const usages = { keyUsages: ['digitalSignature'], extKeyUsages: ['serverAuth'] };
  return certificate({
    subject: 'CN=localhost',
    dnsNames: ['localhost'],
    ipAddresses: ['127.0.0.1'],
    ...usages,
    ...spec,
  });
}

/** A CA of the node (`ca`, `etcd/ca`, `front-proxy-ca`), to sign with. */
export function clusterCa(bed: Bed, name = 'ca'): Minted {
  const pem = readFileSync(join(bed.pkiDir, `${name}.crt`));
  return issuerFrom(pem, readFileSync(join(bed.pkiDir, `${name}.key`), 'utf8'));
}

/** An issuer from its PEM files; its key is RSA or ECDSA on P-256, as kubeadm's and Istio's are. */
export function issuerFrom(certificatePem: string | Uint8Array, keyPem: string): Minted {
  const [, base64 = ''] = /-----BEGIN CERTIFICATE-----([^-]+)/.exec(certificatePem.toString()) ?? [];
  const parsed = parseCertificate(Buffer.from(base64, 'base64'));
  const privateKey = createPrivateKey(keyPem);
  const algorithm: KeyAlgorithm =
    privateKey.asymmetricKeyType === 'rsa'
      ? `RSA-${privateKey.asymmetricKeyDetails?.modulusLength ?? 2048}`
      : 'ECDSA-P256';
  const key = { algorithm, privateKey, publicKey: createPublicKey(privateKey) };
  return { certificate: parsed, pem: toPem('CERTIFICATE', parsed.der), key, keyPem };
}

/** Writes `NAME.crt` (leaf first, then `chain`) and `NAME.key` below the run folder. @returns their absolute paths */
export function writePair(bed: Bed, name: string, leaf: Minted, chain: readonly Minted[] = []) {
  const cert = bed.write(`${name}.crt`, [leaf, ...chain].map(({ pem }) => pem).join(''), 0o644);
  return { cert, key: bed.write(`${name}.key`, leaf.keyPem) };
}

/** A kubernetes.io/tls Secret of a minted pair. */
export function tlsSecret(namespace: string, name: string, leaf: Minted, chain: readonly Minted[] = []): object {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace, name },
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': base64([leaf, ...chain].map(({ pem }) => pem).join('')), 'tls.key': base64(leaf.keyPem) },
  };
}
