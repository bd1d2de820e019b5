import assert from 'node:assert/strict';
import { parseCertificate } from '../../../src/core/x509/certificate.ts';
import type { DialTarget, TlsDialer } from '../../../src/io/ports/tls-dialer.ts';
import { NOW } from '../../support/fake-ports.ts';
import { never, plantPorts } from './plant.ts';

describe("the demo's handshakes", () => {
  let tls: TlsDialer;
  before(async () => {
    ({ tls } =
      await plantPorts(`  certificates: {CA: {ca: true}, GOOD: {issuer: CA}, OLD: {issuer: CA, notAfter: now-1h}, A: {issuer: CA}, B: {issuer: CA}, C: {}, D: {}}
  servers:
  - {listen: ["10.0.0.1:443", "a.example.com:443"], chain: [A, CA], sni: {b.example.com: [B], "*.wild.example.com": [C]}, http: {/ok: {status: 200}}, skew: +5m}
  - {listen: ["10.0.0.2:443"], replicas: [[A], [B, CA]]}
  - {listen: ["[::1]:443"], chain: [D], maxVersion: TLSv1.2}
  - {listen: ["10.0.0.3:2379"], chain: [D], clientCAs: [CA], clientRequired: true}
  - {listen: ["10.0.0.4:80"], protocol: plain}
  - {listen: ["10.0.0.4:10250"], protocol: alert}
  - {listen: ["10.0.0.4:81"], protocol: reset}
  - {listen: ["10.0.0.4:82"], protocol: silent}
  - {listen: ["10.0.0.4:83"], protocol: refused}
  - {listen: ["10.0.0.5:443"], chain: [A]}
  - {listen: ["10.0.0.6:10250"], chain: [D], clientCAs: [CA], http: {/healthz: {status: 200}}}
  files:
    /good.crt: "\${cert:GOOD}"
    /old.crt: "\${cert:OLD}"
    /foreign.crt: "\${cert:C}"
    /any.key: "\${key:GOOD}"
  denied: [{port: "10.0.0.5:443"}]
`));
  });
  const dial = (address: string, port: number, more: Partial<DialTarget> = {}) =>
    tls.dial({ address, port, signal: never, ...more });
  const subjects = async (...target: Parameters<typeof dial>) =>
    (await dial(...target)).chain.map((der) => parseCertificate(der).subject);

  it('show the chain of the name that is asked for', async () => {
    assert.deepEqual(await subjects('10.0.0.1', 443), ['CN=A', 'CN=CA']);
    assert.deepEqual(await subjects('a.example.com', 443, { sni: 'b.example.com' }), ['CN=B']);
    assert.deepEqual(await subjects('10.0.0.1', 443, { sni: 'X.wild.example.com' }), ['CN=C']);
    assert.deepEqual(await subjects('10.0.0.1', 443, { sni: 'x.y.wild.example.com' }), ['CN=A', 'CN=CA']);
    assert.deepEqual(await subjects('::1', 443), ['CN=D']);
  });

  it('meet one replica after the other', async () => {
    const seen = [await subjects('10.0.0.2', 443), await subjects('10.0.0.2', 443), await subjects('10.0.0.2', 443)];
    assert.deepEqual(seen, [['CN=A'], ['CN=B', 'CN=CA'], ['CN=A']]);
  });

  it('read the Date header only when something is fetched', async () => {
    const asked = await dial('10.0.0.1', 443, { get: '/ok' });
    assert.deepEqual([asked.date, asked.dateReadAt, asked.status], [NOW + 300_000, NOW, 200]);
    assert.equal((await dial('10.0.0.1', 443, { get: '/other' })).status, 404);
    assert.equal((await dial('10.0.0.1', 443)).date, undefined);
  });

  it('show protocol, accepted issuers and what a server without client certificate says', async () => {
    assert.deepEqual(
      [(await dial('10.0.0.1', 443)).protocol, (await dial('::1', 443)).protocol],
      ['TLSv1.3', 'TLSv1.2'],
    );
    const demanding = await dial('10.0.0.3', 2379);
    assert.deepEqual([demanding.chain.length, demanding.acceptedIssuers], [1, ['CN=CA']]);
    assert.match(demanding.error ?? '', /demands a client certificate/);
  });

  const broken: readonly (readonly [port: number, code: string, error: RegExp])[] = [
    [80, 'ERR_SSL_WRONG_VERSION_NUMBER', /plain HTTP, not TLS/],
    [81, 'ECONNRESET', /resets the connection/],
    [10250, 'ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR', /no certificate it could show/],
  ];
  for (const [port, code, error] of broken) {
    it(`end without a chain with ${code}`, async () => {
      const result = await dial('10.0.0.4', port);
      assert.deepEqual([result.chain, result.code], [[], code]);
      assert.match(result.error ?? '', error);
    });
  }

  it('fail where nothing answers', async () => {
    for (const [address, port] of [
      ['10.0.0.4', 83],
      ['10.0.0.5', 443],
      ['10.9.9.9', 443],
    ] as const) {
      await assert.rejects(dial(address, port), { state: 'unreachable', code: 'ECONNREFUSED' });
    }
    await assert.rejects(dial('10.0.0.4', 82, { signal: AbortSignal.timeout(5) }), { state: 'timed-out' });
    await assert.rejects(dial('10.0.0.1', 443, { signal: AbortSignal.abort(new Error('stop')) }), {
      state: 'timed-out',
    });
  });

  const shown = [
    ['/good.crt', undefined, 200],
    ['/old.crt', 'refuses the client certificate (alert certificate_expired)', 401],
    ['/foreign.crt', 'refuses the client certificate (alert unknown_ca)', 401],
  ] as const;
  for (const [certificate, error, status] of shown) {
    it(`judge the client certificate ${certificate}: an alert where one is demanded, a status elsewhere`, async () => {
      const client = { certificate, key: '/any.key' };
      const etcd = await dial('10.0.0.3', 2379, { client, get: '/healthz' });
      assert.deepEqual([etcd.error, etcd.refused], [error, error && true]);
      assert.equal((await dial('10.0.0.6', 10250, { client, get: '/healthz' })).status, status);
    });
  }

  it('have no client certificate where its file is not there', async () => {
    const client = { certificate: '/none.crt', key: '/any.key' };
    await assert.rejects(dial('10.0.0.3', 2379, { client }), { state: 'absent' });
  });
});
