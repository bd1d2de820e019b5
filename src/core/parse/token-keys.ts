import type { ComponentFact } from '../model/facts.ts';

/** Files of the keys that verify service account tokens; several may be given, a private key stands for its public half. */
export function verifyingKeyFiles({ flags }: ComponentFact): readonly string[] {
  // pkg/kubeapiserver/options/authentication.go: without one the key of the serving certificate verifies.
  return pathsIn(flags['service-account-key-file'] ?? flags['tls-private-key-file']);
}

/** The file of the key that signs them: the controller-manager's for Secrets, the API server's for what Pods ask for. */
export function signingKeyFiles({ flags }: ComponentFact): readonly string[] {
  return pathsIn(flags['service-account-private-key-file'] ?? flags['service-account-signing-key-file']);
}

/** All files of such keys that a component names. */
export function tokenKeyFiles(component: ComponentFact): readonly string[] {
  const verifying = component.component === 'kube-apiserver' ? verifyingKeyFiles(component) : [];
  return [...verifying, ...signingKeyFiles(component)];
}

function pathsIn(text = ''): string[] {
  return text.split(',').filter((path) => path.startsWith('/'));
}
