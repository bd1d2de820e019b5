import { type Wording, wordingsOf } from './wording.ts';

/** nginx, HAProxy, Apache, curl, Python, Ruby, Node and PostgreSQL are built with it; Envoy with BoringSSL. */
export const OPENSSL_WORDINGS: readonly Wording[] = [
  ...wordingsOf('OpenSSL crypto/x509/x509_txt.c', [
    ['expired', /certificate has expired(?! or is not)/i],
    ['not-yet-valid', /certificate is not yet valid/i],
    ['untrusted', /unable to get (?:local )?issuer certificate|unable to verify the first certificate/i],
    [
      'untrusted',
      /self[- ]signed certificate|certificate not trusted|invalid CA certificate|certificate signature failure/i,
    ],
    ['untrusted', /path length constraint exceeded|certificate chain too long/i],
    ['name', /hostname mismatch|IP address mismatch|email address mismatch/i],
    ['usage', /(?:unsuitable|unsupported) certificate purpose/i],
    ['revoked', /certificate revoked/i],
    ['weak', /(?:EE|CA) certificate key too weak|CA signature digest algorithm too weak/i],
    ['weak', /ee key too small|ca md too weak|ca key too small/i],
  ]),
  ...wordingsOf('OpenSSL s_client and s_server: verify return codes by number', [
    ['expired', /\bverify error:num=10\b|Verify return code: 10\b/i],
    ['not-yet-valid', /\bverify error:num=9\b|Verify return code: 9\b/i],
    ['untrusted', /\bverify error:num=(?:2|18|19|20|21|24|27)\b|Verify return code: (?:2|18|19|20|21|24|27)\b/i],
    ['name', /\bverify error:num=6[24]\b|Verify return code: 6[24]\b/i],
  ]),
  ...wordingsOf('OpenSSL ssl/ssl_err.c: alerts of the peer, RFC 8446 section 6.2', [
    ['expired', /alert certificate expired|alert number 45\b/i],
    ['untrusted', /alert unknown ca\b|alert number 48\b/i],
    ['revoked', /alert certificate revoked|alert number 44\b/i],
    ['usage', /alert unsupported certificate|alert number 43\b/i],
    ['verification', /alert (?:bad certificate|certificate unknown)|alert number 4[26]\b/i],
    ['refused-client', /alert certificate required|alert number 116\b|peer did not return a certificate/i],
    ['no-certificate', /alert internal error|alert number 80\b|no peer certificate available/i],
    ['verification', /certificate verify failed/i],
  ]),
  ...wordingsOf('OpenSSL crypto/x509/x509_err.c, BoringSSL crypto/x509', [
    ['pair', /key values mismatch|key type mismatch|KEY_(?:VALUES|TYPE)_MISMATCH/i],
  ]),
  ...wordingsOf('BoringSSL ssl/ssl_errors: as Envoy and gRPC print it', [
    ['expired', /ALERT_CERTIFICATE_EXPIRED/],
    ['untrusted', /ALERT_UNKNOWN_CA/],
    ['revoked', /ALERT_CERTIFICATE_REVOKED/],
    ['usage', /ALERT_UNSUPPORTED_CERTIFICATE/],
    ['verification', /CERTIFICATE_VERIFY_FAILED|ALERT_(?:BAD_CERTIFICATE|CERTIFICATE_UNKNOWN)/],
    ['refused-client', /(?:ALERT|TLSV1)_CERTIFICATE_REQUIRED|PEER_DID_NOT_RETURN_A_CERTIFICATE/],
    ['no-certificate', /ALERT_INTERNAL_ERROR|NO_CERTIFICATE_SET/],
  ]),
  ...wordingsOf('Envoy source/common/tls/cert_validator', [
    ['name', /verify SAN list|SAN matcher|verify_san/i],
    [
      'verification',
      /verify cert failed|Fail(?:ed)? to verify certificate chain|cert hash and spki|verify cert chain failed/i,
    ],
    ['no-certificate', /Secret is not supplied by SDS/i],
  ]),
  ...wordingsOf('gRPC core src/core/tsi', [
    ['name', /Peer name \S+ is not in peer certificate|is not in peer certificate/i],
  ]),
  ...wordingsOf('Node lib/internal/tls: codes of X509_V_ERR', [
    ['expired', /CERT_HAS_EXPIRED/],
    ['not-yet-valid', /CERT_NOT_YET_VALID/],
    ['untrusted', /UNABLE_TO_(?:GET_ISSUER_CERT|VERIFY_LEAF_SIGNATURE)|SELF_SIGNED_CERT|CERT_UNTRUSTED|INVALID_CA\b/],
    ['name', /ERR_TLS_CERT_ALTNAME_INVALID|does not match certificate's altnames|HOSTNAME_MISMATCH/],
    ['usage', /\bINVALID_PURPOSE\b/],
    ['revoked', /\bCERT_REVOKED\b/],
    ['verification', /\bCERT_REJECTED\b/],
  ]),
  ...wordingsOf('Python ssl and urllib3', [
    ['name', /certificate is not valid for '|hostname '[^']*' doesn't match|doesn't match either of/],
  ]),
  ...wordingsOf('curl lib/vtls', [
    ['name', /no alternative certificate subject name matches|certificate subject name '[^']*' does not match/i],
    [
      'verification',
      /server certificate verification failed|SSL certificate problem(?!: (?:certificate|self|unable))/i,
    ],
  ]),
  ...wordingsOf('nginx ngx_http_ssl_module, ngx_http_request.c', [
    [
      'refused-client',
      /client SSL certificate verify error|No required SSL certificate was sent|The SSL certificate error/i,
    ],
    ['refused-client', /client sent no required SSL certificate/i],
    ['verification', /upstream SSL certificate (?:verify error|does not match)/i],
  ]),
  ...wordingsOf('HAProxy src/log.c', [
    ['refused-client', /SSL client (?:certificate not trusted|CA chain cannot be verified)/i],
  ]),
  ...wordingsOf('PostgreSQL src/interfaces/libpq/fe-secure-common.c, src/backend/libpq', [
    ['name', /server certificate for "[^"]*" (?:\([^)]*\) )?does not match host name/i],
    ['refused-client', /connection requires a valid client certificate|certificate authentication failed for user/i],
  ]),
];
