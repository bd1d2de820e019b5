import assert from 'node:assert/strict';
import { acme } from '../../../../src/io/collect/ingress/acme.ts';
import { controllers } from '../../../../src/io/collect/ingress/controllers.ts';
import { copiers } from '../../../../src/io/collect/ingress/copiers.ts';
import { issuerCredentials } from '../../../../src/io/collect/ingress/issuer-credentials.ts';
import { issuers } from '../../../../src/io/collect/ingress/issuers.ts';
import { routes } from '../../../../src/io/collect/ingress/routes.ts';
import { objectKube, type Served, serve } from '../../../support/object-kube.ts';
import { runSources } from '../../../support/run-sources.ts';

const token = { cloudflare: { apiTokenSecretRef: { name: 'dns', key: 'token' } } };
const issuer = (namespace?: string): object => ({
  metadata: { name: 'le', ...(namespace && { namespace }) },
  spec: { acme: { solvers: [{ dns01: token }] } },
});
const secret = (namespace: string, value = 'abc') =>
  serve.secret({ metadata: { namespace, name: 'dns' }, data: { token: Buffer.from(value).toString('base64') } });
const controller = (args: readonly string[]): Served =>
  serve.other('/apis/apps/v1', 'deployments', {
    metadata: { namespace: 'pki', name: 'cert-manager' },
    spec: { template: { spec: { containers: [{ image: 'quay.io/jetstack/cert-manager-controller:v1.21.1', args }] } } },
  });
const run = (objects: readonly Served[], options = {}) =>
  runSources(
    [issuers, controllers, issuerCredentials],
    objectKube(objects, { served: ['/api/v1/secrets'], ...options }),
  );
const states = ({ facts }: Awaited<ReturnType<typeof run>>) =>
  facts('issuerCredential').map(({ namespace, state, elsewhere = [] }) => [namespace, state, ...elsewhere]);

describe("collecting issuers' credentials", () => {
  const places: [what: string, objects: Served[], namespace: string][] = [
    ['an Issuer beside it', [serve.certManager('issuers', issuer('shop'))], 'shop'],
    [
      'a ClusterIssuer where the flag says',
      [serve.certManager('clusterissuers', issuer()), controller(['--cluster-resource-namespace=keys'])],
      'keys',
    ],
    [
      'a ClusterIssuer beside the controller by the charts',
      [serve.certManager('clusterissuers', issuer()), controller(['--cluster-resource-namespace=$(POD_NAMESPACE)'])],
      'pki',
    ],
    [
      'a ClusterIssuer in kube-system by the binary',
      [serve.certManager('clusterissuers', issuer()), controller([])],
      'kube-system',
    ],
    [
      'a ClusterIssuer in cert-manager where no controller is seen',
      [serve.certManager('clusterissuers', issuer())],
      'cert-manager',
    ],
  ];
  for (const [what, objects, namespace] of places) {
    it(`looks for those of ${what}`, async () => {
      assert.deepEqual(states(await run([...objects, secret(namespace)])), [[namespace, 'present']]);
    });
  }

  it('says in which namespaces one of that name is, where it is not', async () => {
    const objects = [serve.certManager('issuers', issuer('shop')), secret('cert-manager')];
    assert.deepEqual(states(await run(objects)), [['shop', 'secret-missing', 'cert-manager']]);
  });

  it('keeps nothing of the value', async () => {
    const { observations } = await run([serve.certManager('issuers', issuer('shop')), secret('shop', 'hunter2')]);
    assert.ok(!JSON.stringify(observations).includes(Buffer.from('hunter2').toString('base64')));
    assert.ok(!JSON.stringify(observations).includes('hunter2'));
  });

  it('is denied, not missing, where Secrets may not be read', async () => {
    const { states: read, facts } = await run([serve.certManager('issuers', issuer('shop')), secret('shop')], {
      denies: ({ path }: { path: string }) => path.includes('/secrets'),
    });
    assert.ok(read.includes('issuer-credentials denied'));
    assert.deepEqual(facts('issuerCredential'), []);
  });
});

describe('collecting routes, copiers and the ACME objects', () => {
  it('is absent where their kinds are not served', async () => {
    const { states: read } = await runSources([acme, routes, copiers], objectKube([]));
    assert.deepEqual([...new Set(read.map((state) => state.split(' ')[1]))], ['absent']);
  });

  it('reads what there is', async () => {
    const named = { namespace: 'shop', name: 'x' };
    const { facts } = await runSources(
      [acme, routes, copiers],
      objectKube([
        serve.other('/apis/acme.cert-manager.io/v1', 'orders', { metadata: named }),
        serve.other('/apis/acme.cert-manager.io/v1', 'challenges', { metadata: named }),
        serve.other('/apis/gateway.networking.k8s.io/v1', 'httproutes', { metadata: named }),
        serve.other('/apis/external-secrets.io/v1beta1', 'externalsecrets', { metadata: named }),
        serve.other('/apis/trust.cert-manager.io/v1alpha1', 'bundles', { metadata: { name: 'roots' } }),
      ]),
    );
    assert.deepEqual(
      [facts('order'), facts('challenge'), facts('route'), facts('externalSecret'), facts('trustBundle')].map(
        ({ length }) => length,
      ),
      [1, 1, 1, 1, 1],
    );
  });
});
