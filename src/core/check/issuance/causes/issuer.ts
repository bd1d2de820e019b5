import { causeDefinition, type IssuanceCause, SEE_ISSUER } from '../cause.ts';

/** What keeps an issuer from signing anything. */
export const ISSUER_CAUSES: readonly IssuanceCause[] = [
  {
    definition: causeDefinition({
      code: 'ISSUER_MISSING',
      title: 'the issuer that a Certificate names is not there',
      meaning:
        'The name is wrong, the issuer is in another namespace, or the kind is: an issuerRef without kind means Issuer, and an Ingress annotation cert-manager.io/issuer is not cert-manager.io/cluster-issuer. Nothing counts as a failure, the request waits for ever.',
      prove: [
        'kubectl get issuers,clusterissuers -A',
        'kubectl describe certificaterequest -n NS NAME: Referenced ... not found',
      ],
      fix: [
        'correct issuerRef (name and kind) of the Certificate, or the annotation of the Ingress or Gateway that made it',
        'or make the issuer',
      ],
      source: 'cert-manager pkg/controller/certificaterequests/sync.go',
    }),
    patterns: [
      /Referenced "?(?<kind>\w+)"? not found|(?:cluster)?issuers?\.cert-manager\.io "(?<name>[^"]+)" not found/i,
    ],
    said: ['request'],
    blames: 'certificate',
  },
  {
    definition: causeDefinition({
      code: 'TOKEN_REQUEST_FORBIDDEN',
      title: "cert-manager may not make a token for the issuer's service account",
      meaning:
        'The issuer logs in with a token of a service account, which cert-manager has to request. Without the right to create serviceaccounts/token the request never leaves the cluster; policies at the other end are not reached.',
      prove: [
        SEE_ISSUER,
        'kubectl auth can-i create serviceaccounts/token --as=system:serviceaccount:cert-manager:cert-manager -n NS: no',
      ],
      fix: [
        "add a Role that may create serviceaccounts/token of that service account, and bind it to cert-manager's own",
      ],
      source: 'cert-manager internal/vault/vault.go; its documentation, Vault: Secretless Authentication',
    }),
    patterns: [
      /serviceaccounts\/token|requesting a token for the service account|cannot create resource "serviceaccounts/i,
    ],
    blames: 'issuer',
  },
  {
    definition: causeDefinition({
      code: 'VAULT_SEALED',
      title: 'Vault is sealed',
      meaning:
        'It answers and does nothing else until it is unsealed: after a restart without auto-unseal, or by hand.',
      prove: [SEE_ISSUER, 'vault status'],
      fix: ['unseal it: vault operator unseal'],
      source: 'cert-manager internal/vault/vault.go',
    }),
    patterns: [/Vault is sealed|\b503\b[^\n]*\bsealed/i],
    blames: 'issuer',
  },
  {
    definition: causeDefinition({
      code: 'TTL_BEYOND_CA',
      title: 'the CA of an issuer has less life left than is asked for',
      meaning:
        'The CA does not sign what would outlive it. Certificates that are there go on until they end; none is renewed any more.',
      prove: [
        SEE_ISSUER,
        'kubectl describe certificaterequest -n NS NAME: the two moments in the message',
        'openssl x509 -noout -enddate of ca.crt in any Secret of the issuer',
      ],
      fix: [
        'make a new intermediate at the CA and issue by it from now on',
        'as a stop-gap, ask for a shorter spec.duration than the CA has left',
      ],
      prevent: ['renew a CA when it has twice the longest leaf left'],
      source: 'hashicorp/vault builtin/logical/pki, leaf_not_after_behavior',
    }),
    patterns: [/beyond the expiration of the CA|notAfter[^\n]*(?:beyond|exceeds|after)[^\n]*\bCA\b|outlive/i],
    blames: 'issuer',
  },
  {
    definition: causeDefinition({
      code: 'ISSUER_TLS_UNTRUSTED',
      title: "cert-manager does not trust the certificate of the issuer's server",
      meaning:
        'The server of Vault, of an ACME CA inside, or of Venafi shows a certificate that cert-manager cannot verify: caBundle is missing or of the CA before, or the certificate has ended.',
      prove: [SEE_ISSUER, 'openssl s_client -connect SERVER -showcerts </dev/null'],
      fix: [
        'put the CA of that server into caBundle (or caBundleSecretRef) of the issuer',
        "or renew the server's own certificate",
      ],
      source: 'cert-manager pkg/apis/certmanager/v1/types_issuer.go, caBundle',
    }),
    patterns: [
      /(?:https?:\/\/|vault|acme|venafi)[^\n]*(?:x509:|certificate signed by unknown authority|failed to verify certificate)/i,
    ],
    said: ['issuer', 'request'],
    blames: 'issuer',
  },
  {
    definition: causeDefinition({
      code: 'ISSUER_UNREACHABLE',
      title: "cert-manager cannot reach the issuer's server",
      meaning:
        'No connection to the CA: it is down, its name does not resolve, or egress from the controller is closed.',
      prove: [SEE_ISSUER, 'kubectl -n cert-manager run probe --rm -it --image=curlimages/curl -- curl -m 5 -sv SERVER'],
      fix: ['bring the server back, correct spec.acme.server or spec.vault.server, or open the way to it'],
      source: 'cert-manager pkg/issuer',
    }),
    patterns: [
      /dial tcp|connection refused|i\/o timeout|no such host|deadline exceeded|network is unreachable|\b50[234]\b/i,
    ],
    said: ['issuer'],
    blames: 'issuer',
  },
  {
    definition: causeDefinition({
      code: 'ISSUER_PATH_REFUSED',
      title: 'the CA lets the issuer in, and not sign at its path',
      meaning:
        'The login works, so that the issuer is ready, and the signing itself is refused: the policy of its role at the CA does not cover the path of spec.vault.path, or covers that of another mount or role.',
      prove: [
        'kubectl describe certificaterequest -n NS NAME: the URL in the message, and 403 permission denied',
        'vault policy read POLICY: the path is not among its paths',
      ],
      fix: [
        'let the policy of the role update the path that the issuer signs at',
        'or correct spec.vault.path to the one that the policy covers',
      ],
      source: 'hashicorp/vault documentation, Policies; cert-manager internal/vault/vault.go',
    }),
    patterns: [/sign certificate[\s\S]*(?:Code: 403|permission denied)|\/sign\/[\s\S]*(?:403|permission denied)/i],
    said: ['request', 'certificate'],
    blames: 'issuer',
  },
  {
    definition: causeDefinition({
      code: 'ACME_ACCOUNT_REJECTED',
      title: 'the CA does not accept the ACME account of an issuer',
      meaning:
        'The e-mail address is none that the CA takes, the account of the key is unknown to this server (a key of the staging server, for example), the account is closed, or an external account binding is missing or wrong.',
      prove: [SEE_ISSUER],
      fix: [
        'correct spec.acme.email or the external account binding',
        'or name another privateKeySecretRef, so that a new account is registered with this server',
      ],
      source: 'cert-manager pkg/issuer/acme/setup.go; RFC 8555 section 6.7',
    }),
    patterns: [
      /ACME account|invalidEmail|invalidContact|accountDoesNotExist|externalAccount(?:Required|Binding)|error:malformed|contact email/i,
    ],
    said: ['issuer'],
    blames: 'issuer',
  },
  {
    definition: causeDefinition({
      code: 'ISSUER_LOGIN_REFUSED',
      title: 'the CA does not let the issuer in, or does not let it sign',
      meaning:
        'The server knows its path, and refuses: a role that is not bound to the service account, a token that has ended, a policy without the path, a role that does not allow the name.',
      prove: [SEE_ISSUER, 'kubectl describe certificaterequest -n NS NAME: the code and the errors of the server'],
      fix: ['correct the role, the policy or the credentials at the CA: the message names which'],
      source: 'cert-manager internal/vault/vault.go',
    }),
    patterns: [
      /error logging in to Vault|permission denied|Code: 40[03]|invalid role|service account name not authorized|\b401\b|Unauthorized/i,
    ],
    said: ['issuer', 'request'],
    blames: 'issuer',
  },
  {
    definition: causeDefinition({
      code: 'ISSUER_CA_UNUSABLE',
      title: 'the Secret with the CA of an issuer is not there, or holds no CA',
      meaning:
        'A CA issuer signs with the pair in a Secret: beside an Issuer, and for a ClusterIssuer in the namespace of cert-manager. It is missing there, its pair does not match, or its certificate may not sign.',
      prove: [SEE_ISSUER, 'kubectl -n cert-manager get secret NAME: for a ClusterIssuer'],
      fix: [
        'put the CA where the issuer looks for it, or name the right Secret',
        'a Certificate that makes a CA has isCA: true, and stands in that namespace',
      ],
      source: 'cert-manager pkg/issuer/ca/setup.go',
    }),
    patterns: [/getting keypair for CA issuer|not a CA\b|is not a CA|ErrInvalidKeyPair|signing CA|keypair/i],
    said: ['issuer', 'request'],
    blames: 'issuer',
  },
];
