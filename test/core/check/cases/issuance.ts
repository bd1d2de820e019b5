import type { CertificateFact, ChallengeFact, IssuerFact, OrderFact } from '../../../../src/core/model/facts.ts';
import type { Case } from '../case.ts';
import { DAY, HOUR, MINUTE, makeServer, NOW, type World } from '../world.ts';

const ISSUER = { name: 'le', kind: 'ClusterIssuer', group: 'cert-manager.io' } as const;
const at = (time: number) => new Date(time).toISOString();
const CERTIFICATE: CertificateFact = {
  namespace: 'shop',
  name: 'web',
  uid: 'c',
  secretName: 'web-tls',
  dnsNames: ['a.example'],
  issuer: ISSUER,
  isCA: false,
};
const RUNNING = {
  issuing: { status: 'True', reason: 'DoesNotExist', message: '' },
  issuingSince: at(NOW - 2 * HOUR),
  ready: { status: 'False', reason: 'DoesNotExist', message: '' },
};
const DONE = { ready: { status: 'True', reason: 'Ready', message: '' }, revision: 1 };
const http01 = { type: 'http01', provider: 'ingress', dnsNames: [], dnsZones: [] } as const;
const dns01 = { type: 'dns01', provider: 'route53', dnsNames: [], dnsZones: [] } as const;

interface Issuance {
  readonly certificate?: Partial<CertificateFact>;
  readonly issuer?: Partial<IssuerFact> | null;
  readonly request?: object;
  readonly order?: Partial<OrderFact>;
  readonly challenge?: Partial<ChallengeFact>;
  readonly classes?: readonly string[];
}

function issue(
  world: World,
  { certificate = RUNNING, issuer = {}, request, order, challenge, classes = [] }: Issuance,
): World {
  const base = { namespace: 'shop', issuer: ISSUER };
  world.fact('certificate', { ...CERTIFICATE, ...certificate }, 'certificates');
  if (issuer)
    world.fact(
      'issuer',
      {
        ...{ kind: 'ClusterIssuer', name: 'le', type: 'acme', ready: { status: 'True', reason: 'x', message: '' } },
        acme: { server: 'https://acme.example', solvers: [http01, dns01] },
        ...issuer,
      } as IssuerFact,
      'issuers',
    );
  else world.read('issuers');
  if (request || order || challenge)
    world.fact(
      'certificateRequest',
      {
        ...base,
        name: 'web-1',
        uid: 'r',
        owner: 'c',
        revision: 1,
        isCA: false,
        approved: { status: 'True', reason: 'x', message: '' },
        ...request,
      },
      'certificaterequests',
    );
  if (order || challenge)
    world.fact(
      'order',
      {
        ...base,
        name: 'web-1-1',
        uid: 'o',
        owner: 'r',
        dnsNames: ['a.example'],
        state: 'pending',
        authorizations: [],
        ...order,
      },
      'acme',
    );
  if (challenge)
    world.fact(
      'challenge',
      {
        ...base,
        name: 'web-1-1-1',
        uid: 'h',
        owner: 'o',
        type: 'HTTP-01',
        dnsName: 'a.example',
        wildcard: false,
        state: 'pending',
        presented: true,
        processing: true,
        ...challenge,
      },
      'acme',
    );
  world.read('controllers');
  for (const name of classes)
    world.fact('ingressClass', { name, controller: 'k8s.io/ingress-nginx', default: false }, 'controllers');
  return world;
}

type Said = (text: string) => Issuance;
const inChallenge: Said = (reason) => ({ challenge: { reason } });
const inDns: Said = (reason) => ({ challenge: { reason, type: 'DNS-01', presented: false } });
const inOrder: Said = (reason) => ({ order: { reason, state: 'errored' } });
const inRequest: Said = (message) => ({ request: { ready: { status: 'False', reason: 'Failed', message } } });
const inIssuer: Said = (message) => ({ issuer: { ready: { status: 'False', reason: 'x', message } }, request: {} });

const CHALLENGE = 'challenge/shop/web-1-1-1';
const ORDER = 'order/shop/web-1-1';
const LE = 'clusterissuer/le';
const WEB = 'certificate/shop/web';
const SELF_CHECK = 'Waiting for HTTP-01 challenge propagation: failed to perform self check GET request';

/** Words of cert-manager, of CAs and of providers, the cause that they give away, and what is to be repaired. */
const TEXTS: readonly (readonly [code: string, object: string, said: Said, texts: readonly string[]])[] = [
  [
    'SELF_CHECK_UNREACHABLE',
    CHALLENGE,
    inChallenge,
    [
      `${SELF_CHECK} 'http://a.example/x': Get "http://a.example/x": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
      `${SELF_CHECK} 'http://a.example/x': dial tcp 203.0.113.1:80: connect: connection refused`,
    ],
  ],
  [
    'SELF_CHECK_CLOSED',
    CHALLENGE,
    inChallenge,
    [
      `${SELF_CHECK} 'http://a.example/x': Get "http://a.example/x": EOF`,
      `${SELF_CHECK} 'http://a.example/x': read tcp 10.0.0.1:5: read: connection reset by peer`,
    ],
  ],
  [
    'SELF_CHECK_NAME_UNRESOLVED',
    CHALLENGE,
    inChallenge,
    [`${SELF_CHECK} 'http://a.example/x': dial tcp: lookup a.example on 10.96.0.10:53: no such host`],
  ],
  [
    'SELF_CHECK_WRONG_ANSWER',
    CHALLENGE,
    inChallenge,
    [
      "Waiting for HTTP-01 challenge propagation: wrong status code '404', expected '200'",
      'Waiting for HTTP-01 challenge propagation: did not get expected response when querying endpoint',
    ],
  ],
  [
    'CAA_LOOKUP_FAILS',
    WEB,
    inChallenge,
    [
      "acme: authorization error for a.example: 400 urn:ietf:params:acme:error:dns: DNS problem: SERVFAIL looking up CAA for example.com - the domain's nameservers may be malfunctioning",
    ],
  ],
  [
    'CAA_FORBIDS',
    WEB,
    inOrder,
    [
      'Error finalizing order :: While processing CAA for a.example: CAA record for a.example prevents issuance (urn:ietf:params:acme:error:caa)',
    ],
  ],
  [
    'ACME_RATE_LIMITED',
    ORDER,
    inOrder,
    [
      'Failed to create Order: 429 urn:ietf:params:acme:error:rateLimited: too many certificates (5) already issued for this exact set of identifiers',
    ],
  ],
  ['ACME_PROFILE_UNKNOWN', LE, inOrder, ['acme: certificate authority does not advertise a profile "x"']],
  [
    'ACME_NAME_REFUSED',
    WEB,
    inOrder,
    [
      'Failed to create Order: 400 urn:ietf:params:acme:error:rejectedIdentifier: Domain name does not end with a valid public suffix (TLD)',
    ],
  ],
  [
    'ACME_VALIDATION_FAILED',
    CHALLENGE,
    inChallenge,
    [
      'Error accepting authorization: acme: authorization error for a.example: 403 urn:ietf:params:acme:error:unauthorized: Invalid response from http://a.example/',
    ],
  ],
  ['REQUEST_DENIED', WEB, inRequest, ['The CertificateRequest was denied by an approval controller']],
  [
    'REQUEST_INVALID',
    WEB,
    inRequest,
    ['The CSR PEM requests a commonName that is not present in the list of dnsNames or ipAddresses'],
  ],
  [
    'DNS_CREDENTIAL_MISSING',
    LE,
    inDns,
    [
      'error getting route53 secret access key: secrets "route53-credentials" not found',
      'specified key "token" not found in secret cert-manager/dns',
      'unable to construct route53 provider: empty credentials; perhaps you meant to enable ambient credentials?',
    ],
  ],
  [
    'DNS_ZONE_MISDETECTED',
    CHALLENGE,
    inDns,
    [
      'POST https://api.digitalocean.com/v2/domains/run/records: 404 The resource you were accessing could not be found.',
    ],
  ],
  [
    'DNS_ZONE_NOT_FOUND',
    LE,
    inDns,
    [
      'failed to determine Route 53 hosted zone ID: zone a.example. not found in Route 53 for domain _acme-challenge.a.example.',
      'Found no Zones for domain _acme-challenge.a.example.',
      'Zone a.example. not found in AzureDNS for domain _acme-challenge.a.example. Err: GET https://management.azure.com/x\nRESPONSE 404: 404 Not Found\nERROR CODE: ResourceNotFound',
    ],
  ],
  [
    'DNS_PERMISSION_MISSING',
    LE,
    inDns,
    [
      'failed to determine Route 53 hosted zone ID: operation error Route 53: ListHostedZonesByName, https response error StatusCode: 403, api error AccessDenied: User is not authorized to perform',
      'failed to change Route 53 record set: operation error Route 53: ChangeResourceRecordSets, https response error StatusCode: 403, AccessDenied: User is not authorized to perform',
      'DNS update failed. Server replied: REFUSED',
      'Zone a.example. not found in AzureDNS for domain _acme-challenge.a.example. Err: GET https://management.azure.com/x\nRESPONSE 403: 403 Forbidden\nERROR CODE: AuthorizationFailed',
    ],
  ],
  [
    'DNS_CREDENTIAL_REJECTED',
    LE,
    inDns,
    [
      'operation error Route 53: ListHostedZonesByName, api error InvalidClientTokenId: The security token included in the request is invalid',
      'while querying the Cloudflare API for GET "/zones?name=a.example" Error: 9109: Invalid access token',
      'DNS update failed. Server replied: NOTAUTH',
      'DNS update failed: dns: bad authentication',
    ],
  ],
  ['DNS_PROVIDER_THROTTLES', LE, inDns, ['api error Throttling: Rate exceeded']],
  ['SOLVER_WEBHOOK_DOWN', LE, inDns, ['the server is currently unable to handle the request (post corp.acme.example)']],
  [
    'DNS_RECORD_NOT_SEEN',
    CHALLENGE,
    inChallenge,
    ['Waiting for DNS-01 challenge propagation: DNS record for "a.example" not yet propagated'],
  ],
  [
    'DNS_PROVIDER_UNREACHABLE',
    LE,
    inDns,
    [
      'Error presenting challenge: Post "https://api.cloudflare.com/client/v4/zones": dial tcp: lookup api.cloudflare.com: no such host',
      'while attempting to find Zones for domain _acme-challenge.a.example.\nwhile querying the Cloudflare API for GET "/zones?name=a.example": Get "https://api.cloudflare.com/client/v4/zones?name=a.example": dial tcp 104.19.193.29:443: i/o timeout',
    ],
  ],
  [
    'TOKEN_REQUEST_FORBIDDEN',
    LE,
    inIssuer,
    [
      'Error initializing issuer: while requesting a token for the service account /vault: serviceaccounts "vault" is forbidden: User "system:serviceaccount:cert-manager:cert-manager" cannot create resource "serviceaccounts/token"',
    ],
  ],
  ['VAULT_SEALED', LE, inIssuer, ['Vault is sealed']],
  [
    'TTL_BEYOND_CA',
    LE,
    inRequest,
    [
      'Vault failed to sign certificate: Code: 400. Errors: * cannot satisfy request, as TTL would result in notAfter 2027-02-22 that is beyond the expiration of the CA certificate at 2027-01-23',
    ],
  ],
  [
    'ISSUER_TLS_UNTRUSTED',
    LE,
    inIssuer,
    [
      'Get "https://vault.internal:8200/v1/sys/health": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    ],
  ],
  [
    'ISSUER_UNREACHABLE',
    LE,
    inIssuer,
    [
      'Get "https://127.0.0.1:1/directory": dial tcp 127.0.0.1:1: connect: connection refused',
      'Failed to verify Vault is initialized and unsealed: Get "https://vault:8200/v1/sys/health": dial tcp 10.0.0.1:8200: connect: connection refused',
    ],
  ],
  [
    'ISSUER_PATH_REFUSED',
    LE,
    inRequest,
    [
      'Vault failed to sign certificate: URL: POST https://vault/v1/pki/sign/x\nCode: 403. Errors:\n\n* permission denied',
    ],
  ],
  ['ISSUER_LOGIN_REFUSED', LE, inIssuer, ['error logging in to Vault server: Code: 403. Errors: * permission denied']],
  [
    'ACME_ACCOUNT_REJECTED',
    LE,
    inIssuer,
    [
      'Failed to verify ACME account: 400 urn:ietf:params:acme:error:accountDoesNotExist: No account exists with the provided key',
    ],
  ],
  ['ISSUER_CA_UNUSABLE', LE, inIssuer, ['Error getting keypair for CA issuer: secrets "root-ca" not found']],
];

const textCases: Case[] = TEXTS.flatMap(([code, object, said, texts]) => [
  ...texts.map((text) => ({
    code,
    title: `is what is meant by ${text.slice(0, 70)}`,
    build: (world: World) => issue(world, said(text)),
    expect: [
      { placement: object, severity: 'critical', fix: 'kubectl certs layers certificate/shop/web', evidence: /./ },
    ] as const,
  })),
  {
    code,
    title: 'is no matter once it was issued',
    build: (world: World) => {
      const { issuer: _, ...links } = said(texts[0] as string);
      return issue(world, { ...links, certificate: DONE });
    },
    expect: [],
  },
]);

const classed = (className: string) => ({
  issuer: { acme: { server: 's', solvers: [{ ...http01, className }] } },
  challenge: { solver: { ...http01, className }, reason: "wrong status code '404', expected '200'" },
  classes: ['public'],
});

const DENIED = {
  status: 'True',
  reason: 'policy.cert-manager.io',
  message: 'No policy approved this request: [of-shops: spec.allowed.dnsNames.values: Invalid value: *.shop.example]',
};
const NOT_READY = {
  status: 'False',
  reason: 'Denied',
  message: 'The CertificateRequest was denied by an approval controller',
};
/** A Challenge of 1.21 says no more than this of what some providers answer; its event does. */
const WITHHELD =
  'failed to determine Route 53 hosted zone ID: operation error Route 53: ListHostedZonesByName, <redacted AWS SDK error: http.ResponseError: see events and logs for details>';

export const issuanceCases: readonly Case[] = [
  ...textCases,
  {
    code: 'REQUEST_DENIED',
    title: 'goes by the condition, whatever words the approver has',
    build: (world) => issue(world, { request: { denied: DENIED, ready: NOT_READY } }),
    expect: [{ placement: WEB, evidence: /Denied by policy\.cert-manager\.io: No policy approved/ }],
  },
  {
    code: 'REQUEST_DENIED',
    title: 'is told of a request that no Certificate made',
    build: (world) =>
      world
        .fact('issuer', { kind: 'ClusterIssuer', name: 'le', type: 'ca' })
        .fact(
          'certificateRequest',
          { namespace: 'istio-system', name: 'csr-x', issuer: ISSUER, isCA: false, denied: DENIED, ready: NOT_READY },
          'certificaterequests',
        ),
    expect: [{ placement: 'certificaterequest/istio-system/csr-x' }],
  },
  {
    code: 'DNS_CREDENTIAL_REJECTED',
    title: "is read from the event where the Challenge's reason refers to it",
    build: (world) =>
      issue(world, inDns(WITHHELD)).fact('message', {
        from: 'event',
        object: CHALLENGE,
        type: 'Warning',
        reason: 'PresentError',
        text: 'Error presenting challenge: failed to determine Route 53 hosted zone ID: operation error Route 53: ListHostedZonesByName, https response error StatusCode: 403, RequestID: x, api error InvalidClientTokenId: The security token included in the request is invalid.',
      }),
    expect: [{ placement: LE, evidence: /InvalidClientTokenId/ }],
  },
  {
    code: 'DNS_ZONE_NOT_FOUND',
    title: 'is not said where what the provider answered was withheld',
    build: (world) => issue(world, inDns(WITHHELD)),
    expect: [],
  },
  {
    code: 'ISSUER_PATH_REFUSED',
    title: 'is told of a request that no Certificate made',
    build: (world) =>
      world.fact(
        'certificateRequest',
        {
          ...{
            namespace: 'istio-system',
            name: 'istio-csr-x',
            issuer: { name: 'ca', kind: 'Issuer', group: 'cert-manager.io' },
          },
          isCA: false,
          ready: {
            status: 'False',
            reason: 'Failed',
            message: 'Vault failed to sign certificate: Code: 403: permission denied',
          },
        },
        'certificaterequests',
      ),
    expect: [{ placement: 'issuer/istio-system/ca', also: ['certificaterequest/istio-system/istio-csr-x'] }],
  },
  {
    code: 'SELF_CHECK_WRONG_ANSWER',
    title: 'is said by every challenge in its first minutes',
    build: (world) =>
      issue(world, {
        ...inChallenge("wrong status code '404', expected '200'"),
        certificate: { ...RUNNING, issuingSince: at(NOW - 2 * MINUTE) },
      }),
    expect: [],
  },
  {
    code: 'SELF_CHECK_UNREACHABLE',
    title: 'warns while the certificate that is there lasts',
    build: async (world) => {
      world.tlsSecret('shop', 'web-tls', [await makeServer(['a.example'], { from: -60, to: 30 })]);
      return issue(world, inChallenge(`${SELF_CHECK}: context deadline exceeded`));
    },
    expect: [{ placement: CHALLENGE, severity: 'warning', impact: /are served until 2026-12-24/ }],
  },
  {
    code: 'WILDCARD_NEEDS_DNS01',
    title: 'is a wildcard where all solvers are HTTP-01',
    build: (world) =>
      issue(world, {
        certificate: { ...RUNNING, dnsNames: ['*.a.example'] },
        issuer: { acme: { server: 's', solvers: [http01] } },
        order: {},
      }),
    expect: [{ placement: LE, evidence: /http01 ingress/ }],
  },
  {
    code: 'NO_SOLVER_FOR_NAME',
    title: 'is a name that no selector takes',
    build: (world) =>
      issue(world, { issuer: { acme: { server: 's', solvers: [{ ...http01, dnsZones: ['b.example'] }] } }, order: {} }),
    expect: [{ placement: LE }],
  },
  {
    code: 'NO_SOLVER_FOR_NAME',
    title: 'is not a wildcard that a DNS-01 solver takes by its zone',
    build: (world) =>
      issue(world, {
        certificate: { ...RUNNING, dnsNames: ['*.a.example', 'b.a.example'] },
        issuer: { acme: { server: 's', solvers: [{ ...dns01, dnsZones: ['a.example'] }] } },
        order: {},
      }),
    expect: [],
  },
  {
    code: 'WILDCARD_NEEDS_DNS01',
    title: 'is not a wildcard that a DNS-01 solver takes by its zone',
    build: (world) =>
      issue(world, {
        certificate: { ...RUNNING, dnsNames: ['*.a.example', 'b.a.example'] },
        issuer: { acme: { server: 's', solvers: [{ ...dns01, dnsZones: ['a.example'] }] } },
        order: {},
      }),
    expect: [],
  },
  {
    code: 'SOLVER_CLASS_UNSERVED',
    title: 'is a class that no IngressClass has, and hides the 404',
    build: (world) => issue(world, classed('nginx')),
    expect: [{ placement: LE, evidence: /IngressClass public/ }],
  },
  {
    code: 'SOLVER_CLASS_UNSERVED',
    title: 'is not the class of an IngressClass',
    build: (world) => issue(world, classed('public')),
    expect: [],
  },
  {
    code: 'SOLVER_CLASS_UNSERVED',
    title: 'is not a class that a controller serves by its flag',
    build: (world) =>
      issue(world, classed('nginx')).fact(
        'controller',
        {
          kind: 'Deployment',
          namespace: 'i',
          name: 'i',
          product: 'ingress-nginx',
          replicas: 1,
          ready: 1,
          flags: { 'ingress-class': 'nginx' },
        },
        'controllers',
      ),
    expect: [],
  },
  {
    code: 'ISSUER_MISSING',
    title: 'is one that was not found where all were read',
    build: (world) => issue(world, { issuer: null }),
    expect: [{ placement: WEB }],
  },
  {
    code: 'ISSUER_MISSING',
    title: 'says that one of the other kind has the name',
    build: (world) => issue(world, { issuer: { kind: 'Issuer', namespace: 'shop' } }),
    expect: [
      {
        placement: WEB,
        message: 'Certificate shop/web is not issued: ClusterIssuer le does not exist; there is Issuer le in shop',
      },
    ],
  },
  {
    code: 'ISSUER_MISSING',
    title: 'is not said where issuers could not be read',
    build: (world) => issue(world, { issuer: null }).read('issuers', 'denied'),
    expect: [],
  },
  {
    code: 'ISSUER_MISSING',
    title: 'is not one of another group',
    build: (world) =>
      issue(world, {
        issuer: null,
        certificate: { ...RUNNING, issuer: { ...ISSUER, group: 'awspca.cert-manager.io' } },
      }),
    expect: [],
  },
  {
    code: 'ISSUER_NOT_READY',
    title: 'is one without a condition that a Certificate waits for',
    build: (world) => issue(world, inIssuer('something new')),
    expect: [{ placement: LE }],
  },
  {
    code: 'DNS_CREDENTIAL_REJECTED',
    title: 'is tried at once by deleting the Order, while that is open',
    build: (world) => issue(world, inDns('DNS update failed: dns: bad authentication')),
    expect: [
      {
        placement: LE,
        fix: 'DNS-01 then takes another minute, the time that a record may be cached: kubectl -n shop delete order web-1-1',
      },
    ],
  },
  {
    code: 'ACME_RATE_LIMITED',
    title: 'is tried at once by a renewal, once the issuance has failed',
    build: (world) =>
      issue(world, {
        ...inOrder('Failed to create Order: 429 urn:ietf:params:acme:error:rateLimited: too many certificates'),
        certificate: {
          ...DONE,
          issuing: { status: 'False', reason: 'Failed', message: 'no' },
          lastFailureTime: at(NOW - HOUR),
        },
      }),
    expect: [{ placement: ORDER, fix: 'cmctl renew web -n shop' }],
  },
  {
    code: 'ISSUER_NOT_READY',
    title: 'is one of another group that says so itself',
    build: (world) =>
      world.fact(
        'externalIssuer',
        {
          ...{ kind: 'StepIssuer', group: 'certmanager.step.sm', name: 'step', namespace: 'shop', state: 'found' },
          ready: { status: 'False', reason: 'Error', message: 'no token.' },
        },
        'external-issuers',
      ),
    expect: [
      {
        placement: 'stepissuer.certmanager.step.sm/shop/step',
        severity: 'warning',
        message: 'StepIssuer step of certmanager.step.sm is not ready: Error: no token',
        fix: 'kubectl describe stepissuer.certmanager.step.sm step -n shop',
      },
    ],
  },
  {
    code: 'ISSUER_MISSING',
    title: 'is one of another group',
    build: (world) =>
      world.fact(
        'externalIssuer',
        {
          ...{ kind: 'AWSPCAClusterIssuer', group: 'awspca.cert-manager.io', name: 'pca', state: 'missing' },
          reason: 'does not exist',
        },
        'external-issuers',
      ),
    expect: [{ placement: 'awspcaclusterissuer.awspca.cert-manager.io/pca', severity: 'warning' }],
  },
  {
    code: 'ISSUER_NOT_READY',
    title: 'is not one of another group that is ready, says nothing, or could not be read',
    build: (world) => {
      const step = { kind: 'StepIssuer', group: 'certmanager.step.sm', namespace: 'shop' };
      const ready = { status: 'True', reason: 'Verified', message: '' };
      world.fact('externalIssuer', { ...step, name: 'a', state: 'found', ready }, 'external-issuers');
      world.fact('externalIssuer', { ...step, name: 'b', state: 'found' }, 'external-issuers');
      world.fact('externalIssuer', { ...step, name: 'c', state: 'unread', reason: 'denied' }, 'external-issuers');
    },
    expect: [],
  },
  {
    code: 'ISSUER_NOT_READY',
    title: 'is not one that is ready',
    build: (world) => issue(world, { request: {} }),
    expect: [],
  },
  {
    code: 'ISSUER_UNREACHABLE',
    title: 'warns where nothing waits for the issuer yet',
    build: (world) => issue(world, { ...inIssuer('dial tcp: connection refused'), certificate: DONE }),
    expect: [{ placement: LE, severity: 'warning', impact: /next issuance/ }],
  },
  {
    code: 'DNS_CREDENTIAL_MISSING',
    title: 'says in which namespace the Secret is, where the issuer is ready and unproven',
    build: (world) =>
      issue(world, { certificate: DONE }).fact(
        'issuerCredential',
        {
          issuer: LE,
          namespace: 'cert-manager',
          use: 'route53 credentials',
          name: 'aws',
          key: 'k',
          state: 'secret-missing',
          elsewhere: ['shop'],
        },
        'issuer-credentials',
      ),
    expect: [
      { placement: LE, severity: 'warning', evidence: /cert-manager\/aws.*is not there; one of that name is in shop/ },
    ],
  },
  {
    code: 'DNS_CREDENTIAL_MISSING',
    title: 'is not an account key that cert-manager makes, nor one that is there',
    build: (world) => {
      issue(world, { certificate: DONE });
      world.fact(
        'issuerCredential',
        {
          issuer: LE,
          namespace: 'cert-manager',
          use: 'ACME account key',
          name: 'k',
          made: true,
          state: 'secret-missing',
        },
        'issuer-credentials',
      );
      world.fact(
        'issuerCredential',
        { issuer: LE, namespace: 'cert-manager', use: 'route53 credentials', name: 'aws', state: 'present' },
        'issuer-credentials',
      );
    },
    expect: [],
  },
  {
    code: 'REQUEST_NOT_APPROVED',
    title: 'waits for long',
    build: (world) => issue(world, { request: { approved: undefined } }),
    expect: [{ placement: 'certificaterequest/shop/web-1' }],
  },
  {
    code: 'REQUEST_NOT_APPROVED',
    title: 'is not one of a moment ago',
    build: (world) =>
      issue(world, { request: { approved: undefined }, certificate: { ...RUNNING, issuingSince: at(NOW - MINUTE) } }),
    expect: [],
  },
  {
    code: 'ISSUANCE_FAILING',
    title: 'is said with the message, where nothing tells more, though Ready is True',
    build: async (world) => {
      world.tlsSecret('shop', 'web-tls', [await makeServer(['a.example'], { from: -70, to: 20 })]);
      const failing = {
        ...DONE,
        issuing: { status: 'False', reason: 'Failed', message: 'a riddle' },
        lastFailureTime: at(NOW - HOUR),
        failedIssuanceAttempts: 3,
      };
      return issue(world, { certificate: failing });
    },
    expect: [
      {
        placement: WEB,
        severity: 'warning',
        message: 'Certificate shop/web is not issued: a riddle',
        evidence: /the next try is in/,
      },
    ],
  },
  {
    code: 'ISSUANCE_FAILING',
    title: 'is not one that runs again',
    build: (world) => issue(world, { certificate: { ...RUNNING, lastFailureTime: at(NOW - DAY) } }),
    expect: [],
  },
  {
    code: 'ISSUANCE_STUCK',
    title: 'runs for hours without a word',
    build: (world) => issue(world, { request: {} }),
    expect: [{ placement: WEB }],
  },
  {
    code: 'ISSUANCE_STUCK',
    title: 'is not one that began a moment ago',
    build: (world) => issue(world, { certificate: { ...RUNNING, issuingSince: at(NOW - MINUTE) } }),
    expect: [],
  },
];
