import { type Wording, wordingsOf } from './wording.ts';

/** Kubernetes, cert-manager, Istio's and Linkerd's control planes, Traefik, etcd. */
export const GO_WORDINGS: readonly Wording[] = [
  ...wordingsOf('Go crypto/x509 verify.go', [
    ['not-yet-valid', /certificate has expired or is not yet valid: current time \S+ is before/],
    ['expired', /certificate has expired or is not yet valid(?!: current time \S+ is before)/],
    ['not-yet-valid', /certificate has expired or is not yet valid(?!: current time)/],
    ['untrusted', /certificate signed by unknown authority/],
    ['untrusted', /x509: certificate is not authorized to sign other certificates|x509: no valid chains built/],
    ['untrusted', /x509: (?:too many intermediates for path length|issuer name does not match subject)/],
    ['name', /certificate is valid for [^\n]{0,2000}, not \S|certificate is not valid for any names/],
    ['name', /doesn't contain any IP SANs|relies on legacy Common Name field/],
    ['usage', /certificate specifies an incompatible key usage|not authorized for an extended key usage/],
    [
      'usage',
      /x509: a root or intermediate certificate is not authorized to sign for this name|unhandled critical extension/,
    ],
    ['weak', /cannot verify signature: (?:insecure algorithm|algorithm unimplemented)/],
  ]),
  ...wordingsOf('Go crypto/x509 root_darwin.go, by the verifier of macOS', [
    ['expired', /x509: \S+ certificate is expired/],
    ['untrusted', /x509: \S+ certificate is not trusted/],
    ['name', /x509: \S+ certificate name does not match input/],
    ['usage', /x509: \S+ certificate is not (?:standards compliant|permitted for this usage)/],
    ['revoked', /x509: \S+ certificate is revoked/],
  ]),
  ...wordingsOf('Go crypto/tls tls.go, X509KeyPair', [
    ['pair', /tls: private key (?:type )?does not match public key(?: type)?/],
    ['pair', /tls: failed to (?:find (?:any PEM data|certificate PEM data)|parse private key)/],
  ]),
  ...wordingsOf('Go crypto/tls alert.go', [
    ['expired', /tls: expired certificate/],
    ['untrusted', /tls: unknown certificate authority/],
    ['revoked', /tls: revoked certificate/],
    ['usage', /tls: unsupported certificate/],
    ['verification', /tls: (?:bad|unknown) certificate(?! authority)/],
    ['refused-client', /tls: certificate required/],
    ['no-certificate', /tls: internal error/],
  ]),
  ...wordingsOf('Go crypto/tls handshake_client.go, handshake_server.go', [
    ['verification', /tls: failed to verify certificate\b/],
    ['refused-client', /failed to verify client certificate|client didn't provide a certificate/],
    ['no-certificate', /tls: no certificates configured|no serving certificate available/],
  ]),
];
