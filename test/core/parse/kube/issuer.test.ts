import assert from 'node:assert/strict';
import { credentialState } from '../../../../src/core/parse/kube/credential-state.ts';
import { readIssuer } from '../../../../src/core/parse/kube/issuer.ts';
import { readSolver } from '../../../../src/core/parse/kube/solver.ts';
import { oddVariants } from './support/odd.ts';

const acme = {
  metadata: {
    name: 'letsencrypt',
    managedFields: [
      { manager: 'kubectl', time: '2026-11-01T00:00:00Z', fieldsV1: { 'f:spec': {} } },
      { manager: 'cert-manager-clusterissuers', time: '2026-11-02T00:00:00Z', fieldsV1: { 'f:status': {} } },
    ],
  },
  spec: {
    acme: {
      server: 'https://acme.example/directory',
      email: 'a@example.com',
      privateKeySecretRef: { name: 'account' },
      externalAccountBinding: { keyID: 'x', keySecretRef: { name: 'eab', key: 'secret' } },
      solvers: [
        { http01: { ingress: { class: 'nginx' } } },
        {
          selector: { dnsZones: ['example.com'], dnsNames: ['*.example.com'] },
          dns01: {
            cnameStrategy: 'Follow',
            route53: {
              accessKeyIDSecretRef: { name: 'aws', key: 'id' },
              secretAccessKeySecretRef: { name: 'aws', key: 'secret' },
            },
          },
        },
        {
          dns01: {
            webhook: {
              groupName: 'acme.corp',
              solverName: 'corp',
              config: { apiKeySecretRef: { name: 'corp-dns', key: 'k' } },
            },
          },
        },
      ],
    },
  },
  status: { acme: { uri: 'https://acme.example/account/1' }, conditions: [{ type: 'Ready', status: 'True' }] },
};

describe('reading an ACME issuer', () => {
  it('keeps server, account and solvers with what each is for', () => {
    const issuer = readIssuer(acme, 'ClusterIssuer')!;
    assert.equal(issuer.acme?.accountUri, 'https://acme.example/account/1');
    assert.equal(issuer.changed, '2026-11-01T00:00:00Z');
    assert.deepEqual(
      issuer.acme?.solvers.map(({ type, provider, className, classBy, dnsNames, dnsZones }) => [
        type,
        provider,
        className ?? classBy,
        ...dnsNames,
        ...dnsZones,
      ]),
      [
        ['http01', 'ingress', 'nginx'],
        ['dns01', 'route53', undefined, '*.example.com', 'example.com'],
        ['dns01', 'webhook', undefined],
      ],
    );
  });

  it('names every Secret that it reads, with the key and the use', () => {
    assert.deepEqual(readIssuer(acme, 'ClusterIssuer')?.credentials, [
      { use: 'ACME account key', name: 'account', key: 'tls.key', made: true },
      { use: 'external account binding', name: 'eab', key: 'secret' },
      { use: 'route53 credentials', name: 'aws', key: 'id' },
      { use: 'route53 credentials', name: 'aws', key: 'secret' },
      { use: 'webhook credentials', name: 'corp-dns', key: 'k' },
    ]);
  });

  it('takes an account key that may not be made as one that has to be there', () => {
    const spec = { acme: { privateKeySecretRef: { name: 'account' }, disableAccountKeyGeneration: true } };
    assert.equal(readIssuer({ metadata: { name: 'a' }, spec }, 'Issuer')?.credentials?.[0]?.made, undefined);
  });

  it('reads odd ones as far as they make sense', () => {
    for (const odd of oddVariants(acme)) readIssuer(odd, 'ClusterIssuer');
  });
});

describe('reading a Vault issuer', () => {
  const vault = (auth: object) =>
    readIssuer(
      { metadata: { namespace: 'shop', name: 'v' }, spec: { vault: { server: 's', path: 'p', auth } } },
      'Issuer',
    )!;
  const logins: [auth: object, login: string, more: object][] = [
    [
      { kubernetes: { role: 'r', serviceAccountRef: { name: 'sa' } } },
      'kubernetes',
      { role: 'r', serviceAccount: 'sa' },
    ],
    [{ appRole: { roleId: 'id', secretRef: { name: 's', key: 'k' } } }, 'appRole', { role: 'id' }],
    [{ tokenSecretRef: { name: 's', key: 'k' } }, 'tokenSecretRef', {}],
    [{ clientCertificate: { secretName: 'c' } }, 'clientCertificate', {}],
    [{}, 'unknown', {}],
  ];
  for (const [auth, login, more] of logins) {
    it(`knows the login ${login}`, () => {
      assert.deepEqual(vault(auth).vault, { server: 's', path: 'p', auth: login, hasCaBundle: false, ...more });
    });
  }

  it('names the Secrets of its login', () => {
    assert.deepEqual(vault({ appRole: { secretRef: { name: 's', key: 'k' } } }).credentials, [
      { use: 'Vault credentials', name: 's', key: 'k' },
    ]);
    assert.deepEqual(vault({ clientCertificate: { secretName: 'c' } }).credentials, [
      { use: 'Vault credentials', name: 'c' },
    ]);
  });
});

describe('reading a solver', () => {
  it('prefers ingressClassName to the annotation, and knows an edited Ingress and parents of a route', () => {
    const ingress = { ingressClassName: 'public', class: 'nginx', name: 'app' };
    const { className, classBy, ingressName } = readSolver({ http01: { ingress } });
    assert.deepEqual([className, classBy, ingressName], ['public', 'ingressClassName', 'app']);
    const route = {
      http01: { gatewayHTTPRoute: { parentRefs: [{ name: 'gw', namespace: 'edge' }, { name: 'own' }] } },
    };
    assert.deepEqual(readSolver(route, 'shop').parents, ['gateway/edge/gw', 'gateway/shop/own']);
    assert.deepEqual(readSolver(route).parents, ['gateway/edge/gw', 'gateway/own']);
  });

  it('does not take what is neither for either', () => {
    assert.deepEqual(readSolver({}), { type: 'unknown', provider: 'unknown', dnsNames: [], dnsZones: [] });
    assert.equal(readSolver({ dns01: {} }).type, 'dns01');
  });
});

describe('the state of a credential', () => {
  const secret = (text: string) => ({ data: { token: Buffer.from(text).toString('base64') } });
  const cases: [text: string, state: string][] = [
    ['abc', 'present'],
    ['abc\n', 'padded'],
    [' abc', 'padded'],
    ['', 'empty'],
    ['-----BEGIN PRIVATE KEY-----\nx\n', 'present'],
    ['{"type": "service_account"}\n', 'present'],
  ];
  for (const [text, state] of cases) {
    it(`of ${JSON.stringify(text)} is ${state}`, () => {
      assert.equal(credentialState(secret(text), 'token'), state);
    });
  }
  it('lacks a key that is not there, and needs none that is not named', () => {
    assert.equal(credentialState(secret('abc'), 'other'), 'key-missing');
    assert.equal(credentialState(secret('abc'), undefined), 'present');
    assert.equal(credentialState({}, undefined), 'empty');
    assert.equal(credentialState(null, 'token'), 'key-missing');
  });
});
