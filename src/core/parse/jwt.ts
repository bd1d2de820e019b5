/** What a bearer token says about itself. The signature is not looked at: these are claims, for display. */
export interface TokenClaims {
  /** Milliseconds since the epoch. */
  readonly expires?: number;
  readonly subject?: string;
}

/** ECMA-262 "Time Values": the last second that a Date can hold. */
const LAST_SECOND = 8_640_000_000_000;

/** Claims of a JSON Web Token (RFC 7519 section 4.1); nothing for opaque tokens. */
export function readTokenClaims(token: string): TokenClaims {
  const pieces = token.split('.');
  if (pieces.length !== 3) return {};
  try {
    const claims = JSON.parse(Buffer.from(pieces[1]!, 'base64url').toString('utf8')) as Record<string, unknown> | null;
    const { exp, sub } = claims ?? {};
    return {
      ...(typeof exp === 'number' && Math.abs(exp) <= LAST_SECOND && { expires: exp * 1000 }),
      ...(typeof sub === 'string' && { subject: sub }),
    };
  } catch {
    return {};
  }
}
