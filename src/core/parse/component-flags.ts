import { isControlPlane, programOf } from './control-plane.ts';

/** Signers whose pair the controller-manager may be given by itself: cmd/kube-controller-manager/app/options/csrsigningcontroller.go. */
const SIGNERS = ['kubelet-serving', 'kubelet-client', 'kube-apiserver-client', 'legacy-unknown'] as const;

/** Flags that say with what a program signs, verifies and trusts, and where its peers are. No flag that holds a secret is one of them. */
const TOLD: ReadonlySet<string> = new Set([
  'advertise-address',
  'client-ca-file',
  'controllers',
  'initial-cluster',
  'kubelet-certificate-authority',
  'oidc-ca-file',
  'oidc-issuer-url',
  'root-ca-file',
  'service-account-key-file',
  'service-account-private-key-file',
  'service-account-signing-key-file',
  'tls-cert-file',
  'tls-private-key-file',
  'cluster-signing-cert-file',
  'cluster-signing-key-file',
  ...SIGNERS.flatMap((signer) => ['cert', 'key'].map((half) => `cluster-signing-${signer}-${half}-file`)),
]);

/** The component that a command starts and these of its flags; undefined for any other program. */
export function componentOf(
  argv: readonly string[],
): { readonly component: string; readonly flags: Readonly<Record<string, string>> } | undefined {
  const [program = '', ...args] = argv;
  const component = programOf(program);
  if (!isControlPlane(component)) return undefined;
  const flags: Record<string, string> = {};
  for (const [index, arg] of args.entries()) {
    const [, name = '', given] = /^--?([^=]+)(?:=([\s\S]*))?$/.exec(arg) ?? [];
    const value = given ?? args[index + 1];
    if (!TOLD.has(name) || value === undefined || (given === undefined && value.startsWith('-'))) continue;
    flags[name] = flags[name] === undefined ? value : `${flags[name]},${value}`;
  }
  return { component, flags };
}
