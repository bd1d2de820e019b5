import { causeDefinition, type IssuanceCause, SEE_CHALLENGE } from '../cause.ts';

const ORDER = 'kubectl describe order -n NS NAME: the reason';
const RFC = 'RFC 8555 section 6.7';

/** What the CA itself says to an order. */
export const ACME_CAUSES: readonly IssuanceCause[] = [
  {
    definition: causeDefinition({
      code: 'CAA_LOOKUP_FAILS',
      title: 'the CA cannot look up CAA records, because name servers of the domain or its parent fail',
      meaning:
        'A CA asks for CAA records upwards from the name and has to stop where it gets an error instead of an answer. The name itself may resolve well while the parent zone is broken: delegated to servers that do not answer for it, or signed wrongly (DNSSEC).',
      prove: [
        ORDER,
        'dig CAA NAME, then dig CAA PARENT: the one that says SERVFAIL is the broken one',
        'delv PARENT: whether DNSSEC is the reason',
      ],
      fix: [
        'repair the zone that fails: serve it, or correct its NS and DS records at the registrar',
        'then start a new order: cmctl renew',
      ],
      source: 'RFC 8659 section 3; RFC 8555 section 6.7',
    }),
    patterns: [
      /looking up CAA|CAA lookup|(?:SERVFAIL|timeout|DNS problem)[^\n]*\bCAA\b|\bCAA\b[^\n]*(?:SERVFAIL|timed? ?out|malfunctioning)/i,
    ],
    blames: 'certificate',
  },
  {
    definition: causeDefinition({
      code: 'CAA_FORBIDS',
      title: 'a CAA record does not allow this CA',
      meaning:
        'The nearest CAA records upwards from the name list who may issue, and this CA is not among them. Challenges pass all the same: the check comes last.',
      prove: [ORDER, 'dig CAA NAME and of each parent up to the first that has some: it lists other CAs only'],
      fix: [
        'add a CAA record with the name of this CA (issue, and issuewild for wildcards) beside the others',
        'wait for its TTL, then start a new order: cmctl renew',
      ],
      source: 'RFC 8659 section 3',
    }),
    patterns: [/error:caa\b|CAA record[^\n]*(?:prevents|forbids|does not|disallow)|prevents issuance/i],
    blames: 'certificate',
  },
  {
    definition: causeDefinition({
      code: 'ACME_RATE_LIMITED',
      title: 'the CA takes no more orders for now: a rate limit is used up',
      meaning:
        "Too many certificates for a registered domain or the same set of names, too many orders of an account, or too many failed validations. cert-manager takes it as a failure and backs off, up to 32 hours; the CA's message says when it takes orders again.",
      prove: [
        ORDER,
        'kubectl get certificaterequests -A --sort-by=.metadata.creationTimestamp: many of the same Certificate point to a loop',
      ],
      fix: [
        'stop what orders again and again',
        "wait until the moment that the CA's message names, or order with another set of names",
        "test against the CA's staging server",
      ],
      prevent: ['order one certificate for many names, and keep Secrets in backups'],
      source: `${RFC}; letsencrypt.org, Rate Limits`,
    }),
    patterns: [
      /rateLimited|too many (?:certificates|new orders|failed authorizations|currently pending|registrations|requests)|\b429\b[^\n]*acme/i,
    ],
    blames: 'order',
  },
  {
    definition: causeDefinition({
      code: 'ACME_PROFILE_UNKNOWN',
      title: 'the CA does not know the profile that the issuer asks for',
      meaning:
        'spec.acme.profile names a profile that the directory of the CA does not list, or the CA has none. It is not tried again by itself.',
      prove: [ORDER, 'curl -s DIRECTORY | jq .meta.profiles'],
      fix: ['name a profile that the CA lists, or none'],
      source: 'cert-manager pkg/controller/acmeorders',
    }),
    patterns: [/does not (?:advertise|support)[^\n]*profile|invalidProfile|unknown profile/i],
    blames: 'issuer',
  },
  {
    definition: causeDefinition({
      code: 'ACME_NAME_REFUSED',
      title: 'the CA does not issue for this name',
      meaning:
        'It is no public name, it is blocked by policy, or it is malformed. A public CA issues for names under public suffixes alone: .local, .internal and service names need a private CA.',
      prove: [ORDER],
      fix: ['take the name from the Certificate, or have a private CA issue it'],
      source: RFC,
    }),
    patterns: [
      /rejectedIdentifier|does not end with a valid public suffix|forbidden by policy|Domain name (?:is|contains)|unsupportedIdentifier|not (?:a )?public(?:ly)? /i,
    ],
    said: ['order', 'request', 'challenge', 'certificate'],
    blames: 'certificate',
  },
  {
    definition: causeDefinition({
      code: 'ACME_VALIDATION_FAILED',
      title: "the CA's own validation of a challenge failed",
      meaning:
        'cert-manager saw its answer, the CA did not: another view of DNS from outside, an IPv6 address that leads elsewhere, a firewall that lets in only some countries, a TXT record that was seen by one name server and not by another. The Order has failed for good; cert-manager makes another after its delay.',
      prove: [
        SEE_CHALLENGE,
        'curl -sv http://HOST/.well-known/acme-challenge/x from outside, by IPv4 and by IPv6',
        'dig TXT _acme-challenge.DOMAIN at each authoritative server',
      ],
      fix: ['make the answer visible from everywhere: the CA looks from several places', 'then cmctl renew'],
      source: RFC,
    }),
    patterns: [
      /error accepting authorization|authorization error|acme:error:(?:unauthorized|connection|dns|tls|incorrectResponse)|During secondary validation|Invalid response from/i,
    ],
    said: ['challenge', 'order'],
    blames: 'challenge',
  },
];
