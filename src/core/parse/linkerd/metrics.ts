/** What a proxy's metrics say of its certificate and its clock. */
export interface LinkerdMetrics {
  /** Milliseconds since the epoch: when its certificate ends. */
  readonly expires?: number;
  /** Milliseconds since the epoch: its own clock. */
  readonly clock?: number;
}

/** Names since edge-24.5 (2.16), and those of before (linkerd2-proxy linkerd/proxy/identity-client). */
const EXPIRY = ['control_identity_cert_expiration_timestamp_seconds', 'identity_cert_expiration_timestamp_seconds'];

/** Reads the text of a proxy's /metrics; an absent series is unknown. */
export function readLinkerdMetrics(text: string): LinkerdMetrics {
  const seconds = (name: string): number | undefined => {
    const value = Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, 'm').exec(text)?.[1]);
    return Number.isFinite(value) ? value * 1000 : undefined;
  };
  const expires = EXPIRY.flatMap((name) => seconds(name) ?? [])[0];
  const clock = seconds('process_clock_time_seconds');
  return { ...(expires !== undefined && { expires }), ...(clock !== undefined && { clock }) };
}
