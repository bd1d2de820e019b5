import type { IngressFact } from '../../model/facts.ts';

/** Annotations that name the Secret with the CA that clients are verified by, by the guides of each controller. */
const ANNOTATIONS = [
  'nginx.ingress.kubernetes.io/auth-tls-secret',
  'haproxy-ingress.github.io/auth-tls-secret',
  'ingress.kubernetes.io/auth-tls-secret',
  'haproxy.org/client-ca',
];

/** The Secret by whose CA an Ingress verifies its clients; without a namespace it is the Ingress's own. */
export function clientCaOf({
  namespace,
  annotations,
}: Pick<IngressFact, 'namespace' | 'annotations'>): { readonly namespace: string; readonly name: string } | undefined {
  const named = ANNOTATIONS.flatMap((key) => annotations[key] ?? [])[0];
  if (!named) return undefined;
  const [first = '', second] = named.split('/');
  return second === undefined ? { namespace, name: first } : { namespace: first, name: second };
}
