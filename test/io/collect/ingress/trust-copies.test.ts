import assert from 'node:assert/strict';
import { controllers } from '../../../../src/io/collect/ingress/controllers.ts';
import { copiers } from '../../../../src/io/collect/ingress/copiers.ts';
import { trustCopies } from '../../../../src/io/collect/ingress/trust-copies.ts';
import { type Minted, mint } from '../../../../src/io/demo/mint.ts';
import { objectKube, type Served, serve } from '../../../support/object-kube.ts';
import { runSources } from '../../../support/run-sources.ts';

const SOURCES = [copiers, controllers, trustCopies];
const bundle = (name: string, sources: object[], target: object = { configMap: { key: 'ca.crt' } }) =>
  serve.other('/apis/trust.cert-manager.io/v1alpha1', 'bundles', { metadata: { name }, spec: { sources, target } });
const configMap = (namespace: string, name: string, data: Record<string, string>, labels = {}) =>
  serve.other('/api/v1', 'configmaps', { metadata: { namespace, name, labels }, data });
const copyOf = (name: string, namespace: string, pem: string) =>
  configMap(namespace, name, { 'ca.crt': pem }, { 'trust.cert-manager.io/bundle': name });
const manager = (args: string[]) =>
  serve.other('/apis/apps/v1', 'deployments', {
    metadata: { namespace: 'tm', name: 'trust-manager' },
    spec: {
      template: { spec: { containers: [{ image: 'quay.io/jetstack/trust-manager:v0.19.0', args }] } },
    },
  });

describe("the sources and copies of trust-manager's Bundles", () => {
  let one: Minted;
  let other: Minted;
  before(async () => {
    [one, other] = (await Promise.all(
      ['one', 'other'].map((name) => mint({ subject: `CN=${name}`, notBefore: 0, notAfter: 4e12, isCA: true })),
    )) as [Minted, Minted];
  });

  const read = (objects: readonly Served[]) => runSources(SOURCES, objectKube(objects));

  it('are read in the trust namespace, and wherever they were written to', async () => {
    const { facts, placements } = await read([
      manager(['--trust-namespace=trust']),
      bundle('roots', [
        { configMap: { name: 'own', key: 'root.pem' } },
        { configMap: { name: 'gone', key: 'a' } },
        { configMap: { name: 'own', key: 'b' } },
        { inLine: other.pem },
      ]),
      configMap('trust', 'own', { 'root.pem': one.pem }),
      configMap('cert-manager', 'gone', { a: one.pem }),
      copyOf('roots', 'a', one.pem + other.pem),
      copyOf('roots', 'b', other.pem + one.pem),
      copyOf('roots', 'c', one.pem),
      copyOf('stranger', 'a', one.pem),
    ]);
    const [first, second] = [one, other].map(({ certificate }) => certificate.sha256);
    assert.deepEqual(
      facts('trustSource').map(({ source, namespace, missing, certificates }) => [
        source,
        namespace,
        missing,
        certificates.length,
      ]),
      [
        ['configmap/own#root.pem', 'trust', undefined, 1],
        ['configmap/own#b', 'trust', 'key', 0],
        ['configmap/gone#a', 'trust', 'object', 0],
      ],
    );
    assert.deepEqual(
      facts('trustCopy').map(({ namespaces, certificates }) => [namespaces, certificates]),
      [
        [['a', 'b'], [first, second].sort()],
        [['c'], [first]],
      ],
    );
    assert.deepEqual(facts('trustBundle')[0]?.inline, [second]);
    assert.deepEqual(
      placements.map(({ ref, layer, role }) => [ref, layer, role]),
      [['configmap/trust/own#root.pem[0]', 'ingress', 'configmap-bundle']],
    );
  });

  it('are read of Secrets too, by every key where all are asked for', async () => {
    const { facts } = await read([
      bundle('roots', [{ secret: { name: 'ca', includeAllKeys: true } }], { secret: { key: 'ca.crt' } }),
      serve.secret({
        metadata: { namespace: 'cert-manager', name: 'ca' },
        type: 'Opaque',
        data: {
          a: Buffer.from(one.pem).toString('base64'),
          b: Buffer.from(other.pem).toString('base64'),
        },
      }),
      serve.secret({
        metadata: { namespace: 'a', name: 'roots', labels: { 'trust.cert-manager.io/bundle': 'roots' } },
        type: 'Opaque',
        data: { 'ca.crt': Buffer.from(one.pem).toString('base64') },
      }),
    ]);
    assert.equal(facts('trustSource')[0]?.certificates.length, 2);
    assert.deepEqual(
      facts('trustCopy').map(({ kind, namespaces }) => [kind, namespaces]),
      [['Secret', ['a']]],
    );
  });

  it('are those of a ClusterBundle too, by its own label, with a part of a key for many', async () => {
    const kube = objectKube([
      serve.other('/apis/trust-manager.io/v1alpha2', 'clusterbundles', {
        metadata: { name: 'roots' },
        spec: {
          sourceRefs: [{ kind: 'ConfigMap', name: 'own', key: 'root-*.pem' }],
          target: { configMap: { data: [{ key: 'ca.crt' }] } },
        },
      }),
      configMap('cert-manager', 'own', { 'root-1.pem': one.pem, 'root-2.pem': other.pem, 'x.pem': one.pem }),
      configMap('a', 'roots', { 'ca.crt': one.pem }, { 'trust-manager.io/bundle': 'roots' }),
    ]);
    const { facts } = await runSources(SOURCES, kube);
    assert.deepEqual(
      facts('trustSource').map(({ missing, certificates }) => [missing, certificates.length]),
      [[undefined, 2]],
    );
    assert.deepEqual(
      facts('trustCopy').map(({ namespaces }) => namespaces),
      [['a']],
    );
    assert.deepEqual(
      kube.requests.flatMap(({ query }) => query?.labelSelector ?? []),
      ['trust-manager.io/bundle'],
    );
  });

  it('ask nothing where there is no Bundle, and are unknown, not missing, where they may not be read', async () => {
    const none = objectKube([configMap('cert-manager', 'x', {})]);
    await runSources(SOURCES, none);
    assert.ok(!none.requests.some(({ path }) => path.includes('configmaps')));
    const denied = objectKube([bundle('roots', [{ configMap: { name: 'own', key: 'a' } }])], {
      denies: ({ path }) => path.includes('configmaps'),
    });
    const { facts, states } = await runSources(SOURCES, denied);
    assert.deepEqual(facts('trustSource'), []);
    assert.ok(states.includes('trust-copies denied'), states.join());
  });
});
