import type { Incident } from '../../src/io/demo/planting/form.ts';
import { parsePlanting } from '../../src/io/demo/planting/parse.ts';

/** What is wrong in any cluster on any day, true, and no part of the story: in namespaces and under names of its own. */
const [NOISE] = parsePlanting(
  `- id: noise
  layer: ingress
  title: What is wrong everywhere
  symptom: none
  certificates:
    NOISE_CA: {subject: 'CN=Noise CA', ca: true, notBefore: now-900d, notAfter: now+900d}
    NOISE_OLD: {subject: CN=old.noise.example, issuer: NOISE_CA, dns: [old.noise.example], notBefore: now-400d, notAfter: now-35d}
    NOISE_OTHER: {subject: CN=one.noise.example, issuer: NOISE_CA, dns: [one.noise.example], notBefore: now-10d, notAfter: now+80d}
    NOISE_SOON: {subject: CN=soon.noise.example, issuer: NOISE_CA, dns: [soon.noise.example], notBefore: now-87d, notAfter: now+3d}
    NOISE_NODE: {subject: 'CN=system:node:noise-1,O=system:nodes', dns: [noise-1], ips: [10.99.0.1]}
  objects:
  - {apiVersion: v1, kind: Secret, type: kubernetes.io/tls, metadata: {name: old-tls, namespace: noise}, stringData: {tls.crt: '\${cert:NOISE_OLD}', tls.key: '\${key:NOISE_OLD}', ca.crt: '\${cert:NOISE_CA}'}}
  - {apiVersion: v1, kind: Secret, type: kubernetes.io/tls, metadata: {name: other-tls, namespace: noise}, stringData: {tls.crt: '\${cert:NOISE_OTHER}', tls.key: '\${key:NOISE_OTHER}', ca.crt: '\${cert:NOISE_CA}'}}
  - {apiVersion: v1, kind: Secret, type: kubernetes.io/tls, metadata: {name: unused-tls, namespace: noise}, stringData: {tls.crt: '\${cert:NOISE_OTHER}', tls.key: '\${key:NOISE_OTHER}', ca.crt: '\${cert:NOISE_CA}'}}
  - apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {name: old, namespace: noise}
    spec: {ingressClassName: noise, tls: [{hosts: [old.noise.example], secretName: old-tls}], rules: [{host: old.noise.example, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: app, port: {number: 80}}}}]}}]}
  - apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {name: two, namespace: noise}
    spec: {ingressClassName: noise, tls: [{hosts: [two.noise.example], secretName: other-tls}], rules: [{host: two.noise.example, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: app, port: {number: 80}}}}]}}]}
  - apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {name: gone, namespace: noise}
    spec: {ingressClassName: noise, tls: [{hosts: [gone.noise.example], secretName: gone-tls}], rules: [{host: gone.noise.example, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: app, port: {number: 80}}}}]}}]}
  - apiVersion: cert-manager.io/v1
    kind: ClusterIssuer
    metadata: {name: noise}
    spec: {acme: {server: 'https://acme.noise.example/directory', privateKeySecretRef: {name: noise-account}, solvers: [{http01: {ingress: {ingressClassName: noise}}}]}}
    status: {conditions: [{type: Ready, status: 'True', reason: ACMEAccountRegistered, message: The ACME account was registered with the ACME server, lastTransitionTime: '\${now-80d}'}]}
  - apiVersion: cert-manager.io/v1
    kind: Certificate
    metadata: {name: soon-tls, namespace: noise}
    spec: {secretName: soon-tls, dnsNames: [soon.noise.example], issuerRef: {name: noise, kind: ClusterIssuer, group: cert-manager.io}}
    status:
      revision: 1
      notBefore: \${notBefore:NOISE_SOON}
      notAfter: \${notAfter:NOISE_SOON}
      renewalTime: \${now-27d}
      lastFailureTime: \${now-20h}
      failedIssuanceAttempts: 9
      conditions:
      - {type: Ready, status: 'True', reason: Ready, message: Certificate is up to date and has not expired, lastTransitionTime: '\${now-87d}'}
      - {type: Issuing, status: 'False', reason: Failed, message: 'The certificate request has failed to complete and will be retried: Failed to wait for order resource "soon-tls-2-1234" to become ready: order is in "invalid" state', lastTransitionTime: '\${now-20h}'}
  - apiVersion: v1
    kind: Secret
    type: kubernetes.io/tls
    metadata: {name: soon-tls, namespace: noise, labels: {controller.cert-manager.io/fao: 'true'}, annotations: {cert-manager.io/certificate-name: soon-tls, cert-manager.io/issuer-name: noise, cert-manager.io/issuer-kind: ClusterIssuer, cert-manager.io/issuer-group: cert-manager.io}}
    stringData: {tls.crt: '\${cert:NOISE_SOON}', tls.key: '\${key:NOISE_SOON}', ca.crt: '\${cert:NOISE_CA}'}
  - apiVersion: certificates.k8s.io/v1
    kind: CertificateSigningRequest
    metadata: {name: csr-noise}
    spec: {signerName: kubernetes.io/kubelet-serving, username: 'system:node:noise-1', groups: ['system:nodes', 'system:authenticated'], usages: [digital signature, server auth], request: '\${csr:NOISE_NODE|b64}'}
`,
  { file: 'noise.yaml' },
) as [Incident];

/** The incident in a cluster in which other things are wrong as well. */
export function withNoise(incident: Incident): Incident {
  return {
    ...incident,
    certificates: { ...incident.certificates, ...NOISE.certificates },
    objects: [...(incident.objects ?? []), ...(NOISE.objects ?? [])],
  };
}
