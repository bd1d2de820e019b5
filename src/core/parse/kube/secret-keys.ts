import type { Certificate } from '../../x509/certificate.ts';

/** How a data key of a Secret is used: a chain is leaf first and may have a private key, a bundle is trusted. */
interface KeyUse {
  readonly holds: 'chain' | 'bundle';
  /** The data key with its private key. */
  readonly privateKey?: string;
}

/**
 * Data keys by their makers' conventions: kubernetes.io/tls and cert-manager (its additional output formats too),
 * Istio's plug-in CA (istio security/pkg/pki/ca) and gateways (pilot/pkg/credentials/kube), Linkerd's issuer (linkerd2
 * pkg/issuercerts), ingress-nginx's admission job (kube-webhook-certgen), Traefik's client CAs.
 */
const KEY_USES: Readonly<Record<string, KeyUse>> = {
  'tls.crt': { holds: 'chain', privateKey: 'tls.key' },
  'tls-combined.pem': { holds: 'chain', privateKey: 'tls-combined.pem' },
  'ca.crt': { holds: 'bundle', privateKey: 'ca.key' },
  'tls.ca': { holds: 'bundle' },
  'ca-cert.pem': { holds: 'chain', privateKey: 'ca-key.pem' },
  'cert-chain.pem': { holds: 'chain', privateKey: 'ca-key.pem' },
  'root-cert.pem': { holds: 'bundle' },
  'crt.pem': { holds: 'chain', privateKey: 'key.pem' },
  cert: { holds: 'chain', privateKey: 'key' },
  cacert: { holds: 'bundle' },
  ca: { holds: 'bundle' },
};

/** Whether the certificates under this data key are a bundle; of keys that nobody has named, their order decides. */
export function isBundle(dataKey: string, certificates: readonly Certificate[]): boolean {
  const use = KEY_USES[dataKey];
  if (use) return use.holds === 'bundle';
  const [first, second] = certificates;
  if (!first?.isCA) return false;
  return !second || first.selfIssued || first.issuer !== second.subject;
}

/** The data key under which the private key of this one is expected; the same one where both may stand together. */
export function privateKeyOf(dataKey: string): string {
  return (
    KEY_USES[dataKey]?.privateKey ?? dataKey.replace(/\.(crt|cer|cert|pem)$/, '.key').replace(/-cert(?=\.|$)/, '-key')
  );
}
