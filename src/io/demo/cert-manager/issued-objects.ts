import type { StoredObject } from '../api/stored-object.ts';

/** cert-manager's Certificate, as far as an issuance needs it. */
export interface CertificateObject extends StoredObject {
  readonly spec: {
    readonly secretName: string;
    readonly dnsNames?: readonly string[];
    readonly issuerRef: { readonly name: string; readonly kind?: string };
    readonly privateKey?: { readonly rotationPolicy?: string };
  };
  readonly status: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly revision?: number;
    readonly nextPrivateKeySecretName?: string;
    readonly [more: string]: unknown;
  };
}

/** One issuance: what all of its objects say. */
export interface Issuance {
  readonly certificate: CertificateObject;
  readonly revision: number;
  /** Temporary Secret of the new key. */
  readonly keySecretName: string;
  /** PEM of the request. */
  readonly csr: string;
}

/** A revision's CertificateRequest; cert-manager names it so (feature StableCertificateRequestName). */
export function requestObject({ certificate, revision, keySecretName, csr }: Issuance, status: object): StoredObject {
  const { name } = certificate.metadata;
  const annotations = {
    'cert-manager.io/certificate-name': name,
    'cert-manager.io/certificate-revision': String(revision),
    'cert-manager.io/private-key-secret-name': keySecretName,
  };
  return {
    apiVersion: 'cert-manager.io/v1',
    kind: 'CertificateRequest',
    metadata: { ...ownedBy(certificate, `${name}-${revision}`), annotations },
    spec: { request: base64(csr), issuerRef: certificate.spec.issuerRef },
    status,
  };
}

export function orderObject({ certificate, csr }: Issuance, request: StoredObject, status: object): StoredObject {
  const { issuerRef, dnsNames } = certificate.spec;
  return {
    apiVersion: 'acme.cert-manager.io/v1',
    kind: 'Order',
    metadata: ownedBy(request, `${request.metadata.name}-1`),
    spec: { request: base64(csr), issuerRef, dnsNames },
    status,
  };
}

export function challengeObject(order: StoredObject, name: string, status: object): StoredObject {
  const wildcard = name.startsWith('*.');
  return {
    apiVersion: 'acme.cert-manager.io/v1',
    kind: 'Challenge',
    metadata: ownedBy(order, `${order.metadata.name}-${name.replace('*', 'any')}`),
    spec: { type: wildcard ? 'DNS-01' : 'HTTP-01', dnsName: name.replace(/^\*\./, ''), wildcard },
    status,
  };
}

/** The key of an issuance under way, in a Secret that goes with its end. */
export function keySecretObject({ certificate, keySecretName }: Issuance, key: string): StoredObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'Opaque',
    metadata: { ...ownedBy(certificate, keySecretName), labels: { 'cert-manager.io/next-private-key': 'true' } },
    data: { 'tls.key': base64(key) },
  };
}

function ownedBy({ apiVersion, kind, metadata }: StoredObject, name: string): StoredObject['metadata'] {
  const owner = { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true };
  return { name, ...(metadata.namespace !== undefined && { namespace: metadata.namespace }), ownerReferences: [owner] };
}

export function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
