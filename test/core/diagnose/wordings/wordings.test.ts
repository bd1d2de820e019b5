import assert from 'node:assert/strict';
import type { FailureClass } from '../../../../src/core/diagnose/wordings/wording.ts';
import { failuresIn, WORDINGS } from '../../../../src/core/diagnose/wordings/wordings.ts';

/** Lines as programs print them, and all classes of failure that each speaks of. */
const LINES: readonly (readonly [line: string, ...failures: FailureClass[]])[] = [
  // Go
  ['x509: certificate has expired or is not yet valid', 'expired', 'not-yet-valid'],
  [
    'tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-05-01T10:00:00Z is after 2026-04-30T10:00:00Z',
    'expired',
  ],
  [
    'x509: certificate has expired or is not yet valid: current time 2026-05-01T10:00:00Z is before 2026-05-01T11:00:00Z',
    'not-yet-valid',
  ],
  ['x509: certificate signed by unknown authority', 'untrusted'],
  [
    'tls: failed to verify certificate: x509: certificate signed by unknown authority (possibly because of "crypto/rsa: verification error" while trying to verify candidate authority certificate "kubernetes")',
    'untrusted',
  ],
  ['x509: certificate is not authorized to sign other certificates', 'untrusted'],
  ['x509: too many intermediates for path length constraint', 'untrusted'],
  ['x509: certificate is valid for kubernetes, kubernetes.default, 10.96.0.1, not api.example.com', 'name'],
  ['x509: certificate is not valid for any names, but wanted to match webhook.ops.svc', 'name'],
  ["x509: cannot validate certificate for 192.0.2.7 because it doesn't contain any IP SANs", 'name'],
  ['x509: certificate relies on legacy Common Name field, use SANs instead', 'name'],
  ['x509: certificate specifies an incompatible key usage', 'usage'],
  ['x509: unhandled critical extension', 'usage'],
  ['x509: cannot verify signature: insecure algorithm SHA1-RSA', 'weak'],
  ['tls: failed to verify certificate: x509: “kube-apiserver” certificate is expired', 'expired'],
  ['x509: “*.example.com” certificate is not trusted', 'untrusted'],
  ['x509: “old.example.com” certificate name does not match input', 'name'],
  ['x509: “ca” certificate is not standards compliant', 'usage'],
  ['x509: “leaf” certificate is revoked', 'revoked'],
  ['remote error: tls: expired certificate', 'expired'],
  ['http: TLS handshake error from 10.0.0.7:51000: remote error: tls: bad certificate', 'verification'],
  ['remote error: tls: unknown certificate', 'verification'],
  ['remote error: tls: unknown certificate authority', 'untrusted'],
  ['remote error: tls: revoked certificate', 'revoked'],
  ['remote error: tls: unsupported certificate', 'usage'],
  ['remote error: tls: certificate required', 'refused-client'],
  ['remote error: tls: internal error', 'no-certificate'],
  ['tls: failed to verify certificate: no reason is given', 'verification'],
  ["tls: client didn't provide a certificate", 'refused-client'],
  [
    'tls: failed to verify client certificate: x509: certificate signed by unknown authority',
    'refused-client',
    'untrusted',
  ],
  ['tls: no certificates configured', 'no-certificate'],
  [
    'rpc error: code = Unavailable desc = connection error: desc = "transport: authentication handshake failed: tls: failed to verify certificate: x509: certificate signed by unknown authority"',
    'untrusted',
  ],
  ['tls: private key does not match public key', 'pair'],
  ['tls: private key type does not match public key type', 'pair'],
  ['open tls: failed to find any PEM data in key input', 'pair'],
  ['failed to load TLS certificates: InconsistentKeys(KeyMismatch)', 'pair'],
  // OpenSSL and what is built with it
  ['SSL: error:05800074:x509 certificate routines::key values mismatch', 'pair'],
  [
    'Failed to load private key: error:0b000074:X.509 certificate routines:OPENSSL_internal:KEY_VALUES_MISMATCH',
    'pair',
  ],
  ['curl: (60) SSL certificate problem: certificate has expired', 'expired'],
  ['error 9 at 0 depth lookup: certificate is not yet valid', 'not-yet-valid'],
  ['curl: (60) SSL certificate problem: unable to get local issuer certificate', 'untrusted'],
  ['SSL certificate problem: self-signed certificate in certificate chain', 'untrusted'],
  ['SSL certificate problem: self signed certificate', 'untrusted'],
  ['error 25 at 1 depth lookup: path length constraint exceeded', 'untrusted'],
  ['SSL certificate problem: unable to verify the first certificate', 'untrusted'],
  ['error 62 at 0 depth lookup: hostname mismatch', 'name'],
  ['error 26 at 0 depth lookup: unsuitable certificate purpose', 'usage'],
  ['error 23 at 0 depth lookup: certificate revoked', 'revoked'],
  ['error 66 at 0 depth lookup: EE certificate key too weak', 'weak'],
  ['error:0A00018F:SSL routines::ee key too small', 'weak'],
  ['verify error:num=10:the words are cut', 'expired'],
  ['Verify return code: 9 (the words are cut)', 'not-yet-valid'],
  ['Verify return code: 21 (the words are cut)', 'untrusted'],
  ['verify error:num=62:the words are cut', 'name'],
  [
    'error:0A000415:SSL routines::sslv3 alert certificate expired:ssl/record/rec_layer_s3.c:1600:SSL alert number 45',
    'expired',
  ],
  ['error:0A000418:SSL routines::tlsv1 alert unknown ca', 'untrusted'],
  ['sslv3 alert certificate revoked', 'revoked'],
  ['ssl/tls alert unsupported certificate', 'usage'],
  ['error:0A000412:SSL routines::ssl/tls alert bad certificate', 'verification'],
  ['SSL_read: sslv3 alert certificate unknown, SSL alert number 46', 'verification'],
  ['tlsv13 alert certificate required', 'refused-client'],
  ['SSL_accept: peer did not return a certificate', 'refused-client'],
  ['no peer certificate available', 'no-certificate'],
  ['error:0A000438:SSL routines::tlsv1 alert internal error', 'no-certificate'],
  ['SSL_connect returned=1 errno=0 state=error: certificate verify failed', 'verification'],
  ['SSL_connect returned=1 errno=0 state=error: certificate verify failed (certificate has expired)', 'expired'],
  // BoringSSL: Envoy, gRPC
  ['TLS_error:|268435581:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:TLS_error_end', 'verification'],
  [
    'CERTIFICATE_VERIFY_FAILED:verify cert failed: X509_verify_cert: certificate verification error at depth 0: certificate has expired',
    'expired',
  ],
  ['OPENSSL_internal:SSLV3_ALERT_CERTIFICATE_EXPIRED', 'expired'],
  ['OPENSSL_internal:TLSV1_ALERT_UNKNOWN_CA', 'untrusted'],
  ['OPENSSL_internal:SSLV3_ALERT_CERTIFICATE_REVOKED', 'revoked'],
  ['OPENSSL_internal:SSLV3_ALERT_UNSUPPORTED_CERTIFICATE', 'usage'],
  ['OPENSSL_internal:TLSV1_CERTIFICATE_REQUIRED', 'refused-client'],
  ['OPENSSL_internal:PEER_DID_NOT_RETURN_A_CERTIFICATE', 'refused-client'],
  ['OPENSSL_internal:NO_CERTIFICATE_SET', 'no-certificate'],
  ['TLS error: CERTIFICATE_VERIFY_FAILED:verify cert failed: verify SAN list', 'name'],
  ['verify cert failed: cert hash and spki', 'verification'],
  ['TLS error: Secret is not supplied by SDS', 'no-certificate'],
  ['Peer name backend.shop.svc is not in peer certificate', 'name'],
  // Node
  ["{ code: 'CERT_HAS_EXPIRED' }", 'expired'],
  ["{ code: 'CERT_NOT_YET_VALID' }", 'not-yet-valid'],
  ["{ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }", 'untrusted'],
  ["{ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }", 'untrusted'],
  [
    "ERR_TLS_CERT_ALTNAME_INVALID: Hostname/IP does not match certificate's altnames: Host: a. is not in the cert's altnames",
    'name',
  ],
  ["{ code: 'INVALID_PURPOSE' }", 'usage'],
  ["{ code: 'CERT_REVOKED' }", 'revoked'],
  ["{ code: 'CERT_REJECTED' }", 'verification'],
  // Python, curl
  ['[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1007)', 'expired'],
  [
    "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: Hostname mismatch, certificate is not valid for 'shop.example.com'. (_ssl.c:1007)",
    'name',
  ],
  ["CertificateError: hostname 'a.example.com' doesn't match 'b.example.com'", 'name'],
  ["curl: (60) SSL: no alternative certificate subject name matches target host name 'a.example.com'", 'name'],
  ["SSL: certificate subject name 'a' does not match target host name 'b'", 'name'],
  ['server certificate verification failed. CAfile: none CRLfile: none', 'verification'],
  // Servers
  [
    'client SSL certificate verify error: (10:certificate has expired) while reading client request headers',
    'refused-client',
    'expired',
  ],
  ['400 No required SSL certificate was sent', 'refused-client'],
  ['client sent no required SSL certificate while reading client request headers', 'refused-client'],
  ['upstream SSL certificate verify error: (20:unable to get local issuer certificate)', 'untrusted'],
  ['upstream SSL certificate does not match "backend" while SSL handshaking', 'name'],
  ['https~: SSL client certificate not trusted', 'refused-client', 'untrusted'],
  ['https~: SSL client CA chain cannot be verified', 'refused-client'],
  ['server certificate for "db-old" does not match host name "db.shop.svc"', 'name'],
  ['FATAL: connection requires a valid client certificate', 'refused-client'],
  // rustls
  ['invalid peer certificate: Expired', 'expired'],
  [
    'invalid peer certificate: certificate expired: verification time 1700000000 (UNIX), but certificate is not valid after 1690000000 (10000000 seconds ago)',
    'expired',
  ],
  [
    'invalid peer certificate: certificate not valid yet: verification time 1 (UNIX), but certificate is not valid before 2 (1 seconds in future)',
    'not-yet-valid',
  ],
  ['invalid peer certificate contents: invalid peer certificate: CertNotValidYet or NotValidYet', 'not-yet-valid'],
  ['invalid peer certificate: UnknownIssuer', 'untrusted'],
  ['InvalidCertificate(NotValidForName)', 'name'],
  [
    'invalid peer certificate: certificate not valid for name "a.b"; certificate is only valid for DnsName("c.d")',
    'name',
  ],
  ['invalid peer certificate: InvalidPurpose', 'usage'],
  ['invalid peer certificate: Revoked', 'revoked'],
  ['invalid peer certificate: BadSignature', 'verification'],
  ['received fatal alert: CertificateExpired', 'expired'],
  ['received fatal alert: UnknownCA', 'untrusted'],
  ['received fatal alert: CertificateRevoked', 'revoked'],
  ['received fatal alert: BadCertificate', 'verification'],
  ['received fatal alert: CertificateRequired', 'refused-client'],
  // Java
  ['java.security.cert.CertificateExpiredException: NotAfter: Sat Nov 28 00:00:00 UTC 2026', 'expired'],
  ['java.security.cert.CertificateNotYetValidException: NotBefore: Mon Nov 30 00:00:00 UTC 2026', 'not-yet-valid'],
  [
    'PKIX path validation failed: java.security.cert.CertPathValidatorException: validity check failed',
    'expired',
    'not-yet-valid',
  ],
  [
    'sun.security.validator.ValidatorException: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target',
    'untrusted',
  ],
  ['java.security.InvalidAlgorithmParameterException: the trustAnchors parameter must be non-empty', 'untrusted'],
  ['CertificateRevokedException: Certificate has been revoked, reason: UNSPECIFIED', 'revoked'],
  ['Algorithm constraints check failed on signature algorithm: SHA1withRSA', 'weak'],
  ['Extended key usage does not permit use for TLS server authentication', 'usage'],
  ['PKIX path validation failed: no more is told', 'verification'],
  ['No subject alternative DNS name matching api.shop.svc found.', 'name'],
  ['No subject alternative names present', 'name'],
  ["Certificate for <api> doesn't match any of the subject alternative names: [old]", 'name'],
  ['javax.net.ssl.SSLPeerUnverifiedException: Hostname api.shop.svc not verified', 'name'],
  ['javax.net.ssl.SSLHandshakeException: Received fatal alert: certificate_expired', 'expired'],
  ['Received fatal alert: unknown_ca', 'untrusted'],
  ['Received fatal alert: certificate_revoked', 'revoked'],
  ['Received fatal alert: unsupported_certificate', 'usage'],
  ['Received fatal alert: certificate_unknown', 'verification'],
  ['Received fatal alert: certificate_required', 'refused-client'],
  ['Empty client certificate chain', 'refused-client'],
  ['Received fatal alert: internal_error', 'no-certificate'],
  // Browsers
  ['NET::ERR_CERT_DATE_INVALID', 'expired', 'not-yet-valid'],
  ['NET::ERR_CERT_AUTHORITY_INVALID', 'untrusted'],
  ['NET::ERR_CERT_COMMON_NAME_INVALID', 'name'],
  ['NET::ERR_CERT_REVOKED', 'revoked'],
  ['NET::ERR_CERT_WEAK_SIGNATURE_ALGORITHM', 'weak'],
  ['ERR_SSL_KEY_USAGE_INCOMPATIBLE', 'usage'],
  ['ERR_BAD_SSL_CLIENT_AUTH_CERT', 'refused-client'],
  ['SEC_ERROR_EXPIRED_CERTIFICATE', 'expired'],
  ['MOZILLA_PKIX_ERROR_NOT_YET_VALID_CERTIFICATE', 'not-yet-valid'],
  ['SEC_ERROR_UNKNOWN_ISSUER', 'untrusted'],
  ['MOZILLA_PKIX_ERROR_SELF_SIGNED_CERT', 'untrusted'],
  ['SSL_ERROR_BAD_CERT_DOMAIN', 'name'],
  ['SEC_ERROR_REVOKED_CERTIFICATE', 'revoked'],
  ['SEC_ERROR_INADEQUATE_CERT_TYPE', 'usage'],
  ['MOZILLA_PKIX_ERROR_INADEQUATE_KEY_SIZE', 'weak'],
  ['SSL_ERROR_BAD_CERT_ALERT', 'verification'],
  ['SSL_ERROR_RX_CERTIFICATE_REQUIRED_ALERT', 'refused-client'],
  // Others
  ['Status: The certificate is NOT trusted. The certificate chain uses expired certificate.', 'expired', 'untrusted'],
  ['The certificate chain uses not yet valid certificate.', 'not-yet-valid'],
  ["cannot verify host's certificate: Unable to locally verify the issuer's authority.", 'untrusted'],
  ['The certificate is NOT trusted.', 'untrusted'],
  ['The name in the certificate does not match the expected.', 'name'],
  ['The certificate chain is revoked.', 'revoked'],
  ['The certificate chain uses insecure algorithm.', 'weak'],
  [
    'The remote certificate is invalid because of errors in the certificate chain: NotTimeValid',
    'expired',
    'not-yet-valid',
  ],
  ['The remote certificate is invalid because of errors in the certificate chain: UntrustedRoot', 'untrusted'],
  ['The remote certificate is invalid according to the validation procedure: RemoteCertificateNameMismatch', 'name'],
  ['errors in the certificate chain: NotValidForUsage', 'usage'],
  ['RemoteCertificateNotAvailable', 'refused-client'],
  ['The remote certificate was rejected by the provided RemoteCertificateValidationCallback.', 'verification'],
  ['schannel: SEC_E_CERT_EXPIRED (0x80090328)', 'expired'],
  ['schannel: SEC_E_UNTRUSTED_ROOT (0x80090325)', 'untrusted'],
  ['schannel: SNI or certificate check failed: SEC_E_WRONG_PRINCIPAL (0x80090322)', 'name'],
  ['CRYPT_E_REVOKED (0x80092010)', 'revoked'],
  ['{tls_alert,{certificate_expired,"received CLIENT ALERT"}}', 'expired'],
  ['TLS client: In state wait_cert received SERVER ALERT: Fatal - Unknown CA', 'untrusted'],
  ['{bad_cert,hostname_check_failed}', 'name'],
  ['TLS server: received CLIENT ALERT: Fatal - Bad Certificate', 'verification'],
  ['received SERVER ALERT: Fatal - Certificate required', 'refused-client'],
  ['The certificate validity has expired', 'expired'],
  ['The certificate validity starts in the future', 'not-yet-valid'],
  ['The certificate is not correctly signed by the trusted CA', 'untrusted'],
  ['The certificate Common Name (CN) does not match with the expected CN', 'name'],
  ['SSL peer certificate validation failed', 'verification'],
  ['our cert expired last night', 'expired'],
  ['the certificate is not valid yet', 'not-yet-valid'],
  ['the certificate is not valid anymore', 'expired'],
  ['the issuer is unknown to the client', 'untrusted'],
  ['the certificate does not match the host', 'name'],
  ['it says bad certificate', 'verification'],
  ['a client certificate is required', 'refused-client'],
];

describe('what TLS libraries say of a certificate', () => {
  for (const [line, ...failures] of LINES) {
    it(`is ${failures.join(' or ')} in: ${line}`, () => {
      assert.deepEqual([...failuresIn(line)].sort(), failures.toSorted());
    });
  }

  it('is told line by line: the reason of one says nothing of another that gives none', () => {
    const log = 'remote error: tls: expired certificate\nremote error: tls: bad certificate';
    assert.deepEqual([...failuresIn(log)].sort(), ['expired', 'verification']);
  });

  it('is said by each row of the table in one of these lines at least', () => {
    const silent = WORDINGS.filter(({ says }) => !LINES.some(([line]) => says.test(line)));
    assert.deepEqual(
      silent.map(({ library, failure, says }) => `${library}: ${failure}: ${says}`),
      [],
    );
  });

  it('is the class of its row, wherever a line is of that class alone', () => {
    for (const { library, failure, says } of WORDINGS) {
      const lines = LINES.filter(([line]) => says.test(line));
      const classes = lines.flatMap(([, ...all]) => all);
      assert.ok(failure === 'verification' || classes.includes(failure), `${library}: ${says} is never ${failure}`);
    }
  });

  for (const line of [
    'the deployment was rolled out in namespace shop',
    'http: TLS handshake error from 10.0.0.1:1: EOF',
    'Certificate shop/web is issued, and is valid for 90 days',
    'dial tcp 10.0.0.1:443: connect: connection refused',
    'token expired, log in again',
  ])
    it(`is nothing in: ${line}`, () => assert.deepEqual([...failuresIn(line)], []));
});
