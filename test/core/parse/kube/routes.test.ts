import assert from 'node:assert/strict';
import { readClusterBundle, readExternalSecret, readTrustBundle } from '../../../../src/core/parse/kube/copiers.ts';
import { readDelegation, readRoute } from '../../../../src/core/parse/kube/routes.ts';
import { mint } from '../../../../src/io/demo/mint.ts';
import { oddVariants } from './support/odd.ts';

const metadata = { namespace: 'shop', name: 'web' };
const read = (kind: Parameters<typeof readRoute>[1], spec: object, status = {}) =>
  readRoute({ metadata, spec, status }, kind)!;

describe('reading routes', () => {
  it('of the Gateway API: hosts, parents, and what a parent says against it', () => {
    const route = read(
      'HTTPRoute',
      {
        hostnames: ['a.example'],
        parentRefs: [
          { name: 'gw', namespace: 'edge', sectionName: 'https' },
          { kind: 'ListenerSet', name: 'own' },
        ],
      },
      {
        parents: [
          {
            conditions: [
              { type: 'Accepted', status: 'False', reason: 'NoMatchingListenerHostname', message: 'no' },
              { type: 'ResolvedRefs', status: 'True' },
            ],
          },
        ],
      },
    );
    assert.deepEqual(route, {
      kind: 'HTTPRoute',
      ...metadata,
      hosts: ['a.example'],
      secrets: [],
      parents: [
        { kind: 'Gateway', namespace: 'edge', name: 'gw', section: 'https' },
        { kind: 'ListenerSet', namespace: 'shop', name: 'own' },
      ],
      problems: ['Accepted: NoMatchingListenerHostname: no'],
    });
  });

  it("of Contour: a Secret of another namespace by its prefix, and its controller's complaint", () => {
    const status = {
      currentStatus: 'invalid',
      conditions: [{ errors: [{ type: 'TLSError', reason: 'SecretNotValid', message: 'no' }] }],
    };
    const own = read('HTTPProxy', { virtualhost: { fqdn: 'a.example', tls: { secretName: 'x' } } }, status);
    assert.deepEqual(
      [own.hosts, own.secrets, own.problems],
      [['a.example'], [{ namespace: 'shop', name: 'x' }], ['TLSError: SecretNotValid: no']],
    );
    const other = read('HTTPProxy', { virtualhost: { fqdn: 'a.example', tls: { secretName: 'certs/x' } } });
    assert.deepEqual(other.secrets, [{ namespace: 'certs', name: 'x' }]);
  });

  it('of Traefik: hosts from the language of its rules', () => {
    const routes = [{ match: 'Host(`a.example`, `b.example`) && PathPrefix(`/x`)' }, { match: 'HostSNI("c.example")' }];
    const route = read('IngressRoute', {
      routes,
      tls: { secretName: 'x', domains: [{ main: 'd.example', sans: ['e.example'] }] },
    });
    assert.deepEqual(route.hosts, ['a.example', 'b.example', 'c.example', 'd.example', 'e.example']);
    assert.deepEqual(route.secrets, [{ namespace: 'shop', name: 'x' }]);
    assert.equal(read('IngressRoute', { tls: { certResolver: 'le' } }).resolver, 'le');
    assert.equal(read('IngressRoute', { tls: { passthrough: true } }).passthrough, true);
  });

  it('of OpenShift: never its key', () => {
    const route = read('Route', { host: 'a.example', tls: { termination: 'passthrough', key: 'KEY' } });
    assert.deepEqual([route.hosts, route.passthrough], [['a.example'], true]);
    assert.ok(!JSON.stringify(route).includes('KEY'));
  });

  it('reads odd ones as far as they make sense', () => {
    for (const kind of ['HTTPRoute', 'HTTPProxy', 'IngressRoute', 'Route'] as const)
      for (const odd of oddVariants({ metadata, spec: { virtualhost: { tls: {} }, parentRefs: [{}], routes: [{}] } }))
        readRoute(odd, kind);
  });
});

describe('reading delegations and copiers', () => {
  it('keeps who may name which Secret', () => {
    const spec = { delegations: [{ secretName: 'x', targetNamespaces: ['*'] }] };
    assert.deepEqual(readDelegation({ metadata, spec }), { ...metadata, secrets: [{ name: 'x', namespaces: ['*'] }] });
  });

  it("of Traefik's store and options: Secrets of any host, and the CAs of clients", () => {
    const store = read('TLSStore', {
      defaultCertificate: { secretName: 'fallback' },
      certificates: [{ secretName: 'more' }, { secretName: 'fallback' }],
    });
    assert.deepEqual([store.hosts, store.secrets.map(({ name }) => name)], [[], ['fallback', 'more']]);
    assert.equal(read('TLSStore', { defaultGeneratedCert: { resolver: 'le' } }).resolver, 'le');
    const option = read('TLSOption', { clientAuth: { secretNames: ['clients'], clientAuthType: 'RequireAndVerify' } });
    assert.deepEqual([option.secrets, option.clientCas], [[], [{ namespace: 'shop', name: 'clients' }]]);
    assert.equal(read('TLSOption', { minVersion: 'VersionTLS12' }).clientCas, undefined);
    const tcp = read('IngressRouteTCP', { routes: [{ match: 'HostSNI(`db.example`)' }], tls: { secretName: 'db' } });
    assert.deepEqual([tcp.hosts, tcp.secrets.map(({ name }) => name)], [['db.example'], ['db']]);
  });

  it('targets a Secret of its own name where an ExternalSecret names none', () => {
    assert.equal(readExternalSecret({ metadata, spec: {} })?.target, 'web');
    const spec = { target: { name: 'x', creationPolicy: 'Owner' }, refreshInterval: '1m' };
    assert.deepEqual(readExternalSecret({ metadata, spec, status: { refreshTime: 't' } }), {
      ...metadata,
      target: 'x',
      creationPolicy: 'Owner',
      refreshInterval: '1m',
      refreshed: 't',
    });
  });

  it("keeps a Bundle's sources, without what is written in line", () => {
    const sources = [
      { secret: { name: 'ca', key: 'ca.crt' } },
      { inLine: 'PEM' },
      { useDefaultCAs: true },
      { configMap: { name: 'c' } },
    ];
    const bundle = readTrustBundle({
      metadata: { name: 'b' },
      spec: { sources, target: { configMap: { key: 'ca.pem' } } },
    })!;
    assert.deepEqual(bundle.sources, ['secret/ca#ca.crt', 'inline', 'default CAs', 'configmap/c#*']);
    assert.equal(bundle.configMapKey, 'ca.pem');
  });

  it('reads a ClusterBundle as the Bundle that it followed', async () => {
    const root = await mint({ subject: 'CN=root', notBefore: 0, notAfter: 1e12 });
    const spec = {
      sourceRefs: [
        { kind: 'Secret', name: 'ca', key: 'tls.crt' },
        { kind: 'ConfigMap', selector: {}, key: '*' },
      ],
      inLineCAs: root.pem,
      defaultCAs: { provider: 'System' },
      target: { configMap: { data: [{ key: 'roots.p12', format: 'PKCS12' }, { key: 'ca.crt' }] } },
    };
    assert.deepEqual(readClusterBundle({ metadata: { name: 'roots' }, spec }), {
      kind: 'ClusterBundle',
      name: 'roots',
      configMapKey: 'ca.crt',
      sources: ['secret/ca#tls.crt', 'configmaps by label', 'inline', 'default CAs'],
      inline: [root.certificate.sha256],
    });
    const off = readClusterBundle({ metadata: { name: 'b' }, spec: { defaultCAs: { provider: 'Disabled' } } });
    assert.deepEqual(off?.sources, []);
    for (const odd of oddVariants({ metadata: { name: 'roots' }, spec })) readClusterBundle(odd);
  });
});
