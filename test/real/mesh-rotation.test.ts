import assert from 'node:assert/strict';
import { check } from '../../src/core/check/check.ts';
import { DEFAULT_POLICY } from '../../src/core/model/policy.ts';
import { takeInventory } from '../../src/core/snapshot/inventory.ts';
import { BUILT_IN_IDS, builtInIncident } from '../../src/io/demo/incidents/catalogue.ts';
import type { Incident } from '../../src/io/demo/planting/form.ts';
import { parsePlanting } from '../../src/io/demo/planting/parse.ts';
import { useOwnBed } from '../testbed/fixture.ts';
import { lookAtBed } from '../testbed/look.ts';
import { plant } from '../testbed/plant.ts';

const leaf = (name: string, issuer: string, dates: string) =>
  `    ${name.toUpperCase()}: {subject: '', issuer: ${issuer}, uris: ['spiffe://cluster.local/ns/shop/sa/${name}'], usages: [server, client], ${dates}}`;
const pod = (name: string) =>
  `  - {apiVersion: v1, kind: Pod, metadata: {name: ${name}, namespace: shop, labels: {app: ${name}}}, spec: {nodeName: worker-1, serviceAccountName: ${name}, containers: [{name: app, image: 'registry.example.com/app:1'}, {name: istio-proxy, image: 'docker.io/istio/proxyv2:1.30.0'}]}, status: {phase: Running, podIP: 10.244.9.9, startTime: '\${now-5d}'}}`;
const proxy = (name: string, root: string) =>
  `  - {kind: istio, pod: shop/${name}, certificates: [{name: default, chain: [${name.toUpperCase()}, ${root}], state: ACTIVE}, {name: ROOTCA, trust: [${root}], state: ACTIVE}]}`;

const MESH = `- id: rotations
  layer: mesh
  title: proxies of Istio that hold what they should not
  symptom: none
  extends: istio
  certificates:
    OTHER_ROOT: {subject: O=elsewhere, ca: true, notBefore: now-60d, notAfter: now+3590d}
${leaf('late', 'ISTIO_ROOT', 'notBefore: now-17h, notAfter: now+7h')}
${leaf('gone', 'ISTIO_ROOT', 'notBefore: now-25h, notAfter: now-1h')}
${leaf('foreign', 'OTHER_ROOT', 'notBefore: now-2h, notAfter: now+22h')}
  objects:
${['late', 'gone', 'foreign'].map(pod).join('\n')}
  proxies:
${proxy('late', 'ISTIO_ROOT')}
${proxy('gone', 'ISTIO_ROOT')}
${proxy('foreign', 'OTHER_ROOT')}
`;

describe('proxies planted on a real API server, whose answers come through its port-forward', function () {
  this.timeout(240_000);
  const bed = useOwnBed('core', 'kwok');

  it('are found expired, of another root, and stuck in their rotation; those in order are not', async () => {
    const [incident] = parsePlanting(MESH, { file: 'mesh.yaml', known: BUILT_IN_IDS.map(builtInIncident) }) as [
      Incident,
    ];
    const snapshot = await lookAtBed(await plant(bed, incident), { layers: ['mesh'] });
    const { findings } = check(takeInventory(snapshot), DEFAULT_POLICY, Date.parse(snapshot.takenAt));
    const said = findings
      // No istiod runs here, and that it was not seen is said.
      .filter(({ layer, placement }) => layer === 'mesh' && placement !== 'source/istio-control-planes')
      .map(({ code, placement, explainedBy }) =>
        [code, placement, ...(explainedBy ? [explainedBy.code] : [])].join(' '),
      );
    assert.deepEqual(said.sort(), [
      'CERT_EXPIRED pod/shop/gone#sds/default',
      'CERT_EXPIRING pod/shop/late#sds/default ROTATION_STUCK',
      'ROOT_REPLACED_WITHOUT_OVERLAP configmap/istio-system/istio-ca-root-cert#root-cert.pem',
      'ROTATION_STUCK pod/shop/late#sds/default',
    ]);
    const foreign = findings.find(({ code }) => code === 'ROOT_REPLACED_WITHOUT_OVERLAP');
    assert.deepEqual(
      foreign?.also?.filter((place) => place.startsWith('pod/')),
      ['pod/shop/foreign'],
    );
  });
});
