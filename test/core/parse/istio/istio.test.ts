import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { jsonIn } from '../../../../src/core/parse/istio/json-text.ts';
import { readAnalysis, readProxyStatus, readVersions } from '../../../../src/core/parse/istio/opinion.ts';
import { type HeldResource, readSecretsDump, readZtunnelDump } from '../../../../src/core/parse/istio/secrets.ts';

const recorded = (path: string) => readFileSync(`test/testbed/recordings/istioctl/${path}`, 'utf8');
const dump = (name: string) => readSecretsDump(JSON.parse(recorded(`envoy-${name}.json`))) ?? assert.fail(name);
const shown = (held: readonly HeldResource[]) =>
  held.map(({ name, state, chain, trust }) => `${name} ${state} ${chain.length}/${trust.length}`).sort();

describe("what Envoy's admin tells of secrets", () => {
  it('is the chain of the workload and the roots that it trusts', () => {
    assert.deepEqual(shown(dump('istio-sidecar')), ['ROOTCA active 0/1', 'default active 2/0']);
    const [leaf] = dump('istio-sidecar').find(({ name }) => name === 'default')!.chain;
    assert.deepEqual(leaf!.uris, ['spiffe://cluster.local/ns/bookinfo/sa/bookinfo-reviews']);
  });

  it('is every certificate of a bundle, of which istioctl shows the first alone', () => {
    assert.deepEqual(shown(dump('two-roots')), ['ROOTCA active 0/2', 'default active 2/0']);
    assert.deepEqual(shown(dump('intermediates')), ['ROOTCA active 0/1', 'default active 4/0']);
  });

  it("is SPIRE's own kind of bundle as well", () => {
    assert.ok(dump('spire').some(({ trust }) => trust.length > 0));
  });

  it('waits for what has not come, and is empty where nothing was asked for', () => {
    assert.ok(dump('warming').some(({ state }) => state === 'warming'));
    assert.deepEqual(dump('no-secret'), []);
  });

  it('is the same where istioctl prints it, with the log lines that it prints beside it', () => {
    const text = recorded('pc-secret-healthy-json/stdout.txt');
    const plain = shown(readSecretsDump(jsonIn(text)) ?? []);
    assert.deepEqual(plain, ['ROOTCA active 0/1', 'default active 2/0']);
    const noisy = `${recorded('pc-secret-refused/stdout.txt')}${text}2026-11-24T21:56:14Z\terror\tklog\tmore\n`;
    assert.deepEqual(shown(readSecretsDump(jsonIn(noisy)) ?? []), plain);
    assert.equal(jsonIn(recorded('pc-secret-refused/stdout.txt')), undefined);
    assert.deepEqual(readSecretsDump(jsonIn(recorded('pc-secret-no-secret-json/stdout.txt'))), []);
  });

  it('is nothing in what is no dump', () => {
    assert.equal(readSecretsDump({ certificates: [] }), undefined);
    assert.equal(readSecretsDump('text'), undefined);
  });
});

describe("what ztunnel's admin tells", () => {
  const held = readZtunnelDump(JSON.parse(recorded('ztunnel.json'))) ?? [];
  const of = (account: string) => held.find(({ name }) => name.endsWith(`/sa/bookinfo-${account}`))!;

  it('is a certificate for each service account of the node, with its state', () => {
    assert.deepEqual(
      ['details', 'starting', 'unavailable'].map((account) => of(account).state),
      ['active', 'warming', 'unavailable'],
    );
    assert.ok((of('unavailable').reason ?? '').length > 0);
    assert.equal(of('intermediate').chain.length, 2);
    assert.equal(of('productpage').trust.length, 2);
  });

  it('is nothing in what Envoy answers', () => {
    assert.equal(readZtunnelDump(JSON.parse(recorded('envoy-istio-sidecar.json'))), undefined);
  });
});

describe("istioctl's opinion", () => {
  it('names the object of each fault', () => {
    const { messages } = readAnalysis(jsonIn(recorded('analyze-gateways-several-json/stdout.txt')))!;
    assert.deepEqual(
      messages.slice(0, 2).map(({ code, object }) => [code, object]),
      [
        ['IST0101', 'gateway/istio-system/gw-missing'],
        ['IST0161', 'gateway/istio-system/gw-expired'],
      ],
    );
    assert.equal(messages.at(-1)?.object, 'namespace/legacy');
  });

  it('tells which secrets a proxy refused, though the proxy shows them as its own', () => {
    const { messages } = readProxyStatus(jsonIn(recorded('proxy-status-gateway-rejected-json/stdout.txt')))!;
    assert.equal(messages[0]?.object, 'pod/istio-system/istio-ingressgateway-0');
    assert.ok(messages.some(({ message }) => /KEY_VALUES_MISMATCH/.test(message)));
  });

  it('has the versions of both sides', () => {
    const { client, servers } = readVersions(jsonIn(recorded('version-healthy-json/stdout.txt')))!;
    assert.deepEqual([client, servers], ['1.31-alpha.eed52ebb66ad', ['1.31-alpha.eed52ebb66ad']]);
    assert.equal(readVersions(jsonIn('[]')), undefined);
  });
});
