import type { Certificate } from './certificate.ts';
import type { Crl } from './crl.ts';
import { Budget, type Effort } from './effort.ts';
import { nameKey } from './name.ts';
import { checkProfile } from './profile.ts';
import type { Reason } from './rules.ts';
import { type SignatureAnswer, type Signed, verifySignature } from './verify-signature.ts';

/**
 * What one validation has at hand: certificates by subject, anchors, lists, and what was already found out about
 * them. Equal certificates count once, and the order in which they were given is forgotten.
 */
export class Pool {
  readonly anchors: ReadonlyMap<string, Certificate>;
  readonly crls: readonly Crl[];
  readonly budget: Budget;
  readonly #effort: Effort;
  readonly #all: ReadonlyMap<string, Certificate>;
  readonly #bySubject: ReadonlyMap<string, readonly Certificate[]>;
  readonly #nameKeys = new WeakMap<Uint8Array, string>();
  readonly #signatures = new Map<string, SignatureAnswer>();
  readonly #profiles = new Map<string, readonly Reason[]>();

  constructor(given: {
    anchors: readonly Certificate[];
    intermediates: readonly Certificate[];
    crls: readonly Crl[];
    effort: Effort;
  }) {
    this.#effort = given.effort;
    this.budget = new Budget(given.effort);
    this.anchors = new Map(given.anchors.map((anchor) => [anchor.sha256, anchor]));
    this.crls = given.crls.toSorted((left, right) => (left.sha256 < right.sha256 ? -1 : 1));
    const certificates = [...given.intermediates, ...given.anchors].sort((left, right) =>
      left.sha256 < right.sha256 ? -1 : 1,
    );
    this.#all = new Map(certificates.map((certificate) => [certificate.sha256, certificate]));
    this.#bySubject = Map.groupBy(this.#all.values(), ({ subjectRaw }) => this.nameKey(subjectRaw));
  }

  /** The same anchors and lists with more certificates to build paths from. */
  withMore(certificates: readonly Certificate[]): Pool {
    const anchors = [...this.anchors.values()];
    return new Pool({
      anchors,
      intermediates: [...this.all(), ...certificates],
      crls: this.crls,
      effort: this.#effort,
    });
  }

  /** Certificates whose subject is the given name. */
  named(raw: Uint8Array): readonly Certificate[] {
    return this.#bySubject.get(this.nameKey(raw)) ?? [];
  }

  /** Every certificate at hand, anchors included. */
  all(): Iterable<Certificate> {
    return this.#all.values();
  }

  isAnchor({ sha256 }: Certificate): boolean {
    return this.anchors.has(sha256);
  }

  /** Whether the key of `issuer` signed; known answers cost nothing. @throws EffortExceeded */
  signedBy(signed: Signed & { readonly sha256: string }, issuer: Certificate): SignatureAnswer {
    const pair = `${signed.sha256} ${issuer.spki}`;
    const known = this.#signatures.get(pair);
    if (known) return known;
    this.budget.spend('signatures');
    const answer = verifySignature(signed, issuer.spkiDer);
    this.#signatures.set(pair, answer);
    return answer;
  }

  /** What is wrong with the certificate by itself, found out once. */
  profileOf(certificate: Certificate): readonly Reason[] {
    const known = this.#profiles.get(certificate.sha256);
    if (known) return known;
    const reasons = checkProfile(certificate);
    this.#profiles.set(certificate.sha256, reasons);
    return reasons;
  }

  nameKey(raw: Uint8Array): string {
    const known = this.#nameKeys.get(raw);
    if (known !== undefined) return known;
    const key = nameKey(raw);
    this.#nameKeys.set(raw, key);
    return key;
  }
}
