import assert from 'node:assert/strict';
import { check, exitCodeOf } from '../../src/app/check.ts';
import { DEFAULT_POLICY } from '../../src/core/model/policy.ts';
import { takeInventory } from '../../src/core/snapshot/inventory.ts';
import { BUILT_IN_IDS, builtInIncident } from '../../src/io/demo/incidents/catalogue.ts';
import { parsePlanting } from '../../src/io/demo/planting/parse.ts';
import { demoPorts } from '../../src/io/demo/ports.ts';
import { NOW } from '../support/fake-ports.ts';
import { look } from '../testbed/look.ts';

/** Istio, whose new root is plugged in three days ago and published beside the former one. */
const rotation = (web: string, webTrusts = 'ISTIO_ROOT, NEXT') => `- id: rotation
  layer: mesh
  title: A root is rotated
  symptom: none
  extends: istio
  without: [secret/istio-system/istio-ca-secret]
  certificates:
    NEXT: {subject: O=next, ca: true, notBefore: now-3d, notAfter: now+3600d}
    INT: {subject: CN=intermediate, issuer: NEXT, ca: true, notBefore: now-3d, notAfter: now+3600d}
    ISTIOD: {issuer: INT, notBefore: now-3d}
    WEB: {issuer: ${web}}
    CART: {issuer: INT}
  servers:
  - {listen: ['istiod.istio-system.svc:443', 'istiod.istio-system.svc:15012', 'istiod.istio-system.svc:15017'], chain: [ISTIOD, INT, NEXT]}
  proxies:
  - {kind: istio, pod: shop/web-5f6d-aaa, certificates: [{name: default, chain: [WEB${web === 'INT' ? ', INT, NEXT' : ', ISTIO_ROOT'}], state: ACTIVE}, {name: ROOTCA, trust: [${webTrusts}], state: ACTIVE}]}
  - {kind: istio, pod: shop/cart-7c8e-bbb, certificates: [{name: default, chain: [CART, INT, NEXT], state: ACTIVE}, {name: ROOTCA, trust: [ISTIO_ROOT, NEXT], state: ACTIVE}]}
  objects:
  - apiVersion: v1
    kind: Secret
    metadata: {name: cacerts, namespace: istio-system}
    stringData: {ca-cert.pem: '\${cert:INT}', ca-key.pem: '\${key:INT}', cert-chain.pem: '\${cert:INT,NEXT}', root-cert.pem: '\${cert:ISTIO_ROOT,NEXT}'}
${['istio-system', 'shop', 'default']
  .map(
    (namespace) =>
      `  - {apiVersion: v1, kind: ConfigMap, metadata: {name: istio-ca-root-cert, namespace: ${namespace}}, data: {root-cert.pem: '\${cert:ISTIO_ROOT,NEXT}'}}`,
  )
  .join('\n')}
  - {apiVersion: admissionregistration.k8s.io/v1, kind: MutatingWebhookConfiguration, metadata: {name: istio-sidecar-injector, labels: {istio.io/rev: default}}, webhooks: [{name: namespace.sidecar-injector.istio.io, admissionReviewVersions: [v1], sideEffects: None, clientConfig: {caBundle: '\${cert:ISTIO_ROOT,NEXT|b64}', service: {name: istiod, namespace: istio-system, path: /inject, port: 443}}}]}
  - {apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: {name: istio-validator-istio-system, labels: {istio.io/rev: default}}, webhooks: [{name: rev.validation.istio.io, admissionReviewVersions: [v1], sideEffects: None, clientConfig: {caBundle: '\${cert:ISTIO_ROOT,NEXT|b64}', service: {name: istiod, namespace: istio-system, path: /validate, port: 443}}}]}
`;

async function verdict(text: string) {
  const [incident] = parsePlanting(text, { file: 'rotation.yaml', known: BUILT_IN_IDS.map(builtInIncident) });
  const snapshot = await look(await demoPorts({ incident: incident!, now: NOW }), { layers: ['mesh', 'none'] });
  const opened = { inventory: takeInventory(snapshot), snapshot, now: NOW };
  const { report, status } = check(opened, { targets: [], policy: DEFAULT_POLICY });
  const { findings } = report.document as unknown as {
    findings: { code: string; severity: string; message: string; also?: string[] }[];
  };
  return { findings, exit: exitCodeOf(status, 'warning') };
}

describe('whether the former root of a mesh may go', () => {
  it('is answered by the exit code: no, and who still shows a certificate of it is named', async () => {
    const { findings, exit } = await verdict(rotation('ISTIO_ROOT'));
    const loud = findings.filter(({ severity }) => severity !== 'info');
    assert.deepEqual(
      loud.map(({ code, also }) => [code, also]),
      [['ROOT_ROTATION_UNFINISHED', ['pod/shop/web-5f6d-aaa']]],
      loud.map(({ message }) => message).join('\n'),
    );
    assert.equal(exit, 1);
  });

  it('is answered by the exit code: yes, once nobody does', async () => {
    const { findings, exit } = await verdict(rotation('INT'));
    assert.deepEqual(
      findings.filter(({ severity }) => severity !== 'info'),
      [],
    );
    assert.ok(findings.some(({ code }) => code === 'OLD_ROOT_REMOVABLE'));
    assert.equal(exit, 0);
  });

  it('is no where one does not trust the newer one: it would be left with no peer', async () => {
    const { exit, findings } = await verdict(rotation('INT', 'ISTIO_ROOT'));
    assert.ok(findings.some(({ code }) => code === 'ROOT_ROTATION_UNFINISHED'));
    assert.equal(exit, 2);
  });
});
