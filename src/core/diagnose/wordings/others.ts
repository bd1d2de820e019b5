import { type Wording, wordingsOf } from './wording.ts';

export const OTHER_WORDINGS: readonly Wording[] = [
  ...wordingsOf('GnuTLS lib/cert-session.c, and wget by its means', [
    ['expired', /chain uses expired certificate|Issued certificate has expired|certificate .{0,200} has expired/],
    ['not-yet-valid', /chain uses not yet valid certificate|Issued certificate not yet valid|is not yet activated/],
    [
      'untrusted',
      /certificate issuer is unknown|Unable to locally verify the issuer's authority|Self-signed certificate encountered/,
    ],
    ['untrusted', /certificate is NOT trusted|doesn't have a known issuer/i],
    [
      'name',
      /name in the certificate does not match the expected|certificate common name .{1,200} doesn't match requested host/,
    ],
    ['revoked', /certificate chain is revoked/],
    ['weak', /certificate chain uses insecure algorithm/],
  ]),
  ...wordingsOf('.NET System.Net.Security, X509ChainStatusFlags', [
    ['expired', /\bNotTimeValid\b/],
    ['not-yet-valid', /\bNotTimeValid\b/],
    ['untrusted', /\b(?:UntrustedRoot|PartialChain)\b/],
    ['name', /RemoteCertificateNameMismatch/],
    ['usage', /\bNotValidForUsage\b/],
    ['refused-client', /RemoteCertificateNotAvailable/],
    ['verification', /remote certificate is invalid|remote certificate was rejected|RemoteCertificateChainErrors/i],
  ]),
  ...wordingsOf('Windows Schannel and CryptoAPI', [
    ['expired', /SEC_E_CERT_EXPIRED|CERT_E_EXPIRED|0x80090328|0x800B0101/i],
    ['untrusted', /SEC_E_UNTRUSTED_ROOT|CERT_E_UNTRUSTEDROOT|CERT_E_CHAINING|0x80090325|0x800B0109|0x800B010A/i],
    ['name', /SEC_E_WRONG_PRINCIPAL|CERT_E_CN_NO_MATCH|0x80090322|0x800B010F|target principal name is incorrect/i],
    ['revoked', /CRYPT_E_REVOKED\b|0x80092010/i],
  ]),
  ...wordingsOf('Erlang/OTP ssl', [
    ['expired', /ALERT: Fatal - Certificate Expired|tls_alert,\{certificate_expired|\bcert_expired\b/i],
    ['untrusted', /ALERT: Fatal - Unknown CA|tls_alert,\{unknown_ca|\bselfsigned_peer\b/i],
    ['name', /hostname_check_failed/],
    [
      'verification',
      /ALERT: Fatal - (?:Bad Certificate|Certificate Unknown|Handshake Failure.{0,80}bad_cert)|tls_alert,\{(?:bad_certificate|certificate_unknown)/i,
    ],
    ['refused-client', /ALERT: Fatal - Certificate Required|tls_alert,\{certificate_required/i],
  ]),
  ...wordingsOf('Mbed TLS library/x509_crt.c', [
    ['expired', /certificate validity has expired/i],
    ['not-yet-valid', /certificate validity starts in the future/i],
    ['untrusted', /not correctly signed by the trusted CA/i],
    ['name', /Common Name \(CN\) does not match/i],
  ]),
  ...wordingsOf('MongoDB src/mongo/util/net/ssl_manager', [
    ['verification', /SSL peer certificate validation failed|No SSL certificate provided by peer/i],
  ]),
  ...wordingsOf('people', [
    [
      'expired',
      /(?:certificate|cert)s?\b[^.;\n]{0,40}\b(?:has |have |is |are |was |were )?(?<!not )expired\b(?! or is not)|expired (?:certificate|leaf|cert)\b/i,
    ],
    ['not-yet-valid', /(?<!expired or )(?:is |are )not (?:yet )?valid yet|(?<!expired or )(?:is |are )not yet valid/i],
    ['expired', /not valid any ?more/i],
    [
      'untrusted',
      /unknown (?:certificate )?authority|\bunknown[_ ]ca\b|issuer is unknown|not trusted|no verified chain/i,
    ],
    ['name', /certificate .{0,40}does(?: not|n't) match|certificate is not valid for\b/i],
    ['verification', /\bbad certificate\b/i],
    [
      'pair',
      /(?:certificate|cert|public key)s? and (?:its |the )?(?:private )?keys? (?:do not|don't|does not|doesn't) (?:match|belong)|private key does(?: not|n't) (?:match|belong)/i,
    ],
    ['refused-client', /client certificate[^\n]{0,40}(?:required|refused|rejected|missing)|certificate required/i],
  ]),
];
