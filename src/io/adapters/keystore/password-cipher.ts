import { childrenOf, contentOf, type Element, Fields, readElement, TAG } from '../../../core/x509/der.ts';
import { readOid } from '../../../core/x509/der-values.ts';
import { openLegacy } from './legacy-pbe.ts';
import { openPbes2 } from './pbes2.ts';

const PBES2 = '1.2.840.113549.1.5.13';

/**
 * Rounds of key derivation that all attempts on one keystore may take together: about two seconds of native PBKDF2.
 * The older scheme derives in JavaScript, which is slower by the factor.
 */
const MOST_ROUNDS = 4_000_000;
const LEGACY_FACTOR = 20;

/** Undoes password-based encryption, trying passwords in turn. */
export class PasswordCipher {
  readonly #passwords: (string | null)[];
  #left = MOST_ROUNDS;

  /** The empty password has two forms in PKCS#12: no characters but their terminator, and nothing at all. */
  constructor(passwords: readonly string[]) {
    this.#passwords = [...new Set(passwords)].flatMap((password) => (password === '' ? ['', null] : [password]));
  }

  /**
   * The plain bytes, which are one SEQUENCE, or undefined when no password opens them.
   * @param algorithm AlgorithmIdentifier
   * @throws Error when the cipher is not known or asks for too many rounds
   */
  open(algorithm: Element, encrypted: Uint8Array): Uint8Array | undefined {
    const fields = new Fields(algorithm);
    const oid = readOid(fields.expect('the cipher', TAG.oid));
    const parameters = fields.expect('its parameters', TAG.sequence);
    const rounds = Math.max(1, greatestInteger(parameters)) * (oid === PBES2 ? 1 : LEGACY_FACTOR);
    for (const password of this.#passwords) {
      this.#left -= rounds;
      if (this.#left < 0) throw new Error('it asks for too many rounds of key derivation');
      const plain =
        oid === PBES2 ? openPbes2(parameters, encrypted, password) : openLegacy(oid, parameters, encrypted, password);
      if (!plain || !isSequence(plain)) continue;
      this.#prefer(password);
      return plain;
    }
    return undefined;
  }

  /** One password usually opens all parts: it is tried first from now on. */
  #prefer(password: string | null): void {
    this.#passwords.splice(this.#passwords.indexOf(password), 1);
    this.#passwords.unshift(password);
  }
}

/** The number of rounds, wherever it stands: the other integer, a key's length, is small. */
function greatestInteger(element: Element): number {
  if (element.tag === TAG.integer) return Number(`0x${Buffer.from(contentOf(element)).toString('hex') || '0'}`);
  if ((element.tag & 0x20) === 0) return 0;
  return Math.max(0, ...childrenOf(element).map(greatestInteger));
}

/** What a wrong password makes of the bytes is hardly ever one. */
function isSequence(bytes: Uint8Array): boolean {
  try {
    const element = readElement(bytes);
    return element.tag === TAG.sequence && element.end === bytes.length;
  } catch {
    return false;
  }
}
