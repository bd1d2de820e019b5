/** The roots that public clients (browsers, API clients) trust without being told. */
export interface TrustStore {
  /** DER of every root. */
  roots(): Promise<readonly Uint8Array[]>;
}
