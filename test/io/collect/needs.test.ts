import assert from 'node:assert/strict';
import { caBundles } from '../../../src/io/collect/cluster/ca-bundles.ts';
import { configMaps } from '../../../src/io/collect/cluster/config-maps.ts';
import { csrs } from '../../../src/io/collect/cluster/csrs.ts';
import { pods } from '../../../src/io/collect/cluster/pods.ts';
import { certificateRequests } from '../../../src/io/collect/ingress/certificate-requests.ts';
import { certificates } from '../../../src/io/collect/ingress/certificates.ts';
import { gateways } from '../../../src/io/collect/ingress/gateways.ts';
import { ingresses } from '../../../src/io/collect/ingress/ingresses.ts';
import { issuers } from '../../../src/io/collect/ingress/issuers.ts';
import { secrets } from '../../../src/io/collect/ingress/secrets.ts';
import { meshBundles } from '../../../src/io/collect/mesh/bundles.ts';
import type { Source } from '../../../src/io/collect/source.ts';
import { objectKube, serve } from '../../support/object-kube.ts';
import { runSources } from '../../support/run-sources.ts';

/** Enough of a cluster for each source to ask all that it ever asks. */
const CLUSTER = [
  serve.gateway({
    metadata: { namespace: 'edge', name: 'gw' },
    spec: { listeners: [{ name: 'a', tls: { certificateRefs: [{ name: 'x', namespace: 'certs' }] } }] },
  }),
];
const TARGET = { kind: 'object', text: 'secret/x', objectKind: 'secret', name: 'x' } as const;
const SOURCES: readonly Source[] = [
  caBundles,
  configMaps,
  csrs,
  pods,
  certificateRequests,
  certificates,
  gateways,
  ingresses,
  issuers,
  secrets,
  meshBundles,
];

describe('the rights that a source declares', () => {
  for (const source of SOURCES) {
    it(`are those that ${source.title} use, no more and no fewer`, async () => {
      const kube = objectKube(CLUSTER, { served: ['/api/v1/secrets', '/api/v1/configmaps'] });
      await runSources([source], kube, { scope: { targets: [TARGET] } });
      const used = new Set(kube.requests.map(({ path }) => rightFor(path)));
      const declared = source.needs.map((need) => {
        assert.equal(need.kind, 'rbac');
        return `${need.verb} ${need.resource} in ${need.group}`;
      });
      assert.deepEqual([...used].sort(), [...new Set(declared)].sort());
    });
  }
});

/** `list secrets in ` of a path; nothing here asks discovery, which needs no right. */
function rightFor(path: string): string {
  const [, group = '', rest = ''] =
    /^\/(?:api\/v1|apis\/([^/]+)\/[^/]+)\/(?:namespaces\/[^/]+\/)?(.+)$/.exec(path) ?? [];
  const [resource, name] = rest.split('/');
  return `${name === undefined ? 'list' : 'get'} ${resource} in ${group}`;
}
