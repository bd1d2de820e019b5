import { causeDefinition, type IssuanceCause, SEE_CHALLENGE, SEE_LOGS } from '../cause.ts';

const SOURCE = "cert-manager pkg/issuer/acme/dns, and the errors of the providers' own APIs";
const PROVE = [
  SEE_CHALLENGE,
  SEE_LOGS,
  'kubectl get clusterissuer NAME -o jsonpath="{.spec.acme.solvers}": which solver was meant for this name',
];

/** DNS-01: the record is written at a provider, then looked for. */
export const DNS_CAUSES: readonly IssuanceCause[] = [
  {
    definition: causeDefinition({
      code: 'DNS_CREDENTIAL_MISSING',
      title: 'the Secret with the credentials of a DNS solver, or the key in it, is not there',
      meaning:
        'cert-manager reads the Secret beside an Issuer, and for a ClusterIssuer in one namespace for all (--cluster-resource-namespace, the one that cert-manager runs in). A Secret in the namespace of the Certificate is not looked at. The issuer is ready all the same: its DNS credentials are tried with the first challenge.',
      prove: [...PROVE, 'kubectl -n cert-manager get secret NAME -o jsonpath="{.data}" | jq keys'],
      fix: [
        'make the Secret in that namespace, with the key that the issuer names',
        'then delete the Order: its tries are up to half an hour apart, and editing the Secret starts none',
      ],
      source: SOURCE,
    }),
    patterns: [
      /error getting (?!keypair)\w+[^\n]*secret|specified key "[^"]*" not found in secret|data entry with key "[^"]*" not found|(?<!CA issuer: )secrets? "[^"]+" not found|account credentials not found/i,
      /empty credentials; perhaps you meant to enable ambient credentials/i,
      /failed to get secret|the secret "[^"]+" does not have key/i,
    ],
    said: ['challenge', 'issuer'],
    blames: 'issuer',
  },
  {
    definition: causeDefinition({
      code: 'DNS_ZONE_MISDETECTED',
      title: 'the record is to be written into a zone that is not the one of the name',
      meaning:
        'cert-manager finds the zone by asking for SOA records upwards from the name. Where its resolver does not answer for the real zone, it climbs on, to the parent or the top level, and keeps what it found. The provider then says 404, which looks like a wrong account.',
      prove: [
        ...PROVE,
        'dig SOA ZONE @RESOLVER: by the resolvers that cert-manager uses; the real zone has to answer',
        'kubectl logs -n cert-manager deploy/cert-manager | grep "cached zone record"',
      ],
      fix: [
        'give cert-manager recursive name servers that answer for the zone: --dns01-recursive-nameservers and --dns01-recursive-nameservers-only',
        'restart it, for it keeps zones that it found',
      ],
      source: 'cert-manager pkg/issuer/acme/dns/util/wait.go, FindZoneByFqdn',
    }),
    patterns: [/\/(?:domains|zones)\/(?<zone>[a-z]{2,12})\/(?:records|rrsets|dns_records)\b[^\n]*\b404\b/i],
    blames: 'challenge',
  },
  {
    definition: causeDefinition({
      code: 'DNS_ZONE_NOT_FOUND',
      title: 'the DNS provider has no zone for the name in this account',
      meaning:
        'The credentials work, and there is no zone for the name behind them: the domain lies in another account or project, a private zone of the same name was found instead, or the token sees only some zones.',
      prove: [...PROVE, 'dig NS DOMAIN: which provider is authoritative'],
      fix: [
        'use credentials of the account that holds the zone, or name the zone (hostedZoneID, managedZone)',
        'or delegate _acme-challenge by CNAME and set cnameStrategy: Follow',
      ],
      source: SOURCE,
    }),
    patterns: [
      /zone \S+ not found(?! in AzureDNS)|Found no Zones|not found in Route ?53|No matching GoogleCloud domain|could not (?:find|determine) (?:the )?(?:start of authority|zone)|no hosted zone|is not permitted in zone|HostedZoneNotFound|NoSuchHostedZone/i,
      // What cert-manager wanted; where the provider says why it could not have it, that is the cause.
      /failed to determine (?:Route 53 )?hosted (?:zone|domain)(?![^\n]*(?:api error|StatusCode: 4|AccessDenied|not authorized|credential|dial tcp|redacted))/i,
      /not found in AzureDNS(?![\s\S]*(?:RESPONSE 40[13]|AuthorizationFailed|AuthenticationFailed|dial tcp|redacted))/i,
    ],
    said: ['challenge'],
    blames: 'issuer',
  },
  {
    definition: causeDefinition({
      code: 'DNS_PERMISSION_MISSING',
      title: 'the credentials of a DNS solver may not change the zone',
      meaning:
        'The provider knows who asks and does not allow it: a policy or scope lacks listing zones, changing records or reading the state of a change.',
      prove: PROVE,
      fix: [
        "allow it the changes that the provider's page in cert-manager's documentation lists",
        'then delete the Order: its tries are up to half an hour apart',
      ],
      source: SOURCE,
    }),
    patterns: [
      /AccessDenied|not authorized to perform|AuthorizationFailed|requires permission|insufficient (?:permission|scope)|PERMISSION_DENIED|Error 403|status(?: code)?:? 403|Server replied: REFUSED|\bREFUSED\b/i,
    ],
    said: ['challenge'],
    blames: 'issuer',
  },
  {
    definition: causeDefinition({
      code: 'DNS_CREDENTIAL_REJECTED',
      title: 'the DNS provider does not accept the credentials of a solver',
      meaning:
        'The Secret is there, and what it holds is refused: a token that was revoked or has ended, one with a line break at its end, a key of another account, a signature that is wrong because of the clock.',
      prove: [
        ...PROVE,
        'kubectl -n cert-manager get secret NAME -o jsonpath="{.data.KEY}" | base64 -d | tail -c1 | xxd: a token ends without a line break',
      ],
      fix: [
        'put credentials that work into the Secret',
        'then delete the Order: its tries are up to half an hour apart, and neither editing the Secret nor cmctl renew starts one',
      ],
      prevent: ['give tokens no end, or an alert before it'],
      source: SOURCE,
    }),
    patterns: [
      /SignatureDoesNotMatch|InvalidClientTokenId|UnrecognizedClientException|AuthenticationFailed|invalid_(?:client|grant)|Invalid (?:API|access) (?:key|token)|Unable to authenticate|Authentication error|Invalid request headers|\b(?:9109|6003|10000)\b|Error 401|status(?: code)?:? 401|\bUnauthorized\b|NOTAUTH|BADSIG|BADKEY|BADTIME|dns: bad (?:authentication|signature|key|time)\b|expired token|ExpiredToken|token (?:is|has) (?:expired|invalid)/i,
    ],
    said: ['challenge'],
    blames: 'issuer',
  },
  {
    definition: causeDefinition({
      code: 'DNS_PROVIDER_THROTTLES',
      severity: 'warning',
      title: 'the DNS provider takes fewer requests than cert-manager makes',
      meaning:
        'Too many at a time. cert-manager tries again by itself, with growing pauses; many Certificates at once make it last.',
      prove: PROVE,
      fix: ['wait, and renew fewer at a time: --max-concurrent-challenges', 'or raise the quota'],
      source: SOURCE,
    }),
    patterns: [/Throttling|Rate exceeded|Too Many Requests|status(?: code)?:? 429|quota exceeded/i],
    said: ['challenge'],
    blames: 'issuer',
  },
  {
    definition: causeDefinition({
      code: 'SOLVER_WEBHOOK_DOWN',
      title: 'the webhook that solves DNS challenges does not work',
      meaning:
        'The provider is served by a webhook of its own, an aggregated API. It is not there, does not answer, or cert-manager may not call it.',
      prove: [...PROVE, 'kubectl get apiservice | grep -v True', 'kubectl get pods -A | grep webhook'],
      fix: [
        'bring the webhook back: its Deployment, its APIService and its certificate',
        "or let cert-manager's service account create resources in its group",
      ],
      source: 'cert-manager pkg/issuer/acme/dns/webhook',
    }),
    patterns: [
      /the server is currently unable to handle the request|could not find the requested resource|no solver provider configured|cannot create resource "[^"]*" in API group "(?:acme|[^"]*\.)/i,
    ],
    said: ['challenge'],
    blames: 'issuer',
  },
  {
    definition: causeDefinition({
      code: 'DNS_RECORD_NOT_SEEN',
      severity: 'warning',
      title: 'the record of a DNS-01 challenge is written and not seen',
      meaning:
        'cert-manager asks the authoritative name servers, or those that it is told, until the record shows. It waits for ever: nothing counts as a failure. The zone that was written is not the one that is delegated, name servers lag, the resolver has another view, or something between answers in its place.',
      prove: [
        SEE_CHALLENGE,
        'dig TXT _acme-challenge.DOMAIN @AUTHORITATIVE: the record is there',
        'the same from a Pod beside cert-manager, to the name servers that its flags name: another answer means that somebody answers in between',
      ],
      fix: [
        'compare the answers from inside and outside, and let cert-manager ask where the record shows: --dns01-recursive-nameservers, --dns01-recursive-nameservers-only',
        'see to the delegation where the wrong zone was written',
      ],
      source: 'cert-manager pkg/issuer/acme/dns/util/wait.go',
    }),
    patterns: [
      /not yet propagated|propagation check failed|Waiting for DNS-01 challenge propagation|returned (?:REFUSED|SERVFAIL) for _acme-challenge/i,
    ],
    blames: 'challenge',
  },
  {
    definition: causeDefinition({
      code: 'DNS_PROVIDER_UNREACHABLE',
      title: 'cert-manager cannot reach the API of the DNS provider',
      meaning:
        'No connection from the Pod of the controller: egress is closed, a proxy is missing, the name does not resolve, or a proxy shows a certificate of its own.',
      prove: PROVE,
      fix: ['open the way from the controller to the provider, or set HTTPS_PROXY on it'],
      source: SOURCE,
    }),
    patterns: [
      /(?:error|failed) (?:presenting|to present)[^\n]*(?:dial tcp|i\/o timeout|no such host|connection refused|x509:|proxyconnect|deadline exceeded)/i,
      /^(?![\s\S]*self[- ]check)[\s\S]*(?:dial tcp|i\/o timeout|no such host|proxyconnect)/i,
    ],
    said: ['challenge'],
    blames: 'issuer',
  },
];
