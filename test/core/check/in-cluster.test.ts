import { deepStrictEqual } from 'node:assert/strict';
import { inCluster, sourcesOfTopic } from '../../../src/core/check/in-cluster.ts';
import { TOPICS } from '../../../src/core/check/topics.ts';
import type { FactKinds } from '../../../src/core/model/facts.ts';
import { SOURCES } from '../../../src/io/collect/sources.ts';
import { makeServer, World } from './world.ts';

const issuer = (name: string, parts: Partial<FactKinds['issuer']>): FactKinds['issuer'] => ({
  kind: 'ClusterIssuer',
  name,
  type: 'acme',
  ...parts,
});
const acme = (host: string) => ({ acme: { server: `https://${host}/directory`, solvers: [] } });

const certificate = (name: string, issuerName: string, parts: Partial<FactKinds['certificate']> = {}) => ({
  namespace: 'shop',
  name,
  secretName: `${name}-tls`,
  dnsNames: [`${name}.example.com`],
  issuer: { name: issuerName, kind: 'ClusterIssuer', group: 'cert-manager.io' },
  isCA: false,
  ...parts,
});

const ISTIO: FactKinds['meshControlPlane'] = {
  mesh: 'istio',
  namespace: 'istio',
  name: 'identity',
  caSource: 'self-signed',
};
const LINKERD: FactKinds['linkerdConfig'] = {
  namespace: 'linkerd',
  trustDomain: 'cluster.local',
  scheme: 'kubernetes.io/tls',
  externalCA: true,
  anchors: [],
};

describe('topics in a cluster', () => {
  it('are those that say so, and stand on sources that there are', () => {
    const known = SOURCES.map(({ id }) => id);
    for (const { id, ofCluster } of TOPICS) {
      deepStrictEqual(sourcesOfTopic(id).length > 0, ofCluster === true, id);
      deepStrictEqual(
        sourcesOfTopic(id).filter((source) => !known.includes(source)),
        [],
      );
    }
  });

  it('name issuers of other groups with what they say of themselves', () => {
    const step = { kind: 'StepIssuer', group: 'certmanager.step.sm', name: 'step', namespace: 'shop' };
    const world = new World()
      .read('issuers')
      .fact(
        'externalIssuer',
        { ...step, state: 'found', ready: { status: 'True', reason: 'x', message: '' } },
        'external-issuers',
      )
      .fact('certificate', certificate('web', 'step', { issuer: step }), 'certificates');
    deepStrictEqual(inCluster('which-issuer', world.inventory()), [
      'No issuer of cert-manager is here.',
      'Issuer stepissuer.certmanager.step.sm/shop/step: its own controller signs (ready); 1 Certificate of it.',
    ]);
  });

  it('tell public issuers from private ones, and what each keeps', () => {
    const world = new World()
      .fact('issuer', issuer('le', acme('acme-v02.api.letsencrypt.org')), 'issuers')
      .fact('issuer', issuer('try', acme('acme-staging-v02.api.letsencrypt.org')), 'issuers')
      .fact('issuer', issuer('step', acme('ca.corp.example')), 'issuers')
      .fact('issuer', issuer('inner', { kind: 'Issuer', namespace: 'shop', type: 'ca' }), 'issuers')
      .fact('certificate', certificate('web', 'le'), 'certificates');
    deepStrictEqual(inCluster('which-issuer', world.inventory()), [
      'Issuer clusterissuer/le: public CA (ACME at acme-v02.api.letsencrypt.org); keeps 1 Certificate in shop, for web.example.com.',
      'Issuer clusterissuer/try: ACME at acme-staging-v02.api.letsencrypt.org, for tests: nobody trusts what it issues; no Certificate that was read names it.',
      'Issuer clusterissuer/step: ACME at ca.corp.example, which is no public CA that is known; no Certificate that was read names it.',
      'Issuer issuer/shop/inner: private CA (its key lies in a Secret); no Certificate that was read names it.',
    ]);
  });

  it('tell who keeps the CA of each mesh', () => {
    const world = new World()
      .fact('meshControlPlane', ISTIO, 'istio-control-planes')
      .fact('linkerdConfig', LINKERD, 'linkerd-config')
      .fact(
        'certificate',
        certificate('issuer', 'le', { namespace: 'linkerd', secretName: 'linkerd-identity-issuer' }),
        'certificates',
      )
      .read('issuers', 'absent');
    deepStrictEqual(inCluster('mesh-and-cert-manager', world.inventory()), [
      'Mesh layer: Istio (istio/identity) signs for workloads with its own root, which it made and rotates itself.',
      'Mesh layer: Linkerd (linkerd/linkerd-identity) signs for workloads with an issuer that cert-manager renews.',
      'No issuer of cert-manager is here.',
    ]);
  });

  it('tell which Gateways the shim serves', () => {
    const world = new World()
      .gateway('shop', 'web', {})
      .gateway('shop', 'bare', {})
      .controller('traefik')
      .fact('certificate', certificate('web', 'le', { owner: 'gateway/shop/web' }), 'certificates');
    deepStrictEqual(inCluster('gateway-api', world.inventory()), [
      "Gateway gateway/shop/web: cert-manager's gateway-shim made certificate/shop/web for it.",
      'Gateway gateway/shop/bare: it asks for no issuer: its Secrets are made otherwise.',
      'Ingress layer: Traefik (traefik/traefik) serves gateway/shop/web and gateway/shop/bare.',
    ]);
  });

  it('tell a controller by its class where its workload is not seen', () => {
    const world = new World().ingress('shop', 'web', [{ hosts: ['web'] }], { className: 'nginx' });
    deepStrictEqual(inCluster('which-layer', world.read('issuers', 'denied', 'no').inventory()), [
      'Ingress layer: ingress-nginx, by the class, serves ingress/shop/web; its workload was not recognised.',
      'No service mesh was recognised.',
      'Not known: issuers (no).',
    ]);
  });

  it('tell which mounted TLS Secrets the ingress layer does not serve', async () => {
    const world = new World()
      .tlsSecret('shop', 'db-tls', [await makeServer(['db'])], { certificateName: 'db' })
      .tlsSecret('shop', 'web-tls', [await makeServer(['web'])])
      .ingress('shop', 'web', [{ hosts: ['web'], secretName: 'web-tls' }]);
    const pod = { namespace: 'shop', configMaps: [], secrets: ['db-tls', 'web-tls'] };
    world.fact('pod', { ...pod, name: 'db-0', frozenSecrets: ['db-tls'] }, 'pods');
    deepStrictEqual(inCluster('non-http', world.inventory()), [
      'secret/shop/db-tls, kept by certificate/shop/db, is mounted by pod/shop/db-0, by a way that never follows a renewal.',
    ]);
  });

  it('say what is not known, and never that there is none of it', () => {
    const world = new World().read('issuers', 'denied', 'issuers is forbidden');
    deepStrictEqual(inCluster('which-issuer', world.inventory()), ['Not known: issuers (issuers is forbidden).']);
  });

  it('have nothing to add to what is the same in every cluster', () => {
    deepStrictEqual(inCluster('renew-all', new World().inventory()), []);
  });
});
