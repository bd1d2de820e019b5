import { type Wording, wordingsOf } from './wording.ts';

/** Linkerd's proxy, ztunnel, and whatever is built with rustls: the Debug and the Display form of its errors. */
export const RUST_WORDINGS: readonly Wording[] = [
  ...wordingsOf('rustls src/error.rs, rustls-webpki src/error.rs', [
    [
      'expired',
      /\bCertExpired\b|invalid peer certificate: (?:Expired|certificate expired)|InvalidCertificate\(Expired/,
    ],
    ['not-yet-valid', /\b(?:Cert)?NotValidYet\b|\bNotYetValid\b|certificate not valid yet/],
    ['untrusted', /\bUnknownIssuer\b|\bCaUsedAsEndEntity\b|\bEndEntityUsedAsCa\b/],
    ['name', /\b(?:Cert)?NotValidForName\b|certificate not valid for name/],
    ['usage', /\bInvalidPurpose\b|\bRequiredEkuNotFound\b/],
    ['revoked', /invalid peer certificate: Revoked|\bCertRevoked\b/],
    ['pair', /\bInconsistentKeys\b|\bKeyMismatch\b/],
    ['verification', /invalid peer certificate\b|\bInvalidCertificate\(/],
  ]),
  ...wordingsOf('rustls src/enums.rs: alerts of the peer', [
    ['expired', /\bCertificateExpired\b/],
    ['untrusted', /\bUnknownCA\b/],
    ['revoked', /\bCertificateRevoked\b/],
    ['verification', /\b(?:BadCertificate|CertificateUnknown)\b/],
    ['refused-client', /\bCertificateRequired\b|peer sent no certificates/],
  ]),
];
