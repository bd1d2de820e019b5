import assert from 'node:assert/strict';
import { certificateRequests } from '../../../../src/io/collect/ingress/certificate-requests.ts';
import { certificates } from '../../../../src/io/collect/ingress/certificates.ts';
import { gateways } from '../../../../src/io/collect/ingress/gateways.ts';
import { ingresses } from '../../../../src/io/collect/ingress/ingresses.ts';
import { issuers } from '../../../../src/io/collect/ingress/issuers.ts';
import { mint } from '../../../../src/io/demo/mint.ts';
import { objectKube, type Served, serve } from '../../../support/object-kube.ts';
import { runSources } from '../../../support/run-sources.ts';

const named = (namespace: string, name: string, labels = {}) => ({ metadata: { namespace, name, labels } });

describe('collecting what names Secrets', () => {
  it('reads Ingresses within namespaces and selector', async () => {
    const objects = [
      serve.ingress(named('shop', 'a', { app: 'x' })),
      serve.ingress(named('shop', 'b')),
      serve.ingress(named('team', 'c', { app: 'x' })),
    ];
    const scope = { namespaces: ['shop'], selector: 'app=x' };
    const { facts } = await runSources([ingresses], objectKube(objects), { scope });
    assert.deepEqual(
      facts('ingress').map(({ name }) => name),
      ['a'],
    );
  });

  it("reads cert-manager's Certificates and both kinds of issuers", async () => {
    const { facts, states } = await runSources(
      [certificates, issuers],
      objectKube([
        serve.certManager('certificates', { ...named('shop', 'web'), spec: { secretName: 'web-tls' } }),
        serve.certManager('issuers', { ...named('shop', 'own'), spec: { selfSigned: {} } }),
        serve.certManager('clusterissuers', { metadata: { name: 'all' }, spec: { acme: {} } }),
      ]),
    );
    assert.equal(facts('certificate')[0]?.secretName, 'web-tls');
    assert.deepEqual(
      facts('issuer').map(({ kind, namespace, name, type }) => [kind, namespace, name, type]),
      [
        ['Issuer', 'shop', 'own', 'selfSigned'],
        ['ClusterIssuer', undefined, 'all', 'acme'],
      ],
    );
    assert.ok(states.every((state) => state.endsWith('complete')));
  });

  it('is absent, not unknown, without cert-manager and the Gateway API', async () => {
    const { states } = await runSources([gateways, certificates, issuers, certificateRequests], objectKube([]));
    assert.deepEqual([...new Set(states.map((state) => state.split(' ')[1]))], ['absent']);
  });

  it('places the chain that a CertificateRequest was issued', async () => {
    const leaf = await mint({ subject: 'CN=x', notBefore: 0, notAfter: 1e12 });
    const status = { certificate: Buffer.from(leaf.pem).toString('base64') };
    const { placements } = await runSources(
      [certificateRequests],
      objectKube([
        serve.certManager('certificaterequests', { ...named('shop', 'web-1'), status }),
        serve.certManager('certificaterequests', named('shop', 'web-2')),
      ]),
    );
    assert.deepEqual(placements, [
      {
        ref: 'certificaterequest/shop/web-1',
        layer: 'ingress',
        role: 'certificate-request',
        manager: 'cert-manager',
        chain: [leaf.certificate.sha256],
      },
    ]);
  });
});

describe('collecting Gateways', () => {
  const gateway = (secretNamespace?: string) => ({
    ...named('edge', 'gw'),
    spec: { listeners: [{ name: 'https', tls: { certificateRefs: [{ name: 'web', namespace: secretNamespace }] } }] },
  });
  const grant = (version: string): Served =>
    serve.other(`/apis/gateway.networking.k8s.io/${version}`, 'referencegrants', {
      ...named('certs', 'grant'),
      spec: {
        from: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: 'edge' }],
        to: [{ group: '', kind: 'Secret' }],
      },
    });
  const granted = ({ facts }: Awaited<ReturnType<typeof runSources>>) =>
    facts('gateway').map(({ listeners }) => listeners[0]?.secrets[0]?.granted);

  for (const version of ['v1', 'v1beta1']) {
    it(`reads them and their grants in ${version}`, async () => {
      const kube = objectKube([serve.gateway(gateway('certs'), version), grant(version)]);
      assert.deepEqual(granted(await runSources([gateways], kube)), [true]);
    });
  }

  it('finds a reference without a grant refused', async () => {
    const kube = objectKube([serve.gateway(gateway('certs'))], {
      served: ['/apis/gateway.networking.k8s.io/v1/referencegrants'],
    });
    assert.deepEqual(granted(await runSources([gateways], kube)), [false]);
  });

  it('asks for grants only where a reference crosses namespaces, and only there', async () => {
    const own = objectKube([serve.gateway(gateway())]);
    await runSources([gateways], own);
    assert.ok(own.requests.every(({ path }) => !path.includes('referencegrants')));
    const foreign = objectKube([serve.gateway(gateway('certs')), grant('v1')]);
    await runSources([gateways], foreign);
    const asked = foreign.requests.filter(({ path }) => path.includes('referencegrants')).map(({ path }) => path);
    assert.deepEqual(asked, ['/apis/gateway.networking.k8s.io/v1/namespaces/certs/referencegrants']);
  });

  it('does not hold a reference for refused when the grants may not be read, and says what is unknown', async () => {
    const kube = objectKube([serve.gateway(gateway('certs')), grant('v1')], {
      denies: ({ path }) => path.includes('referencegrants'),
    });
    const result = await runSources([gateways], kube);
    assert.deepEqual(granted(result), [true]);
    const denied = result.observations.find(({ state }) => state === 'denied');
    assert.equal(denied?.unknown, 'whether Gateways may use Secrets of other namespaces');
  });

  for (const [group, resource] of [
    ['gateway.networking.k8s.io/v1', 'listenersets'],
    ['gateway.networking.x-k8s.io/v1alpha1', 'xlistenersets'],
  ]) {
    it(`reads ${resource}`, async () => {
      const kube = objectKube([
        serve.gateway(gateway()),
        serve.other(`/apis/${group}`, resource!, {
          ...named('shop', 'set'),
          spec: { listeners: [{ name: 'a' }], parentRef: { name: 'gw', namespace: 'edge' } },
        }),
      ]);
      const { facts } = await runSources([gateways], kube);
      assert.deepEqual(
        facts('gateway').map(({ kind, name }) => [kind, name]),
        [
          ['Gateway', 'gw'],
          ['ListenerSet', 'set'],
        ],
      );
    });
  }

  it('keeps the Gateways that were read when the grants never come', async () => {
    const kube = objectKube([serve.gateway(gateway('certs'))], {
      before: ({ path }) => (path.includes('referencegrants') ? new Promise<void>(() => {}) : undefined),
    });
    const { facts, observations } = await runSources([gateways], kube, { timeout: 60 });
    assert.equal(facts('gateway').length, 1);
    assert.ok(observations.some(({ state }) => state === 'timed-out'));
  });
});
