import assert from 'node:assert/strict';
import { CODES_OF_CHECKS } from '../../../src/core/check/codes-of-checks.ts';
import {
  CODES_SHOWN_AS,
  canShowAs,
  type ErrorKind,
  errorKindsIn,
  speaksOfCertificates,
} from '../../../src/core/diagnose/errors.ts';

/** What is not of a certificate alone; the wordings of TLS libraries have a table of their own. */
const WORDINGS: readonly (readonly [text: string, ...kinds: ErrorKind[]])[] = [
  ['keys: failed to verify client certificate: x509: certificate has expired', 'refused-client', 'expired'],
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
    const unknown = Object.values(CODES_SHOWN_AS).flatMap((codes) =>
      codes.filter((code) => !CODES_OF_CHECKS.has(code)),
    );
    assert.deepEqual([...new Set(unknown)], []);
  });
});

describe('whether a finding can show as an error', () => {
  const kinds = (...all: ErrorKind[]) => new Set(all);

  it('is yes where the kind has the code, and no where only another one has', () => {
    assert.equal(canShowAs('CERT_EXPIRED', kinds('expired')), true);
    assert.equal(canShowAs('NAME_NOT_COVERED', kinds('expired')), false);
  });

  it('is told by the reason, where a server or the login says of a client as well that it was refused', () => {
    assert.equal(canShowAs('NAME_NOT_COVERED', kinds('refused-client', 'expired')), false);
    assert.equal(canShowAs('CERT_EXPIRED', kinds('refused-client', 'expired')), true);
    assert.equal(canShowAs('CLIENT_REFUSED', kinds('refused-client', 'expired')), true);
    assert.equal(canShowAs('CERT_EXPIRED', kinds('unauthorized', 'not-yet-valid')), false);
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
