import type { Bed } from '../bed.ts';
import { TSIG_KEY } from '../catalogue/bind9.ts';
import { vaultAppRole } from '../catalogue/vault.ts';

const issuer = (namespace: string, name: string, spec: object) => ({
  apiVersion: 'cert-manager.io/v1',
  kind: 'Issuer',
  metadata: { namespace, name },
  spec,
});

export const selfSignedIssuer = (namespace: string, name: string) => issuer(namespace, name, { selfSigned: {} });

/** @param secretName Secret with the CA's pair */
export const caIssuer = (namespace: string, name: string, secretName: string) =>
  issuer(namespace, name, { ca: { secretName } });

/**
 * An ACME issuer of the bed's pebble; `solver` says how it proves names (default HTTP-01 through an Ingress), `front`
 * which server it asks in place of pebble itself.
 */
export function acmeIssuer(
  bed: Bed,
  namespace: string,
  name: string,
  solver: object = { http01: { ingress: {} } },
  front?: { readonly server: string; readonly caPem: string },
): object {
  return issuer(namespace, name, {
    acme: {
      server: front?.server ?? `https://localhost:${bed.port('acme')}/dir`,
      caBundle: Buffer.from(front?.caPem ?? bed.read('pebble/ca.crt')).toString('base64'),
      email: 'bed@example.test',
      profile: 'default', // Of an order that names none, pebble chooses one by chance.
      privateKeySecretRef: { name: `${name}-account` },
      solvers: [solver],
    },
  });
}

/** A DNS-01 solver over the bed's bind9, and the Secret that it needs in the issuer's namespace. */
export function dns01(bed: Bed, namespace: string): { solver: object; secret: object } {
  const secretRef = { name: 'tsig', key: 'secret' };
  const rfc2136 = {
    nameserver: `127.0.0.1:${bed.port('dns')}`,
    tsigKeyName: TSIG_KEY,
    tsigAlgorithm: 'HMACSHA256',
    tsigSecretSecretRef: secretRef,
  };
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace, name: secretRef.name },
    stringData: { [secretRef.key]: bed.read('bind9/tsig.secret') },
  };
  return { solver: { dns01: { rfc2136 } }, secret };
}

/** An issuer of the bed's Vault by AppRole, and the Secret that it needs in its namespace. */
export async function vaultIssuer(bed: Bed, namespace: string, name: string): Promise<object[]> {
  const { roleId, secretId } = await vaultAppRole(bed);
  const secretRef = { name: `${name}-approle`, key: 'secret-id' };
  return [
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { namespace, name: secretRef.name },
      stringData: { [secretRef.key]: secretId },
    },
    issuer(namespace, name, {
      vault: {
        server: `http://127.0.0.1:${bed.port('vault')}`,
        path: 'pki/sign/bed',
        auth: { appRole: { path: 'approle', roleId, secretRef } },
      },
    }),
  ];
}

/** A Certificate of an Issuer in its namespace; its Secret has its name. */
export const certificateOf = (namespace: string, name: string, issuerName: string, spec: object = {}) => ({
  apiVersion: 'cert-manager.io/v1',
  kind: 'Certificate',
  metadata: { namespace, name },
  spec: { secretName: name, issuerRef: { name: issuerName }, dnsNames: [`${name}.example.test`], ...spec },
});
