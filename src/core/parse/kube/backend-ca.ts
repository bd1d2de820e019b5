import type { DestinationRuleFact, IngressFact } from '../../model/facts.ts';

/** By which CA a proxy is told to verify what stands behind it. */
export interface BackendTrust {
  readonly secret: { readonly namespace: string; readonly name: string };
  /** The name that it expects of its backend, where it is told one. */
  readonly name?: string;
}

/** Annotations of each controller: the Secret with the CA, whether it is used at all, and the expected name. */
const ANNOTATIONS: readonly { readonly ca: string; readonly verify?: string; readonly name?: string }[] = [
  {
    ca: 'nginx.ingress.kubernetes.io/proxy-ssl-secret',
    verify: 'nginx.ingress.kubernetes.io/proxy-ssl-verify',
    name: 'nginx.ingress.kubernetes.io/proxy-ssl-name',
  },
  {
    ca: 'haproxy-ingress.github.io/secure-verify-ca-secret',
    name: 'haproxy-ingress.github.io/secure-verify-hostname',
  },
];

/** The Secret by whose CA an Ingress verifies its backends; nginx does so only where it is told to. */
export function backendTrustOf({
  namespace,
  annotations,
}: Pick<IngressFact, 'namespace' | 'annotations'>): BackendTrust | undefined {
  for (const { ca, verify, name } of ANNOTATIONS) {
    const named = annotations[ca];
    if (!named || (verify !== undefined && annotations[verify] !== 'on')) continue;
    const [first = '', second] = named.split('/');
    const secret = second === undefined ? { namespace, name: first } : { namespace: first, name: second };
    const expected = name === undefined ? undefined : annotations[name];
    return { secret, ...(expected && { name: expected }) };
  }
  return undefined;
}

/** Istio's name for a CA that stands beside its pair. */
const CA_SUFFIX = '-cacert';

/**
 * Secrets by whose CA clients of a DestinationRule's host verify it: that of the credential, or the one beside it
 * (istio pilot/pkg/credentials/kube).
 */
export function originationSecrets({ namespace, tls }: DestinationRuleFact): BackendTrust['secret'][] {
  return tls.flatMap(({ mode, credentialName }) =>
    credentialName === undefined || (mode !== 'SIMPLE' && mode !== 'MUTUAL')
      ? []
      : [credentialName, `${credentialName}${CA_SUFFIX}`].map((name) => ({ namespace, name })),
  );
}
