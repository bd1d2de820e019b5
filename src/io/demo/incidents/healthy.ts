import { istioCertificates, istioObjects, istioProxies, istioServers } from './istio.ts';
import { linkerdCertificates, linkerdObjects, linkerdProxies, linkerdServers } from './linkerd.ts';

/** The meshes on top of both: nothing is wrong anywhere. */
export const healthy = `
- id: healthy
  layer: mesh
  title: All three layers as they should be
  symptom: none
  extends: cert-manager
  expect: {verdict: no-fault, findings: []}
  certificates:
${istioCertificates}
${linkerdCertificates}
  servers:
${istioServers}
${linkerdServers}
  proxies:
${istioProxies}
${linkerdProxies}
  objects:
${istioObjects}
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: istio-ca-root-cert, namespace: production, labels: *istio-config}, data: *istio-root}
${linkerdObjects}
`;
