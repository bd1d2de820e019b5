import assert from 'node:assert/strict';
import { parseCertificate } from '../../../../src/core/x509/certificate.ts';
import { getFromPod, shakeHandsWithPod } from '../../../../src/io/collect/pods/pod-port.ts';
import type { Ports } from '../../../../src/io/ports/ports.ts';
import { NOW } from '../../../support/fake-ports.ts';
import { never, plantPorts } from '../plant.ts';

const WORLD = `  certificates:
    ROOT: {ca: true}
    INT: {issuer: ROOT, ca: true}
    WEB: {issuer: INT, serial: 11aa, uris: ['spiffe://cluster.local/ns/shop/sa/web'], notAfter: now+12h}
    LEDGER: {dns: [ledger.pay.serviceaccount.identity.linkerd.cluster.local], notAfter: now+1h}
    ISTIOD: {dns: [istiod.istio-system.svc]}
  objects:
  - {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop}, spec: {containers: [{name: istio-proxy}]}, status: {phase: Running}}
  - {apiVersion: v1, kind: Pod, metadata: {name: ledger, namespace: pay}, spec: {containers: [{name: linkerd-proxy}]}, status: {phase: Running}}
  - {apiVersion: v1, kind: Pod, metadata: {name: ztunnel, namespace: istio-system}, spec: {containers: [{name: istio-proxy}]}, status: {phase: Running}}
  - {apiVersion: v1, kind: Pod, metadata: {name: istiod, namespace: istio-system}, spec: {containers: [{name: discovery}]}, status: {phase: Running, podIP: 10.1.0.5}}
  - {apiVersion: v1, kind: Pod, metadata: {name: job, namespace: shop}, spec: {containers: [{name: istio-proxy}]}, status: {phase: Succeeded}}
  proxies:
  - {kind: istio, pod: shop/web, skew: +5m, certificates: [{name: default, chain: [WEB, INT, ROOT], state: ACTIVE}, {name: ROOTCA, trust: [ROOT]}, {name: 'kubernetes://edge', state: WARMING}]}
  - {kind: linkerd, pod: pay/ledger, certificates: [{name: ledger.pay.serviceaccount.identity.linkerd.cluster.local, chain: [LEDGER]}]}
  - {kind: ztunnel, pod: istio-system/ztunnel, certificates: [{name: 'spiffe://cluster.local/ns/shop/sa/web', chain: [WEB, INT], trust: [ROOT], state: Available}, {name: 'spiffe://cluster.local/ns/shop/sa/other', state: 'Unavailable: no'}], metrics: "istio_build 1\\n"}
  servers:
  - {listen: ['10.1.0.5:15012', 'istiod.istio-system.svc:15012'], chain: [ISTIOD]}
  - {listen: ['10.1.0.5:15014'], protocol: plain, http: {/debug/syncz: {status: 200, body: '[]'}}}
`;

describe("the demo's Pods", () => {
  let ports: Ports;
  before(async () => {
    ports = await plantPorts(WORLD);
  });
  const at = (pod: string, port: number) => {
    const [namespace = '', name = ''] = pod.split('/');
    return { namespace, pod: name, port, signal: never };
  };
  const get = async (pod: string, port: number, path: string) => {
    const { status, body, headers } = await getFromPod(ports, at(pod, port), path);
    return { status, headers, text: Buffer.from(body).toString() };
  };

  it('answer as Envoy does for the secrets that a proxy holds', async () => {
    const { text, headers } = await get('shop/web', 15000, '/config_dump?mask=dynamic_active_secrets');
    const [dump] = JSON.parse(text).configs;
    assert.equal(dump['@type'], 'type.googleapis.com/envoy.admin.v3.SecretsConfigDump');
    assert.deepEqual(
      dump.dynamic_active_secrets.map(({ name }: { name: string }) => name),
      ['default', 'ROOTCA'],
    );
    assert.deepEqual(dump.dynamic_warming_secrets[0].name, 'kubernetes://edge');
    const { tls_certificate } = dump.dynamic_active_secrets[0].secret;
    const pem = Buffer.from(tls_certificate.certificate_chain.inline_bytes, 'base64').toString();
    assert.equal(pem.match(/BEGIN CERTIFICATE/g)?.length, 3);
    assert.equal(Buffer.from(tls_certificate.private_key.inline_bytes, 'base64').toString(), '[redacted]');
    assert.equal(Date.parse(headers.date ?? ''), NOW + 300_000);
  });

  it('list the certificates without PEM, and count what is left of them', async () => {
    const [held] = JSON.parse((await get('shop/web', 15000, '/certs')).text).certificates;
    assert.equal(held.cert_chain[0].serial_number, '11aa');
    assert.deepEqual(held.cert_chain[0].subject_alt_names, [{ uri: 'spiffe://cluster.local/ns/shop/sa/web' }]);
    assert.equal(held.ca_cert.length, 1);
    const { text } = await get('shop/web', 15020, '/metrics');
    assert.equal(text, 'istio_agent_cert_expiry_seconds{resource_name="default"} 43200\n');
  });

  it('answer as ztunnel does', async () => {
    const { certificates } = JSON.parse((await get('istio-system/ztunnel', 15000, '/config_dump')).text);
    assert.deepEqual(
      certificates.map(({ identity, state }: Record<string, string>) => [identity, state]),
      [
        ['spiffe://cluster.local/ns/shop/sa/web', 'Available'],
        ['spiffe://cluster.local/ns/shop/sa/other', 'Unavailable: no'],
      ],
    );
    assert.equal(certificates[0].certChain[0].serialNumber, String(0x11aa));
    assert.equal((await get('istio-system/ztunnel', 15020, '/metrics')).text, 'istio_build 1\n');
  });

  it('shake hands as linkerd-proxy does, on the port of its metrics', async () => {
    const name = 'ledger.pay.serviceaccount.identity.linkerd.cluster.local';
    const { chain } = await shakeHandsWithPod(ports, at('pay/ledger', 4191), name);
    assert.deepEqual(parseCertificate(chain[0]!).dnsNames, [name]);
    const { text } = await get('pay/ledger', 4191, '/metrics');
    const end = (NOW + 3_600_000) / 1000;
    assert.equal(
      text,
      `control_identity_cert_expiration_timestamp_seconds ${end}\nprocess_clock_time_seconds ${NOW / 1000}\n`,
    );
  });

  it('lead to the servers at their own addresses', async () => {
    const { chain } = await shakeHandsWithPod(ports, at('istio-system/istiod', 15012));
    assert.deepEqual(parseCertificate(chain[0]!).dnsNames, ['istiod.istio-system.svc']);
    assert.equal((await get('istio-system/istiod', 15014, '/debug/syncz')).text, '[]');
    assert.equal((await get('istio-system/istiod', 15014, '/debug/other')).status, 404);
    assert.equal((await get('istio-system/istiod', 15012, '/')).status, 400);
  });

  it('refuse what nothing listens on, what does not run and what is not there', async () => {
    await assert.rejects(get('shop/web', 8080, '/'), /port 8080 of pod shop\/web: .*connection refused/);
    await assert.rejects(get('shop/job', 15000, '/'), /pod is not running. Current status=Succeeded/);
    await assert.rejects(get('shop/none', 15000, '/'), /pods "none" not found/);
  });

  it('take a right of their own', async () => {
    const denied = await plantPorts(
      `${WORLD}  denied: [{resource: pods/portforward, verb: create}, {resource: pods/exec, verb: create}]\n`,
    );
    const reason = /cannot create resource "pods\/portforward"/;
    await assert.rejects(getFromPod(denied, at('shop/web', 15000), '/'), reason);
    const exec = { namespace: 'shop', pod: 'web', container: 'istio-proxy', argv: ['id'], signal: never };
    await assert.rejects(denied.kube.exec(exec), /cannot create resource "pods\/exec"/);
  });

  it("run the proxy's own client", async () => {
    const run = (argv: readonly string[], container = 'istio-proxy') =>
      ports.kube.exec({ namespace: 'shop', pod: 'web', container, argv, signal: never });
    const { stdout, exit } = await run(['pilot-agent', 'request', 'GET', 'config_dump?mask=dynamic_active_secrets']);
    assert.deepEqual([JSON.parse(stdout).configs.length, exit], [1, 0]);
    assert.equal((await run(['pilot-agent', 'request', 'GET', 'nothing'])).exit, 1);
    await assert.rejects(run(['sh']), /executable file not found/);
    await assert.rejects(run(['pilot-agent'], 'app'), /container app is not valid/);
  });
});
