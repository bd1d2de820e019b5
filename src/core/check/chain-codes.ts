import type { CodeDefinition } from '../model/finding.ts';

const INCOMPLETE: CodeDefinition = {
  code: 'CHAIN_INCOMPLETE',
  severity: 'critical',
  title: 'an issuer is missing between a certificate and any root that is at hand',
  meaning:
    'A server has to send every issuer but the root. Browsers often fetch what is missing or remember it from elsewhere, so the page opens for a person while curl, Java and Go refuse it. Where the missing issuer may be a private root that clients have been given, the finding is information or a warning: pass that root with --ca to know. Where Secrets, ConfigMaps or the public roots could not be read, the issuer may stand there: it is unknown.',
  prove: [
    'openssl s_client -connect HOST:443 -servername HOST -showcerts </dev/null: "unable to get local issuer certificate", and one certificate only',
    'openssl verify -untrusted chain.pem leaf.pem',
    'grep -c BEGIN fullchain.pem: one, where two or three are expected',
  ],
  fix: ['append the intermediate to the certificate file or tls.crt, leaf first; a CA hands it out as fullchain'],
  prevent: ['take fullchain, not cert, from an ACME client; check after each change with a client that keeps no cache'],
  source: 'RFC 8446 section 4.4.2; RFC 5280 section 6.1',
  since: '0.1.0',
};

const UNTRUSTED: CodeDefinition = {
  code: 'CHAIN_UNTRUSTED',
  severity: 'critical',
  title: 'a chain ends at a root that its verifiers do not trust',
  meaning:
    'The path is whole, or could not be verified on its way, and leads to no trust anchor of whoever verifies it. It is critical where it is known whom they trust, such as the CA in a kubeconfig. A self-signed or privately rooted certificate for the outside is a warning: clients that have been given the root accept it.',
  prove: [
    'openssl verify -CAfile ca.pem -untrusted chain.pem leaf.pem: "self-signed certificate in certificate chain", or "certificate signature failure"',
    'kubectl says: x509: certificate signed by unknown authority',
  ],
  fix: ['issue the certificate from a CA that the clients have, or give them this root by a way that can be verified'],
  prevent: ['replace a root by trusting old and new together for a while'],
  source: 'RFC 5280 section 6.1',
  since: '0.1.0',
};

const EXPIRED_ABOVE: CodeDefinition = {
  code: 'CHAIN_EXPIRED',
  severity: 'critical',
  title: 'an issuer of a certificate has expired, or is not valid yet',
  meaning:
    'The leaf is in its time, but a certificate above it is not, and the path is as good as its weakest part. Renewing the leaf helps only when another issuer signs it.',
  prove: ['openssl verify -CAfile ca.pem -untrusted chain.pem leaf.pem: "certificate has expired" at depth 1 or more'],
  fix: ['renew the issuer, or take the chain that its CA gives today, and put it beside the leaf'],
  prevent: ['watch the dates of every certificate in a chain, not of the leaf alone'],
  source: 'RFC 5280 section 6.1.3 (a)(2)',
  since: '0.1.0',
};

const REVOKED: CodeDefinition = {
  code: 'CERT_REVOKED',
  severity: 'critical',
  title: 'a certificate was revoked by its issuer',
  meaning:
    'A revocation list that was read names it. Few TLS clients look at such lists, so connections may go on; the issuer has said all the same that the certificate must not be trusted, most often since its key was known to others.',
  prove: ['openssl crl -text -noout -in ca.crl | grep -A1 SERIAL'],
  fix: ['replace the certificate and its key at once'],
  source: 'RFC 5280 section 6.3.3',
  since: '0.1.0',
};

const WRONG_USAGE: CodeDefinition = {
  code: 'CHAIN_WRONG_USAGE',
  severity: 'critical',
  title: 'a certificate is not meant for what it is used for',
  meaning:
    'Its extended key usage, or that of an issuer, leaves out the purpose: a client certificate on a server, or a server certificate without clientAuth where it has to dial too, as etcd does.',
  prove: [
    'openssl x509 -noout -purpose -ext keyUsage,extendedKeyUsage -in FILE',
    'the peer says: x509: certificate specifies an incompatible key usage',
  ],
  fix: ['issue it anew with the usages that its place needs: spec.usages of a Certificate'],
  source: 'RFC 5280 sections 4.2.1.3 and 4.2.1.12',
  since: '0.1.0',
};

const CONSTRAINED: CodeDefinition = {
  code: 'CHAIN_CONSTRAINED',
  severity: 'critical',
  title: 'an issuer was not allowed to issue a certificate',
  meaning:
    'The issuer is no CA, is too deep in the chain, or may not sign for such a name: basicConstraints, path length, name constraints and policies say so.',
  prove: [
    'openssl x509 -noout -ext basicConstraints,nameConstraints,certificatePolicies -in ca.pem',
    'openssl verify: "invalid CA certificate", "path length constraint exceeded", "permitted subtree violation"',
  ],
  fix: ['issue the certificate from a CA that may, or with names that this one may sign'],
  source: 'RFC 5280 sections 4.2.1.9, 4.2.1.10 and 6.1.4',
  since: '0.1.0',
};

const NOT_CONFORMING: CodeDefinition = {
  code: 'CHAIN_NOT_CONFORMING',
  severity: 'info',
  title: 'a certificate breaks a rule of the standard that clients differ about',
  meaning:
    'It is information while every family of clients accepts it, a warning where strict ones refuse it, and critical where one that is met there does. The evidence names the rule and the clients.',
  prove: ['openssl verify -x509_strict -CAfile ca.pem -untrusted chain.pem leaf.pem'],
  fix: ['issue it anew with software that follows the standard; a newer client may refuse it one day'],
  source: 'RFC 5280 section 4',
  since: '0.1.0',
};

export const CHAIN_CODES: readonly CodeDefinition[] = [
  INCOMPLETE,
  UNTRUSTED,
  EXPIRED_ABOVE,
  REVOKED,
  WRONG_USAGE,
  CONSTRAINED,
  NOT_CONFORMING,
];

const RULES: readonly (readonly [CodeDefinition, readonly string[]])[] = [
  [INCOMPLETE, ['issuer-missing']],
  [UNTRUSTED, ['untrusted-root', 'signature-invalid']],
  [EXPIRED_ABOVE, ['expired', 'not-yet-valid']],
  [REVOKED, ['revoked']],
  [WRONG_USAGE, ['extended-key-usage', 'key-usage-demanded']],
  [
    CONSTRAINED,
    [
      'not-a-ca',
      'path-length',
      'path-too-long',
      'key-usage-cert-sign',
      'name-excluded',
      'name-not-permitted',
      'name-constraint-unsupported',
      'name-constraint-unhandled',
      'policy',
    ],
  ],
];

/** Told by rules of their own, or not asked here. */
const ELSEWHERE: ReadonlySet<string> = new Set(['signature-weak', 'key-weak', 'name-mismatch', 'revocation-unknown']);
const byRule = new Map(RULES.flatMap(([definition, rules]) => rules.map((rule) => [rule, definition] as const)));

/** The code for a rule of the validator, or of one family of clients; undefined where another check tells it. */
export function codeOfRule(rule: string): CodeDefinition | undefined {
  return ELSEWHERE.has(rule) ? undefined : (byRule.get(rule) ?? NOT_CONFORMING);
}
