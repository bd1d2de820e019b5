import { type Wording, wordingsOf } from './wording.ts';

/** The JDK, and clients that check names themselves. */
export const JAVA_WORDINGS: readonly Wording[] = [
  ...wordingsOf('JDK java.security.cert, sun.security.provider.certpath', [
    ['expired', /CertificateExpiredException|\bNotAfter: /],
    ['not-yet-valid', /CertificateNotYetValidException|\bNotBefore: /],
    ['expired', /validity check failed/],
    ['not-yet-valid', /validity check failed/],
    [
      'untrusted',
      /PKIX path building failed|unable to find valid certification path|does not chain with any of the trust anchors/,
    ],
    ['untrusted', /trustAnchors parameter must be non-empty/],
    ['revoked', /CertificateRevokedException|Certificate has been revoked/],
    ['weak', /Algorithm constraints check failed/],
    ['usage', /Extended key usage does not permit use for TLS/],
    ['verification', /PKIX path validation failed/],
  ]),
  ...wordingsOf('JDK sun.security.util.HostnameChecker, Apache HttpClient, OkHttp', [
    ['name', /No subject alternative (?:DNS )?names?\b|No name matching \S+ found/],
    ['name', /doesn't match any of the subject alternative names|doesn't match common name of the certificate subject/],
    ['name', /Hostname \S+ not verified/],
  ]),
  ...wordingsOf('JDK sun.security.ssl.Alert: Received fatal alert', [
    ['expired', /alert: certificate_expired/],
    ['untrusted', /alert: unknown_ca/],
    ['revoked', /alert: certificate_revoked/],
    ['usage', /alert: unsupported_certificate/],
    ['verification', /alert: (?:bad_certificate|certificate_unknown)/],
    ['refused-client', /alert: certificate_required|Empty (?:client|server) certificate chain/],
    ['no-certificate', /alert: internal_error/],
  ]),
];
