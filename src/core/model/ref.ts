/**
 * Refs name placements. They are printed by `-o name` and accepted as TARGETs; the n-th certificate of a bundle
 * ends in `[n]`, from 0.
 */
export const ref = {
  file: (path: string) => `file:${path}`,
  kubeconfigUser: (path: string, name: string) => `kubeconfig:${path}#users/${name}`,
  kubeconfigCluster: (path: string, name: string) => `kubeconfig:${path}#clusters/${name}`,
  secret: (namespace: string, name: string, key: string) => `secret/${namespace}/${name}#${key}`,
  configMap: (namespace: string, name: string, key: string) => `configmap/${namespace}/${name}#${key}`,
  webhook: (kind: 'MutatingWebhookConfiguration' | 'ValidatingWebhookConfiguration', name: string, index: number) =>
    `${kind.toLowerCase()}/${name}#${index}`,
  apiService: (name: string) => `apiservice/${name}`,
  crd: (name: string) => `crd/${name}`,
  csr: (name: string) => `csr/${name}`,
  certificateRequest: (namespace: string, name: string) => `certificaterequest/${namespace}/${name}`,
  podSds: (namespace: string, name: string, resource: string) => `pod/${namespace}/${name}#sds/${resource}`,
  podEnv: (namespace: string, name: string, variable: string) => `pod/${namespace}/${name}#env/${variable}`,
  /**
   * IPv6 addresses stand in brackets. Where one address answers one name with several certificates, since replicas
   * stand behind it, the second of them ends in `~2`.
   */
  tls: (address: string, port: number, sni?: string, nth = 1) =>
    `tls://${address.includes(':') ? `[${address}]` : address}:${port}${sni ? `#${sni}` : ''}${nth > 1 ? `~${nth}` : ''}`,
  /** A root of the public trust store of this machine, by its fingerprint. */
  publicRoot: (sha256: string) => `root/${sha256}`,
  /** A Kubernetes object, for findings whose subject is no placement: `ingress/NS/NAME`, `node/NAME`. */
  object: (kind: string, name: string, namespace?: string) =>
    `${kind.toLowerCase()}/${namespace ? `${namespace}/` : ''}${name}`,
  member: (base: string, index: number) => `${base}[${index}]`,
} as const;

/** The kind of a ref: the word before its first `:` or `/`. */
export function refKind(text: string): string {
  return /^[a-z]+/.exec(text)?.[0] ?? '';
}

/** A ref without its bundle index. */
export function refBase(text: string): string {
  return text.replace(/\[\d+\]$/, '');
}
