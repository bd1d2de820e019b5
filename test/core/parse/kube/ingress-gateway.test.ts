import assert from 'node:assert/strict';
import { readGateway, withGrants, withParentsAddresses } from '../../../../src/core/parse/kube/gateway.ts';
import { readIngress } from '../../../../src/core/parse/kube/ingress.ts';
import { isGranted, readReferenceGrant } from '../../../../src/core/parse/kube/reference-grant.ts';
import { oddVariants } from './support/odd.ts';

const ingress = {
  metadata: {
    namespace: 'shop',
    name: 'web',
    annotations: {
      'cert-manager.io/cluster-issuer': 'letsencrypt',
      'nginx.ingress.kubernetes.io/ssl-redirect': 'true',
      'nginx.ingress.kubernetes.io/configuration-snippet': 'proxy_set_header Authorization "Basic c2VjcmV0";',
      'kubectl.kubernetes.io/last-applied-configuration': '{"kind":"Ingress","tls":[]}',
      'acme.cert-manager.io/http01-override': 'x'.repeat(3000),
    },
  },
  spec: {
    ingressClassName: 'nginx',
    tls: [{ hosts: ['a.example', 'b.example'], secretName: 'web-tls' }, { hosts: ['c.example'] }],
    rules: [{ host: 'a.example' }, { host: 'a.example' }, { http: {} }, { host: 'b.example' }],
  },
  status: { loadBalancer: { ingress: [{ ip: '10.0.0.5' }, { hostname: 'lb.example' }, {}] } },
};

const listener = {
  name: 'https',
  hostname: '*.example',
  port: 443,
  protocol: 'HTTPS',
  tls: {
    certificateRefs: [
      { name: 'own' },
      { name: 'far', namespace: 'certs' },
      { kind: 'Other', group: 'x.io', name: 'no' },
      { kind: 'Secret', group: '' },
    ],
  },
};
const gateway = {
  metadata: { namespace: 'edge', name: 'gw', annotations: { 'cert-manager.io/issuer': 'ca' } },
  spec: {
    gatewayClassName: 'envoy',
    listeners: [
      listener,
      { name: 'pass', port: 8443, protocol: 'TLS', tls: { mode: 'Passthrough' } },
      { name: 'http', port: 80, protocol: 'HTTP' },
    ],
  },
  status: {
    addresses: [{ type: 'IPAddress', value: '10.0.0.6' }],
    listeners: [{ name: 'https', conditions: [{ type: 'ResolvedRefs', status: 'False', reason: 'RefNotPermitted' }] }],
  },
};
const grant = {
  metadata: { namespace: 'certs', name: 'edge' },
  spec: {
    from: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: 'edge' }],
    to: [{ group: '', kind: 'Secret', name: 'far' }],
  },
};

describe('reading an Ingress', () => {
  it('keeps hosts, TLS blocks, class, addresses and the annotations about certificates', () => {
    assert.deepEqual(readIngress(ingress), {
      namespace: 'shop',
      name: 'web',
      className: 'nginx',
      hosts: ['a.example', 'b.example'],
      tls: [{ hosts: ['a.example', 'b.example'], secretName: 'web-tls' }, { hosts: ['c.example'] }],
      addresses: ['10.0.0.5', 'lb.example'],
      annotations: {
        'cert-manager.io/cluster-issuer': 'letsencrypt',
        'nginx.ingress.kubernetes.io/ssl-redirect': 'true',
      },
    });
  });

  it('takes the class from the old annotation when the field is absent', () => {
    const old = { metadata: { name: 'x', annotations: { 'kubernetes.io/ingress.class': 'traefik' } } };
    assert.equal(readIngress(old)?.className, 'traefik');
  });
});

describe('reading a Gateway', () => {
  const fact = (object: unknown = gateway) => readGateway(object, 'Gateway')!;
  const granted = ({ listeners }: ReturnType<typeof fact>) => listeners[0]?.secrets.map((secret) => secret.granted);

  it('keeps listeners with their modes, Secrets and the addresses', () => {
    assert.deepEqual(
      fact().listeners.map(({ name, hostname, port, mode }) => [name, hostname, port, mode]),
      [
        ['https', '*.example', 443, 'Terminate'],
        ['pass', undefined, 8443, 'Passthrough'],
        ['http', undefined, 80, 'None'],
      ],
    );
    assert.deepEqual(
      [fact().className, fact().addresses, fact().annotations],
      ['envoy', ['10.0.0.6'], { 'cert-manager.io/issuer': 'ca' }],
    );
  });

  it('keeps the options of a listener that say something about certificates', () => {
    const options = { 'networking.gke.io/pre-shared-certs': 'shop', 'example.com/token': 'x', 'example.com/cert': '' };
    const tls = { mode: 'Terminate', options };
    const metadata = { namespace: 'edge', name: 'gke' };
    const one = { name: 'https', port: 443, protocol: 'HTTPS', tls };
    const { listeners } = fact({ metadata, spec: { listeners: [one, { ...one, tls: {} }] } });
    assert.deepEqual(
      listeners.map((each) => each.options),
      [{ 'networking.gke.io/pre-shared-certs': 'shop' }, undefined],
    );
  });

  it('reads references to Secrets alone, in the own namespace by default', () => {
    assert.deepEqual(
      fact().listeners[0]?.secrets.map(({ namespace, name }) => [namespace, name]),
      [
        ['edge', 'own'],
        ['certs', 'far'],
      ],
    );
  });

  it('knows the Gateway of a ListenerSet, is reached at its addresses, and says what is held against it', () => {
    const set = (parentRef: object, status = {}) =>
      readGateway({ metadata: { namespace: 'team', name: 'set' }, spec: { parentRef }, status }, 'ListenerSet')!;
    const accepted = { type: 'Accepted', status: 'False', reason: 'NotAllowed', message: 'no' };
    assert.deepEqual(set({ name: 'gw' }).parent, { namespace: 'team', name: 'gw' });
    assert.equal(set({ name: 'x', kind: 'Other' }).parent, undefined);
    assert.deepEqual(set({}, { conditions: [accepted] }).problems, ['Accepted: NotAllowed: no']);
    assert.equal(set({}, { conditions: [{ ...accepted, status: 'True' }] }).problems, undefined);
    const [own, other, stray] = withParentsAddresses([
      fact(),
      set({ name: 'gw', namespace: 'edge' }),
      set({ name: 'gone' }),
    ]);
    assert.deepEqual(
      [own, other, stray].map((one) => one?.addresses),
      [['10.0.0.6'], ['10.0.0.6'], []],
    );
  });

  it("has a reference across namespaces granted by the controller's verdict", () => {
    assert.deepEqual(granted(fact()), [true, false]);
    assert.deepEqual(granted(fact({ ...gateway, status: {} })), [true, true]);
  });

  it('has it granted by a ReferenceGrant, whatever the controller says', () => {
    assert.deepEqual(granted(withGrants(fact(), [readReferenceGrant(grant)!])), [true, true]);
    assert.deepEqual(granted(withGrants(fact({ ...gateway, status: {} }), [])), [true, false]);
  });
});

describe('a ReferenceGrant', () => {
  const from = { kind: 'Gateway', namespace: 'edge' };
  const secret = { namespace: 'certs', name: 'far' };
  const grants = [readReferenceGrant(grant)!];
  const cases: [title: string, actual: boolean, expected: boolean][] = [
    ['allows what it names', isGranted(grants, from, secret), true],
    ['does not allow another Secret', isGranted(grants, from, { ...secret, name: 'other' }), false],
    ['does not allow another kind', isGranted(grants, { ...from, kind: 'ListenerSet' }, secret), false],
    ['does not allow another namespace', isGranted(grants, { ...from, namespace: 'x' }, secret), false],
    ['speaks for its own namespace alone', isGranted(grants, from, { ...secret, namespace: 'x' }), false],
  ];
  for (const [title, actual, expected] of cases) it(title, () => assert.equal(actual, expected));

  it('without a name allows every Secret of its namespace', () => {
    const all = readReferenceGrant({ ...grant, spec: { ...grant.spec, to: [{ group: '', kind: 'Secret' }] } })!;
    assert.equal(isGranted([all], from, { namespace: 'certs', name: 'any' }), true);
  });

  it('counts a grant to an XListenerSet for the ListenerSet', () => {
    const old = readReferenceGrant({
      ...grant,
      spec: {
        ...grant.spec,
        from: [{ group: 'gateway.networking.x-k8s.io', kind: 'XListenerSet', namespace: 'edge' }],
      },
    })!;
    assert.equal(isGranted([old], { ...from, kind: 'ListenerSet' }, secret), true);
  });

  it('is left out when it is about other kinds', () => {
    assert.equal(readReferenceGrant({ ...grant, spec: { ...grant.spec, to: [{ kind: 'Service' }] } }), undefined);
    assert.equal(readReferenceGrant({ ...grant, spec: { ...grant.spec, from: [{ kind: 'HTTPRoute' }] } }), undefined);
  });
});

describe('odd Ingresses and Gateways', () => {
  it('are read as far as they make sense, and never throw', () => {
    let variants = 0;
    for (const odd of oddVariants(ingress)) {
      variants++;
      for (const { secretName } of readIngress(odd)?.tls ?? []) assert.notEqual(secretName, '');
    }
    for (const odd of oddVariants(gateway)) readGateway(odd, 'Gateway');
    for (const odd of oddVariants(grant)) readReferenceGrant(odd);
    assert.ok(variants > 200);
  });

  it('without a name are nothing', () => {
    for (const read of [readIngress, readReferenceGrant, (odd: unknown) => readGateway(odd, 'Gateway')]) {
      for (const nameless of [undefined, null, 'x', [], {}, { metadata: { name: 7 } }]) {
        assert.equal(read(nameless), undefined);
      }
    }
  });
});
