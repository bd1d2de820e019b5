// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the form's references are written so
import assert from 'node:assert/strict';
import { PortFailure } from '../../../src/io/ports/failure.ts';
import { NOW } from '../../support/fake-ports.ts';
import { never, plantPorts } from './plant.ts';

interface Planted {
  /** Facts by name, over the default ones. */
  readonly certificates?: Readonly<Record<string, string>>;
  readonly server?: string;
  readonly denied?: string;
  readonly user?: string;
  readonly cluster?: string;
}

const CERTIFICATES: Readonly<Record<string, string>> = {
  CA: '{ca: true}',
  OTHER_CA: '{ca: true, subject: CN=CA}',
  API: '{issuer: CA, ips: [10.0.0.1]}',
  ME: "{issuer: CA, usages: [client], subject: 'CN=jane,O=dev'}",
};

/** A kubeconfig for https://10.0.0.1:6443 that trusts CA, with the server planted there. */
function plant({ certificates = {}, server = '', denied = '', user = '', cluster = '' }: Planted) {
  const facts = Object.entries({ ...CERTIFICATES, ...certificates }).map(([name, text]) => `    ${name}: ${text}`);
  return plantPorts(`  certificates:
${facts.join('\n')}
  servers: [${server}]
  denied: [${denied}]
  files:
    /root/.kube/config: |
      apiVersion: v1
      kind: Config
      current-context: here
      clusters: [{name: here, cluster: {server: 'https://10.0.0.1:6443', ${cluster || "certificate-authority-data: '${cert:CA|b64}'"}}}]
      contexts: [{name: here, context: {cluster: here, user: me, namespace: dev}}]
      users: [{name: me, user: {${user || "client-certificate-data: '${cert:ME|b64}'"}}}]
`);
}

const API = '{listen: ["10.0.0.1:6443"], chain: [API], clientCAs: [CA]}';

/** What a request meets; a failure by its state, code and message. */
const CASES: readonly {
  readonly title: string;
  readonly planted: Planted;
  readonly failure?: readonly [state: string, code: string, message: RegExp];
}[] = [
  { title: 'no server is planted', planted: {} },
  { title: 'everything fits', planted: { server: API } },
  {
    title: 'the serving certificate has expired',
    planted: { server: API, certificates: { API: '{issuer: CA, ips: [10.0.0.1], notAfter: now-2d}' } },
    failure: [
      'unreachable',
      'CERT_HAS_EXPIRED',
      /^the certificate that the API server 10.0.0.1:6443 serves has expired/,
    ],
  },
  {
    title: 'the serving certificate is not yet valid',
    planted: { server: API, certificates: { API: '{issuer: CA, ips: [10.0.0.1], notBefore: now+2d}' } },
    failure: ['unreachable', 'CERT_NOT_YET_VALID', /is not valid yet/],
  },
  {
    title: 'the CA that signed it has expired',
    planted: { server: API, certificates: { CA: '{ca: true, notAfter: now-1d}' } },
    failure: ['unreachable', 'CERT_HAS_EXPIRED', /a certificate that it depends on/],
  },
  {
    title: 'another CA of the same name signed it',
    planted: { server: API, certificates: { API: '{issuer: OTHER_CA, ips: [10.0.0.1]}' } },
    failure: ['unreachable', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', /an authority that is not known/],
  },
  {
    title: 'it is of another name',
    planted: { server: API, certificates: { API: '{issuer: CA, ips: [10.0.0.9], dns: [kubernetes]}' } },
    failure: [
      'unreachable',
      'ERR_TLS_CERT_ALTNAME_INVALID',
      /is not for 10.0.0.1: it is valid for kubernetes, 10.0.0.9/,
    ],
  },
  {
    title: 'an intermediate is sent along',
    planted: {
      server: '{listen: ["10.0.0.1:6443"], chain: [API, INT]}',
      certificates: { INT: '{ca: true, issuer: CA}', API: '{issuer: INT, ips: [10.0.0.1]}' },
    },
  },
  {
    title: 'the client does not verify',
    planted: {
      server: API,
      certificates: { API: '{issuer: CA, notAfter: now-2d}' },
      cluster: 'insecure-skip-tls-verify: true',
    },
  },
  {
    title: 'the kubeconfig names the name to verify',
    planted: {
      server: API,
      certificates: { API: '{issuer: CA, dns: [kubernetes]}' },
      cluster: "tls-server-name: kubernetes, certificate-authority-data: '${cert:CA|b64}'",
    },
  },
  {
    title: 'the client certificate has expired',
    planted: { server: API, certificates: { ME: '{issuer: CA, usages: [client], notAfter: now-1h}' } },
    failure: ['denied', '401', /^Unauthorized$/],
  },
  {
    title: 'the client certificate is of another CA',
    planted: { server: API, certificates: { ME: '{issuer: OTHER_CA, usages: [client]}' } },
    failure: ['denied', '401', /^Unauthorized$/],
  },
  { title: 'a token has time left', planted: { server: API, user: "token: '${jwt:now+1h}'" } },
  {
    title: 'a token has ended',
    planted: { server: API, user: "token: '${jwt:now-1h}'" },
    failure: ['denied', '401', /^Unauthorized$/],
  },
  {
    title: 'nothing listens',
    planted: { server: '{listen: ["10.0.0.1:6443"], protocol: refused}' },
    failure: ['unreachable', 'ECONNREFUSED', /connection refused/],
  },
  {
    title: 'the port is denied',
    planted: { server: API, denied: '{port: "10.0.0.1:6443"}' },
    failure: ['unreachable', 'ECONNREFUSED', /connection refused/],
  },
  {
    title: 'the connection is reset',
    planted: { server: '{listen: ["10.0.0.1:6443"], protocol: reset}' },
    failure: ['unreachable', 'ECONNRESET', /was closed before an answer/],
  },
];

describe("a request to the demo's API server", () => {
  for (const { title, planted, failure } of CASES) {
    it(`${failure ? 'fails' : 'is answered'} when ${title}`, async () => {
      const { kube } = await plant(planted);
      const request = kube.request({ path: '/version', signal: never });
      if (!failure) return void (await request);
      const error = await request.then(
        () => assert.fail('it was answered'),
        (reason) => reason,
      );
      assert.ok(error instanceof PortFailure, String(error));
      assert.deepEqual([error.state, error.code], failure.slice(0, 2));
      assert.match(error.message, failure[2]);
    });
  }

  it('waits at a silent server until its time is up', async () => {
    const { kube } = await plant({ server: '{listen: ["10.0.0.1:6443"], protocol: silent}' });
    const signal = AbortSignal.timeout(5);
    await assert.rejects(kube.request({ path: '/version', signal }), { state: 'timed-out' });
  });

  it("carries the server's clock", async () => {
    const { kube } = await plant({ server: '{listen: ["10.0.0.1:6443"], chain: [API], skew: -3d}' });
    assert.equal((await kube.request({ path: '/version', signal: never })).date, NOW - 3 * 86_400_000);
  });

  it('comes from the context of the planted kubeconfig', async () => {
    const { kube } = await plant({});
    const { credential, ...connection } = await kube.connection();
    assert.deepEqual(connection, {
      server: 'https://10.0.0.1:6443',
      host: '10.0.0.1',
      port: 6443,
      serverName: '10.0.0.1',
      context: 'here',
      cluster: 'here',
      user: 'me',
      namespace: 'dev',
      insecure: false,
    });
    assert.deepEqual([credential.kind, credential.ref], ['certificate', 'kubeconfig:/root/.kube/config#users/me']);
    assert.match(credential.certificate ?? '', /^-----BEGIN CERTIFICATE-----/);
  });

  it('has a server that is in order where the incident plants no kubeconfig', async () => {
    const { kube } = await plantPorts('  objects: [{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: b}}]\n');
    const { body } = await kube.request({ path: '/api/v1/pods', signal: never });
    assert.equal((body as { items: unknown[] }).items.length, 1);
  });

  it('has no cluster to go to when the kubeconfig names none', async () => {
    const { kube } = await plantPorts('  files: {/root/.kube/config: "kind: Config"}\n');
    await assert.rejects(kube.request({ path: '/version', signal: never }), { state: 'absent' });
  });
});
