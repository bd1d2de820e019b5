import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { SignatureAlgorithm } from './algorithms.ts';

/** Something signed: a certificate, a revocation list, a request. */
export interface Signed {
  readonly tbs: Uint8Array;
  readonly signature: Uint8Array;
  readonly signatureAlgorithm: SignatureAlgorithm;
}

export type SignatureAnswer = 'valid' | 'invalid' | 'unsupported';

const keys = new WeakMap<Uint8Array, KeyObject | null>();

/** The kind of key that each family of signature names needs, in node:crypto's words. */
const families: [suffix: RegExp, keyTypes: readonly string[]][] = [
  [/-RSA$/, ['rsa']],
  [/-RSAPSS$/, ['rsa', 'rsa-pss']],
  [/^ECDSA-/, ['ec']],
  [/^DSA-/, ['dsa']],
  [/^Ed25519$/, ['ed25519']],
  [/^Ed448$/, ['ed448']],
  [/^ML-DSA-/, ['ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87']],
];

/** Answers by what is signed and by key: the issuers of thousands of chains are the same few certificates. */
const answers = new WeakMap<
  Uint8Array,
  { readonly of: Signed; readonly byKey: WeakMap<Uint8Array, SignatureAnswer> }
>();

/** Whether the key (SubjectPublicKeyInfo) made the signature; `unsupported` when one of the two is not understood. */
export function verifySignature(signed: Signed, spkiDer: Uint8Array): SignatureAnswer {
  const known = knownAnswers(signed);
  const answer = known.get(spkiDer) ?? computeAnswer(signed, spkiDer);
  known.set(spkiDer, answer);
  return answer;
}

function knownAnswers(signed: Signed): WeakMap<Uint8Array, SignatureAnswer> {
  const entry = answers.get(signed.tbs);
  if (entry && isSame(entry.of, signed)) return entry.byKey;
  const byKey = new WeakMap<Uint8Array, SignatureAnswer>();
  answers.set(signed.tbs, { of: signed, byKey });
  return byKey;
}

function isSame(one: Signed, other: Signed): boolean {
  return one.signature === other.signature && one.signatureAlgorithm === other.signatureAlgorithm;
}

function computeAnswer({ tbs, signature, signatureAlgorithm }: Signed, spkiDer: Uint8Array): SignatureAnswer {
  const key = keyOf(spkiDer);
  const family = families.find(([pattern]) => pattern.test(signatureAlgorithm.name));
  if (!key || !family) return 'unsupported';
  if (!family[1].includes(key.asymmetricKeyType ?? '')) return 'invalid';
  const { hash, pss } = signatureAlgorithm;
  // RFC 4055 section 3.1 lets the mask's hash differ; no client accepts that.
  if (pss && pss.mgfHash !== hash) return 'unsupported';
  const padding = pss ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: pss.saltLength } : {};
  try {
    return verify(hash ?? null, tbs, { key, ...padding }, signature) ? 'valid' : 'invalid';
  } catch {
    // OpenSSL throws for what it has no code for, such as MD2, and for parameters that a PSS key forbids.
    return 'unsupported';
  }
}

function keyOf(spkiDer: Uint8Array): KeyObject | null {
  const known = keys.get(spkiDer);
  if (known !== undefined) return known;
  let key: KeyObject | null = null;
  try {
    key = createPublicKey({
      key: Buffer.from(spkiDer.buffer, spkiDer.byteOffset, spkiDer.length),
      format: 'der',
      type: 'spki',
    });
  } catch {
    // A key that OpenSSL can't load verifies nothing.
  }
  keys.set(spkiDer, key);
  return key;
}
