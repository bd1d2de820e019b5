import assert from 'node:assert/strict';
import { CODES_OF_CHECKS } from '../../../src/core/check/codes-of-checks.ts';
import {
  canShowAs,
  ERRORS,
  type ErrorKind,
  errorKindsIn,
  speaksOfCertificates,
} from '../../../src/core/diagnose/errors.ts';

/** One row for each wording that programs have. */
const WORDINGS: readonly (readonly [text: string, ...kinds: ErrorKind[]])[] = [
  ['x509: certificate has expired or is not yet valid: current time A is after B', 'expired'],
  ['remote error: tls: expired certificate', 'expired'],
  ['invalid peer certificate: Expired', 'verification', 'expired'],
  ['NET::ERR_CERT_DATE_INVALID', 'expired'],
  ['curl: (60) SSL certificate problem: certificate has expired', 'expired'],
  ['tls: failed to verify certificate: x509: certificate signed by unknown authority', 'untrusted'],
  ['curl: (60) SSL certificate problem: unable to get local issuer certificate', 'untrusted'],
  ['invalid peer certificate: UnknownIssuer', 'verification', 'untrusted'],
  ['PKIX path building failed: unable to find valid certification path', 'untrusted'],
  ['NET::ERR_CERT_AUTHORITY_INVALID', 'untrusted'],
  ['x509: certificate is valid for a.example, not b.example', 'name'],
  ['x509: certificate relies on legacy Common Name field, use SANs', 'name'],
  ['NET::ERR_CERT_COMMON_NAME_INVALID', 'name'],
  ['TLS error: SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED', 'verification'],
  ['remote error: tls: internal error', 'no-certificate'],
  ['keys: failed to verify client certificate: x509: certificate has expired', 'refused-client', 'expired'],
  ['400 Bad Request: The SSL certificate error', 'refused-client'],
  ['error: You must be logged in to the server', 'unauthorized'],
  ['Error from server (Forbidden): pods is forbidden', 'forbidden'],
  ['http: TLS handshake error from 10.0.0.1:1: EOF', 'closed'],
  ['dial tcp 10.0.0.1:443: i/o timeout', 'unreachable'],
];

describe('the kinds of failure that a text speaks of', () => {
  for (const [text, ...kinds] of WORDINGS) {
    it(`are ${kinds.join(' and ')} in: ${text}`, () => {
      const found = errorKindsIn(text);
      for (const kind of kinds) assert.ok(found.has(kind), `${[...found]}`);
    });
  }

  it('are none in an ordinary sentence', () => {
    assert.deepEqual([...errorKindsIn('the deployment was rolled out in namespace shop')], []);
  });

  it('are shown by codes that exist', () => {
    const unknown = Object.values(ERRORS).flatMap(({ codes }) => codes.filter((code) => !CODES_OF_CHECKS.has(code)));
    assert.deepEqual([...new Set(unknown)], []);
  });
});

describe('whether a finding can show as an error', () => {
  const kinds = (...all: ErrorKind[]) => new Set(all);

  it('is yes where the kind has the code, and no where only another one has', () => {
    assert.equal(canShowAs('CERT_EXPIRED', kinds('expired')), true);
    assert.equal(canShowAs('NAME_NOT_COVERED', kinds('expired')), false);
  });

  it('is open where the error tells nothing, or nobody knows the code', () => {
    assert.equal(canShowAs('NAME_NOT_COVERED', kinds()), undefined);
    assert.equal(canShowAs('NAME_NOT_COVERED', kinds('unreachable')), undefined);
    assert.equal(canShowAs('A_CODE_OF_TOMORROW', kinds('expired')), undefined);
  });

  it('tells an error of a certificate from one of the network', () => {
    assert.equal(speaksOfCertificates(kinds('untrusted', 'unreachable')), true);
    assert.equal(speaksOfCertificates(kinds('closed', 'unreachable', 'forbidden')), false);
  });
});
