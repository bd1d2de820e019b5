/** A pair in PEM: what a proxy serves. */
export interface Pair {
  /** Leaf first, then intermediates. */
  certificate: string;
  key: string;
}

/** A proxy that serves a pair on loopback, and goes on serving it until it is told to read the new one. */
export interface IngressProxy {
  port: number;
  /** Replaces the files on disk, as a renewal does. The process doesn't notice. */
  write(pair: Pair): void;
  /** Tells the process, and waits until it serves what is on disk. */
  reload(): Promise<void>;
}
