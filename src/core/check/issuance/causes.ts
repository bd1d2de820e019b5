import type { IssuanceCause, IssuanceLink } from './cause.ts';
import { ACME_CAUSES } from './causes/acme.ts';
import { DNS_CAUSES } from './causes/dns.ts';
import { ISSUER_CAUSES } from './causes/issuer.ts';
import { REQUEST_CAUSES } from './causes/request.ts';
import { SELF_CHECK_CAUSES } from './causes/self-check.ts';

/** Every cause that a text gives away, the narrower ones first. */
export const ISSUANCE_CAUSES: readonly IssuanceCause[] = [
  ...SELF_CHECK_CAUSES,
  ...ACME_CAUSES,
  ...REQUEST_CAUSES,
  ...DNS_CAUSES,
  ...ISSUER_CAUSES,
];

/** The cause that a link's words give away. */
export function causeIn(text: string, link: IssuanceLink): IssuanceCause | undefined {
  return ISSUANCE_CAUSES.find(
    ({ patterns, said }) => (said?.includes(link) ?? true) && patterns.some((pattern) => pattern.test(text)),
  );
}
