import assert from 'node:assert/strict';
import { systemClock } from '../../src/io/adapters/clock.ts';
import { localFiles } from '../../src/io/adapters/files.ts';
import { createKubeApi } from '../../src/io/adapters/kube/kube-api.ts';
import { caBundles } from '../../src/io/collect/cluster/ca-bundles.ts';
import { certificateRequests } from '../../src/io/collect/ingress/certificate-requests.ts';
import { certificates } from '../../src/io/collect/ingress/certificates.ts';
import { gateways } from '../../src/io/collect/ingress/gateways.ts';
import { ingresses } from '../../src/io/collect/ingress/ingresses.ts';
import { issuers } from '../../src/io/collect/ingress/issuers.ts';
import { secrets } from '../../src/io/collect/ingress/secrets.ts';
import { runSources } from '../support/run-sources.ts';
import { until, useBed } from '../testbed/fixture.ts';

const SOURCES = [ingresses, gateways, certificates, issuers, caBundles, secrets, certificateRequests];

describe("cert-manager's objects on a real API server", () => {
  const bed = useBed('cert-manager');
  let own = '';
  let edge = '';

  before('a CA issues for a Gateway', async function () {
    this.timeout(90_000);
    own = await bed.namespace('issued');
    edge = await bed.namespace('edge');
    await bed.apply(...objectsOf(own, edge));
    for (const [namespace, name] of [
      ['cert-manager', own],
      [own, 'web'],
    ]) {
      await bed.kubectl(['wait', '--for=condition=Ready', '--timeout=60s', 'certificate', name!, '-n', namespace!]);
    }
    await until('the Certificate without an issuer is judged', () =>
      bed.kubectl(['get', 'certificate', 'orphan', '-n', own, '-o', 'jsonpath={.status.conditions[0].type}']),
    );
  });

  const read = () => {
    const kube = createKubeApi({
      flags: { kubeconfig: bed.superAdminKubeconfig },
      env: {},
      files: localFiles,
      clock: systemClock,
      requestTimeout: 10_000,
    });
    return runSources(SOURCES, kube, { timeout: 20_000 });
  };

  it('say who renews what, and when', async () => {
    const { facts } = await read();
    const web = facts('certificate').find(({ namespace, name }) => namespace === own && name === 'web');
    assert.deepEqual([web?.ready?.status, web?.issuer.kind, web?.dnsNames], ['True', 'ClusterIssuer', ['web.example']]);
    assert.ok(Date.parse(web?.renewalTime ?? '') < Date.parse(web?.notAfter ?? ''));
    const orphan = facts('certificate').find(({ namespace, name }) => namespace === own && name === 'orphan');
    assert.notEqual(orphan?.ready?.status, 'True');
  });

  it('have the same chain in the request and in the Secret that a Gateway serves, with the CA beside it', async () => {
    const { placement, placements, facts } = await read();
    const secret = placement(`secret/${own}/web-tls#tls.crt`);
    assert.deepEqual([secret?.role, secret?.manager, secret?.layer], ['gateway-tls', 'cert-manager', 'ingress']);
    const request = placements.find(({ ref }) => ref.startsWith(`certificaterequest/${own}/web-`));
    assert.deepEqual(request?.chain, secret?.chain);
    const ca = placement(`secret/cert-manager/${own}-ca#tls.crt`);
    assert.deepEqual([ca?.role, ca?.manager], ['issuer-ca', 'cert-manager']);
    assert.deepEqual(placement(`secret/${own}/web-tls#ca.crt[0]`)?.chain, ca?.chain);
    const fact = facts('secret').find(({ namespace, name }) => namespace === own && name === 'web-tls');
    assert.deepEqual([fact?.certificateName, fact?.issuer, fact?.problems], ['web', own, []]);
  });

  it('miss what is not issued, and hold no temporary key', async () => {
    const { placement, refs, observations } = await read();
    const orphan = placement(`secret/${own}/orphan-tls#tls.crt`);
    assert.equal(orphan?.manager, 'cert-manager');
    assert.equal(orphan?.missing, `Secret ${own}/orphan-tls does not exist, though certificate/${own}/orphan names it`);
    const temporary = JSON.parse(
      await bed.kubectl(['get', 'secrets', '-n', own, '-l', 'cert-manager.io/next-private-key=true', '-o', 'json']),
    ).items as { metadata: { name: string } }[];
    assert.equal(temporary.length, 1);
    assert.ok(refs.every((ref) => !ref.includes(temporary[0]!.metadata.name)));
    assert.ok(observations.every(({ state }) => state === 'complete' || state === 'absent'));
  });

  it('tell granted references of a Gateway from others', async () => {
    const { facts } = await read();
    const gateway = facts('gateway').find(({ namespace }) => namespace === edge);
    assert.deepEqual(
      gateway?.listeners[0]?.secrets.map(({ namespace, granted }) => [namespace === own, granted]),
      [
        [true, true],
        [false, false],
      ],
    );
  });

  it('lead from the injected caBundle to the CA of the webhook', async () => {
    const { placement } = await read();
    const ca = placement('secret/cert-manager/cert-manager-webhook-ca#tls.crt');
    const bundle = placement('validatingwebhookconfiguration/cert-manager-webhook#0[0]');
    assert.deepEqual([bundle?.manager, bundle?.layer], ['cert-manager', 'ingress']);
    assert.deepEqual(bundle?.chain, ca?.chain);
  });
});

function objectsOf(own: string, edge: string): object[] {
  const certManager = (kind: string, metadata: object, spec: object) => ({
    apiVersion: 'cert-manager.io/v1',
    kind,
    metadata,
    spec,
  });
  const issuerRef = (name: string) => ({ name, kind: 'ClusterIssuer' });
  const leaf = (name: string, issuer: string) =>
    certManager(
      'Certificate',
      { namespace: own, name },
      { secretName: `${name}-tls`, dnsNames: ['web.example'], issuerRef: issuerRef(issuer) },
    );
  const gateway = (kind: string, version: string, namespace: string, spec: object) => ({
    apiVersion: `gateway.networking.k8s.io/${version}`,
    kind,
    metadata: { namespace, name: own },
    spec,
  });
  const certificateRefs = [
    { name: 'web-tls', namespace: own },
    { name: `${own}-ca`, namespace: 'cert-manager' },
  ];
  return [
    certManager('ClusterIssuer', { name: `${own}-self` }, { selfSigned: {} }),
    certManager(
      'Certificate',
      { namespace: 'cert-manager', name: own },
      { isCA: true, commonName: own, secretName: `${own}-ca`, issuerRef: issuerRef(`${own}-self`) },
    ),
    certManager('ClusterIssuer', { name: own }, { ca: { secretName: `${own}-ca` } }),
    leaf('web', own),
    leaf('orphan', 'nobody'),
    gateway('Gateway', 'v1', edge, {
      gatewayClassName: 'none',
      listeners: [
        {
          name: 'https',
          port: 443,
          protocol: 'HTTPS',
          hostname: 'web.example',
          tls: { mode: 'Terminate', certificateRefs },
        },
      ],
    }),
    gateway('ReferenceGrant', 'v1beta1', own, {
      from: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: edge }],
      to: [{ group: '', kind: 'Secret' }],
    }),
  ];
}
