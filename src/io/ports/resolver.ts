/** Names to addresses, as programs of this machine see them. */
export interface Resolver {
  /**
   * Every address of a name; the name alone where a proxy stands between, since that resolves for itself.
   * PortFailure `unreachable` when the name leads nowhere or no name server answers, `timed-out` when the signal aborts.
   */
  addressesOf(host: string, signal: AbortSignal): Promise<readonly string[]>;
}
