import type { RoleId } from '../../model/role.ts';
import type { Playbook } from '../playbook.ts';
import { findingsStep } from '../steps.ts';

const SERVED = [
  'SERVED_DIFFERS_FROM_STORED',
  'DEFAULT_CERTIFICATE_SERVED',
  'REPLICAS_DIFFER',
  'TLS_ENDED_IN_FRONT',
  'PLAINTEXT_ON_TLS_PORT',
  'NO_CERTIFICATE_SERVED',
  'HOST_CLAIMED_TWICE',
  'ENDPOINTS_DIFFER',
];
const STORED = [
  'CERT_EXPIRED',
  'CHAIN_EXPIRED',
  'CHAIN_INCOMPLETE',
  'CHAIN_UNTRUSTED',
  'CHAIN_OUT_OF_ORDER',
  'CHAIN_WRONG_USAGE',
  'CERT_REVOKED',
  'CERT_NOT_YET_VALID',
  'NAME_NOT_COVERED',
  'KEY_MISMATCH',
  'BAD_DATA',
  'WEAK_KEY',
  'WEAK_SIGNATURE',
  'SECRET_MISSING',
  'ISSUER_REPLACED',
  'CLOCK_SKEW',
];
const KEPT = [
  'STAGING_CERTIFICATE_KEPT',
  'SECRET_SHARED',
  'SECRET_OVERWRITTEN',
  'SECRET_ORPHANED',
  'ISSUING_CA_EXPIRED',
  'ISSUANCE_FAILING',
  'MOUNT_NEVER_REFRESHES',
  'CERT_MANAGER_DOWN',
];
const ROUTED = ['DELEGATED_SECRET_UNNAMED', 'SECRET_NOT_DELEGATED', 'ROUTE_REFUSED'];
const ROLES: readonly RoleId[] = [
  'ingress-tls',
  'gateway-tls',
  'tls-secret',
  'served',
  'certificate-request',
  'issuer-ca',
  'secret-ca',
];

/** A client of a host that is served by an Ingress, a Gateway or a route refuses its certificate. */
export const hostCertificate: Playbook = {
  id: 'host-certificate',
  layer: 'ingress',
  title: 'Browsers or clients refuse the certificate of a host (NET::ERR_CERT, curl 60, old certificate after renewal)',
  patterns: [
    /NET::ERR_CERT_\w+(?:[^\n]*?https?:\/\/(?<host>[\w.-]+))?/i,
    /(?:SEC_ERROR|SSL_ERROR|MOZILLA_PKIX_ERROR)_\w+|ERR_SSL_\w+/,
    /(?:serves?|served|shows?|showing) (?:the |an )?(?:old|expired|wrong|previous|stale|default|fake) certificate|old certificate after (?:the )?renewal/i,
    /Ingress Controller Fake Certificate|TRAEFIK DEFAULT CERT|cert-manager\.local|\(STAGING\)/i,
    /TLS Secret "?(?<secret>[\w./-]+)"? is invalid|SecretNotValid|TLSError/i,
    /(?:certificate|x509)[^\n]*https?:\/\/(?<host>(?!10\.|127\.|192\.168\.)[a-z][\w-]*(?:\.[\w-]+)+)(?::443)?(?:[/\s")]|$)/i,
  ],
  sharedPatterns: [/curl: \((?:35|51|60)\)[^\n]*(?:https?:\/\/(?<host>[\w.-]+))?/i],
  targets: ['host', 'address', 'ingress', 'gateway', 'listenerset', 'httproute', 'httpproxy', 'ingressroute', 'secret'],
  explainedBy: [...SERVED, ...STORED, ...KEPT, ...ROUTED],
  roles: ROLES,
  kinds: [
    'ingress',
    'gateway',
    'listenerset',
    'httproute',
    'httpproxy',
    'ingressroute',
    'certificate',
    'secret',
    'externalsecret',
    'tls',
    'issuer',
    'clusterissuer',
  ],
  reads: ['ingresses', 'gateways', 'certificates', 'secrets', 'host-handshakes'],
  causes: [],
  steps: [
    findingsStep({
      id: 'served',
      question: 'Is what is served for the host what is stored for it, at every address and replica?',
      command: 'openssl s_client -connect ADDRESS:443 -servername HOST -showcerts </dev/null',
      codes: SERVED,
      sources: ['ingresses', 'gateways', 'host-handshakes'],
    }),
    findingsStep({
      id: 'stored',
      question: 'Is what is stored in order: dates, chain, names, key?',
      command:
        "kubectl -n NAMESPACE get secret NAME -o jsonpath='{.data.tls\\.crt}' | base64 -d | openssl crl2pkcs7 -nocrl -certfile /dev/stdin | openssl pkcs7 -print_certs -noout",
      codes: STORED,
      roles: ROLES,
      sources: ['secrets', 'certificaterequests'],
    }),
    findingsStep({
      id: 'kept',
      question: 'Does who keeps it renew it, alone, and by the issuer that is meant?',
      command: 'kubectl certs layers ingress/NAME; kubectl get certificates -A',
      codes: [...KEPT, ...ROUTED],
      sources: ['certificates', 'issuers', 'copiers'],
    }),
  ],
  next: [
    {
      title: 'Who answers at the address that the name leads to?',
      command: 'dig HOST; curl -svk https://HOST/ -o /dev/null',
    },
    {
      title: 'What does the controller say of the Secret?',
      command: 'kubectl logs -n NAMESPACE deploy/CONTROLLER | grep -iE "ssl|tls|secret"',
    },
  ],
};
