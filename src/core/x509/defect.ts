/** What is wrong with the encoding of a certificate that can be read all the same. */
export interface Defect {
  readonly code:
    | 'ber-length'
    | 'time-form'
    | 'duplicate-extension'
    | 'extension-unreadable'
    | 'key-unreadable'
    | 'signature-algorithm-differs'
    | 'trailing-fields';
  readonly message: string;
  /** The extension concerned. */
  readonly oid?: string;
}
