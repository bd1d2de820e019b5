/** The parts of node-forge that open what a password encrypts. Bytes are binary strings. */
declare module 'node-forge/lib/forge.js' {
  interface ByteBuffer {
    getBytes(): string;
  }
  interface Cipher {
    readonly output: ByteBuffer;
    update(input: ByteBuffer): void;
    /** False when the padding is wrong. */
    finish(): boolean;
  }
  const forge: {
    readonly asn1: { fromDer(bytes: string): object };
    readonly util: { createBuffer(bytes: string): ByteBuffer };
    readonly pki: { readonly pbe: { getCipher(oid: string, parameters: object, password: string | null): Cipher } };
  };
  export default forge;
}

declare module 'node-forge/lib/pbe.js' {
  const pbe: unknown;
  export default pbe;
}
