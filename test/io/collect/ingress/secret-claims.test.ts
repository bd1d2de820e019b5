import assert from 'node:assert/strict';
import type {
  CaBundleFact,
  CertificateFact,
  GatewayFact,
  IngressFact,
  IssuerFact,
} from '../../../../src/core/model/facts.ts';
import { type Claimants, claimSecrets } from '../../../../src/io/collect/ingress/secret-claims.ts';

const none: Claimants = {
  ingresses: [],
  classes: [],
  gateways: [],
  destinationRules: [],
  certificates: [],
  issuers: [],
  controllers: [],
  routes: [],
  caBundles: [],
  allServersSeen: true,
  targets: [],
};
const ingress = (secretName: string, className?: string): IngressFact => ({
  namespace: 'shop',
  name: 'web',
  ...(className && { className }),
  hosts: [],
  tls: [{ hosts: [], secretName }, { hosts: [] }],
  addresses: [],
  annotations: {},
});
const gateway = (granted: boolean): GatewayFact => ({
  kind: 'Gateway',
  namespace: 'edge',
  name: 'gw',
  listeners: [
    {
      name: 'a',
      port: 443,
      protocol: 'HTTPS',
      mode: 'Terminate',
      secrets: [{ namespace: 'shop', name: 's', granted }],
    },
  ],
  addresses: [],
  annotations: {},
});
const certificate = (secretName: string, isCA = false): CertificateFact => ({
  namespace: 'shop',
  name: 'cert',
  secretName,
  dnsNames: [],
  issuer: { name: 'i', kind: 'Issuer', group: 'cert-manager.io' },
  isCA,
});
const issuer = (parts: Partial<IssuerFact>): IssuerFact => ({ kind: 'ClusterIssuer', name: 'i', type: 'ca', ...parts });
const server = (name: string, namespace: string, parts: Partial<CaBundleFact> = {}): CaBundleFact => ({
  kind: 'ValidatingWebhookConfiguration',
  name: 'hooks',
  ref: 'validatingwebhookconfiguration/hooks#0',
  service: { name, namespace, port: 443 },
  empty: false,
  ...parts,
});

describe('who names which Secret', () => {
  const claim = (claimants: Partial<Claimants>, id = 'shop/s') => claimSecrets({ ...none, ...claimants }).get(id);

  const roles: [title: string, claimants: Partial<Claimants>, role: string | undefined][] = [
    ['an Ingress', { ingresses: [ingress('s')] }, 'ingress-tls'],
    ['a Gateway', { gateways: [gateway(true)] }, 'gateway-tls'],
    ['a Certificate', { certificates: [certificate('s')] }, 'tls-secret'],
    ['a Certificate of a CA', { certificates: [certificate('s', true)] }, 'issuer-ca'],
    ['an Issuer', { issuers: [issuer({ kind: 'Issuer', namespace: 'shop', caSecretName: 's' })] }, 'issuer-ca'],
    [
      'an injected caBundle',
      { caBundles: [server('x', 'shop', { injectedFrom: 'certificate/shop/cert' })], certificates: [certificate('s')] },
      'webhook-serving',
    ],
    [
      'a caBundle that is injected from it',
      { caBundles: [server('x', 'shop', { injectedFrom: 'secret/shop/s' })] },
      undefined,
    ],
    ['the command line', { targets: [{ namespace: 'shop', name: 's' }] }, undefined],
  ];
  for (const [title, claimants, role] of roles) {
    it(`knows what ${title} says of it`, () => assert.equal(claim(claimants)?.roles['tls.crt'], role));
  }

  it('lets the issuer speak before the Ingress, and the Ingress before the Gateway and the Certificate', () => {
    const all = { ingresses: [ingress('s')], gateways: [gateway(true)], certificates: [certificate('s')] };
    assert.equal(claim(all)?.roles['tls.crt'], 'ingress-tls');
    assert.equal(claim(all)?.manager, 'cert-manager');
    const withIssuer = { ...all, issuers: [issuer({ kind: 'Issuer', namespace: 'shop', caSecretName: 's' })] };
    assert.equal(claim(withIssuer)?.roles['tls.crt'], 'issuer-ca');
  });

  it('requires it when any of those that name it needs it, and says which does', () => {
    const refused = claim({ gateways: [gateway(false)] });
    assert.deepEqual([refused?.required, refused?.by], [false, 'gateway/edge/gw']);
    const classes = [{ name: 'edge', controller: 'eks.amazonaws.com/alb', default: true }];
    assert.equal(claim({ ingresses: [ingress('s', 'edge')], classes })?.required, false);
    assert.equal(claim({ ingresses: [ingress('s')], classes })?.required, false);
    assert.equal(
      claim({ ingresses: [ingress('s', 'alb')], classes: [{ ...classes[0]!, name: 'alb', controller: 'x/y' }] })
        ?.required,
      true,
    );
    const needed = claim({ ingresses: [ingress('s', 'alb')], certificates: [certificate('s')] });
    assert.deepEqual([needed?.required, needed?.by], [true, 'certificate/shop/cert']);
  });

  it("finds a ClusterIssuer's Secret where cert-manager runs, by custom or by its webhook", () => {
    const issuers = [issuer({ caSecretName: 's' })];
    assert.ok(claim({ issuers }, 'cert-manager/s'));
    assert.ok(claim({ issuers, caBundles: [server('cert-manager-webhook', 'pki')] }, 'pki/s'));
  });

  it('names nothing for a Certificate without a Secret, an issuer without a CA or an injection from elsewhere', () => {
    const claims = claimSecrets({
      ...none,
      certificates: [certificate('')],
      issuers: [issuer({ type: 'acme' })],
      caBundles: [server('x', 'shop', { injectedFrom: 'certificate/shop/unknown' })],
    });
    assert.deepEqual([...claims.keys()], []);
  });

  it('looks for meshes in their usual namespaces only where webhooks could not be read', () => {
    assert.deepEqual([...claimSecrets(none).keys()], []);
    assert.deepEqual(
      [...claimSecrets({ ...none, allServersSeen: false }).keys()],
      [
        'istio-system/cacerts',
        'istio-system/istio-ca-secret',
        'istio-system/istiod-tls',
        'linkerd/linkerd-proxy-injector-k8s-tls',
        'linkerd/linkerd-proxy-injector-tls',
        'linkerd/linkerd-identity-issuer',
      ],
    );
  });

  it('looks for a system in its usual namespace when its webhook is called by URL, and misses nothing there', () => {
    const { service: _, ...byUrl } = server('x', 'x', {
      webhook: 'rev.sidecar-injector.istio.io',
      url: 'https://istiod.example',
    });
    const claims = claimSecrets({ ...none, caBundles: [byUrl] });
    assert.deepEqual(
      [...claims].map(([id, { required }]) => [id, required]),
      [
        ['istio-system/cacerts', false],
        ['istio-system/istio-ca-secret', false],
        ['istio-system/istiod-tls', false],
      ],
    );
  });

  it('reads the Secret by whose CA clients are verified, and needs none where the controller takes none', () => {
    const annotations = { 'nginx.ingress.kubernetes.io/auth-tls-secret': 'edge/clients' };
    const claims = claimSecrets({ ...none, ingresses: [{ ...ingress('web'), annotations }] });
    assert.deepEqual(claims.get('edge/clients'), {
      namespace: 'edge',
      name: 'clients',
      layer: 'ingress',
      roles: { 'ca.crt': 'ingress-client-ca' },
      by: 'ingress/shop/web',
      required: true,
    });
    const cloud = { 'alb.ingress.kubernetes.io/certificate-arn': 'arn:aws:acm:x' };
    const unneeded = claimSecrets({ ...none, ingresses: [{ ...ingress('web'), annotations: cloud }] });
    assert.equal(unneeded.get('shop/web')?.required, false);
  });
});
