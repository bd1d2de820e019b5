import type { CodeDefinition, Severity } from '../../model/finding.ts';
import { roleInfo } from '../../model/role.ts';
import type { Placed } from '../../snapshot/inventory.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { draft } from '../draft.ts';
import { impactOf } from '../impact.ts';
import { placementEvidence } from '../readings.ts';
import { selfSigned } from '../relations.ts';
import { renewSteps } from '../remedy.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { describe, placeOf } from '../words.ts';

const WEAK_KEY: CodeDefinition = {
  code: 'WEAK_KEY',
  severity: 'warning',
  title: 'a key is shorter than clients accept today',
  meaning:
    'RSA below 2048 bits, an elliptic curve below 256 bits, or DSA. OpenSSL refuses such keys at the security level that most distributions set; browsers and Go draw the line for RSA at 1024 bits.',
  prove: ['openssl x509 -noout -text -in FILE | grep -A1 "Public Key Algorithm"'],
  fix: ['issue a new certificate with a new key: RSA 2048 or more, or ECDSA P-256'],
  prevent: ['set the size where keys are made: spec.privateKey of a Certificate, encryptionAlgorithm of kubeadm'],
  source: 'CA/Browser Forum Baseline Requirements section 6.1.5; OpenSSL SSL_CTX_set_security_level(3)',
  since: '0.1.0',
};

const WEAK_SIGNATURE: CodeDefinition = {
  code: 'WEAK_SIGNATURE',
  severity: 'critical',
  title: 'a certificate is signed with a hash that clients no longer accept',
  meaning:
    'SHA-1, MD5 or older. Go, and with it every Kubernetes component, and all browsers refuse the chain as untrusted. The signature of a trust anchor itself is never checked, so a root may carry one.',
  prove: [
    'openssl x509 -noout -text -in FILE | grep "Signature Algorithm"',
    'GODEBUG has no switch for it any more: "x509: cannot verify signature: insecure algorithm SHA1-RSA"',
  ],
  fix: ['have its issuer sign a new one with SHA-256'],
  prevent: ['look for the signing hash in the configuration of the private CA'],
  source: 'RFC 9155; Go 1.18 release notes, crypto/x509',
  since: '0.1.0',
};

const BROKEN_HASHES: ReadonlySet<string> = new Set(['md2', 'md4', 'md5', 'sha1']);

export const strength: Check = {
  id: 'strength',
  title: 'keys and signatures are of a strength that clients accept',
  codes: [WEAK_KEY, WEAK_SIGNATURE],
  applies: ({ inventory }) => inventory.certificates.size > 0,
  run: (input) =>
    [...input.inventory.certificates.values()].flatMap((certificate) => {
      const places = placesOf(input, certificate);
      const [placed] = places;
      return placed
        ? [...judgeKey(input, certificate, placed, places), ...judgeSignature(input, certificate, placed, places)]
        : [];
    }),
};

/** Where somebody verifies it first. */
function placesOf({ inventory }: CheckInput, { sha256 }: Certificate): Placed[] {
  const places = inventory.placementsOf(sha256).filter(({ placement }) => placement.role !== 'public-root');
  return places.toSorted((a, b) => Number(isVerified(b)) - Number(isVerified(a)));
}

function isVerified({ placement }: Placed): boolean {
  return roleInfo(placement.role).verified;
}

function judgeKey(input: CheckInput, certificate: Certificate, placed: Placed, places: readonly Placed[]): Draft[] {
  const { algorithm, bits, curve } = certificate.publicKey;
  const { rsa, ecdsa } = input.policy.minimumBits;
  const isRSA = algorithm.startsWith('RSA');
  const minimum = isRSA ? rsa : algorithm === 'ECDSA' ? ecdsa : 0;
  if (algorithm !== 'DSA' && (bits === 0 || bits >= minimum)) return [];
  const severity = isVerified(placed) ? (isRSA && bits < 1024 ? 'critical' : 'warning') : 'info';
  const key = `${algorithm}${curve ? ` ${curve}` : ''} key of ${bits} bits`;
  return [
    make(WEAK_KEY, input, {
      certificate,
      placed,
      places,
      severity,
      what: `has ${/^[AEIOR]/.test(key) ? 'an' : 'a'} ${key}`,
    }),
  ];
}

function judgeSignature(
  input: CheckInput,
  certificate: Certificate,
  placed: Placed,
  places: readonly Placed[],
): Draft[] {
  const { name, hash } = certificate.signatureAlgorithm;
  if (!hash || !BROKEN_HASHES.has(hash) || selfSigned(certificate)) return [];
  const severity = isVerified(placed) ? 'critical' : 'info';
  return [make(WEAK_SIGNATURE, input, { certificate, placed, places, severity, what: `is signed with ${name}` })];
}

interface Weakness {
  readonly certificate: Certificate;
  readonly placed: Placed;
  readonly places: readonly Placed[];
  readonly severity: Severity;
  readonly what: string;
}

function make(
  definition: CodeDefinition,
  { inventory }: CheckInput,
  { certificate, placed, places, severity, what }: Weakness,
): Draft {
  const place = placeOf(certificate, placed);
  return draft(definition, {
    severity,
    layer: placed.placement.layer,
    placement: place,
    also: places.slice(1).map((one) => placeOf(certificate, one)),
    message: `${describe(certificate, placed)} in ${place} ${what}`,
    evidence: placementEvidence(inventory, places, (one) => `${placeOf(certificate, one)} ${what}`),
    impact:
      severity === 'info' ? 'nobody verifies it' : `strict clients refuse it; then ${impactOf(inventory, placed)}`,
    fix: renewSteps(inventory, placed),
  });
}
