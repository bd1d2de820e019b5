/** The root, the control plane and the workloads of Istio in order; the sections of an incident. */
export const istioCertificates = `\
    ISTIO_ROOT: {subject: O=cluster.local, ca: true, notBefore: now-60d, notAfter: now+3590d}
    ISTIOD: {subject: '', issuer: ISTIO_ROOT, dns: [istiod.istio-system.svc, istiod-remote.istio-system.svc, istio-pilot.istio-system.svc], notBefore: now-60d, notAfter: now+3590d}
    WEB: &svid {subject: '', issuer: ISTIO_ROOT, uris: ['spiffe://cluster.local/ns/shop/sa/web'], usages: [server, client], notBefore: now-5h, notAfter: now+19h}
    CART: {<<: *svid, uris: ['spiffe://cluster.local/ns/shop/sa/cart'], notBefore: now-3h, notAfter: now+21h}`;

/** What its control plane serves. */
export const istioServers = `\
  - {listen: ['istiod.istio-system.svc:443', 'istiod.istio-system.svc:15012', 'istiod.istio-system.svc:15017'], chain: [ISTIOD, ISTIO_ROOT]}`;

/** What its proxies hold. */
export const istioProxies = `\
  - kind: istio
    pod: shop/web-5f6d-aaa
    certificates: [{name: default, chain: [WEB, ISTIO_ROOT], state: ACTIVE}, {name: ROOTCA, trust: [ISTIO_ROOT], state: ACTIVE}]
  - kind: istio
    pod: shop/cart-7c8e-bbb
    certificates: [{name: default, chain: [CART, ISTIO_ROOT], state: ACTIVE}, {name: ROOTCA, trust: [ISTIO_ROOT], state: ACTIVE}]`;

/** Its objects. */
export const istioObjects = `\
  - {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: peerauthentications.security.istio.io}, spec: {group: security.istio.io, scope: Namespaced, names: {kind: PeerAuthentication, listKind: PeerAuthenticationList, plural: peerauthentications, singular: peerauthentication}, versions: [{name: v1, served: true, storage: true, schema: &any {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}, subresources: {status: {}}}]}}
  - {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: authorizationpolicies.security.istio.io}, spec: {group: security.istio.io, scope: Namespaced, names: {kind: AuthorizationPolicy, listKind: AuthorizationPolicyList, plural: authorizationpolicies, singular: authorizationpolicy}, versions: [{name: v1, served: true, storage: true, schema: *any, subresources: {status: {}}}]}}
  - {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: destinationrules.networking.istio.io}, spec: {group: networking.istio.io, scope: Namespaced, names: {kind: DestinationRule, listKind: DestinationRuleList, plural: destinationrules, singular: destinationrule}, versions: [{name: v1, served: true, storage: true, schema: *any, subresources: {status: {}}}]}}
  - {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: gateways.networking.istio.io}, spec: {group: networking.istio.io, scope: Namespaced, names: {kind: Gateway, listKind: GatewayList, plural: gateways, singular: gateway}, versions: [{name: v1, served: true, storage: true, schema: *any, subresources: {status: {}}}]}}
  - {apiVersion: v1, kind: Namespace, metadata: {name: istio-system}}
  - {apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {istio-injection: enabled}}}
  - apiVersion: v1
    kind: Secret
    type: istio.io/ca-root
    metadata: {name: istio-ca-secret, namespace: istio-system}
    stringData: {ca-cert.pem: '\${cert:ISTIO_ROOT}', ca-key.pem: '\${key:ISTIO_ROOT}', cert-chain.pem: '', key.pem: '', root-cert.pem: ''}
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: istio-ca-root-cert, namespace: istio-system, labels: &istio-config {istio.io/config: 'true'}}, data: &istio-root {root-cert.pem: '\${cert:ISTIO_ROOT}'}}
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: istio-ca-root-cert, namespace: shop, labels: *istio-config}, data: *istio-root}
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: istio-ca-root-cert, namespace: default, labels: *istio-config}, data: *istio-root}
  - apiVersion: v1
    kind: ConfigMap
    metadata: {name: istio, namespace: istio-system}
    data: {mesh: "trustDomain: cluster.local\\nrootNamespace: istio-system\\nenableAutoMtls: true\\n"}
  - apiVersion: v1
    kind: Pod
    metadata: {name: istiod-6d5c-ddd, namespace: istio-system, labels: {app: istiod, istio.io/rev: default}}
    spec: {nodeName: worker-1, serviceAccountName: istiod, containers: [{name: discovery, image: 'docker.io/istio/pilot:1.30.0'}]}
    status: {phase: Running, podIP: 10.244.1.20, startTime: '\${now-60d}'}
  - {apiVersion: v1, kind: Service, metadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}, spec: {selector: {app: istiod}, ports: [{name: https-dns, port: 15012, protocol: TCP}, {name: https-webhook, port: 443, targetPort: 15017, protocol: TCP}]}}
  - apiVersion: admissionregistration.k8s.io/v1
    kind: MutatingWebhookConfiguration
    metadata: {name: istio-sidecar-injector, labels: {app: sidecar-injector, istio.io/rev: default}}
    webhooks: [{name: namespace.sidecar-injector.istio.io, admissionReviewVersions: [v1], sideEffects: None, failurePolicy: Fail, timeoutSeconds: 10, namespaceSelector: {matchLabels: {istio-injection: enabled}}, clientConfig: {caBundle: '\${cert:ISTIO_ROOT|b64}', service: {name: istiod, namespace: istio-system, path: /inject, port: 443}}, rules: [{apiGroups: [''], apiVersions: ['*'], operations: [CREATE], resources: [pods], scope: '*'}]}]
  - apiVersion: admissionregistration.k8s.io/v1
    kind: ValidatingWebhookConfiguration
    metadata: {name: istio-validator-istio-system, labels: {app: istiod, istio.io/rev: default}}
    webhooks: [{name: rev.validation.istio.io, admissionReviewVersions: [v1], sideEffects: None, failurePolicy: Fail, timeoutSeconds: 10, clientConfig: {caBundle: '\${cert:ISTIO_ROOT|b64}', service: {name: istiod, namespace: istio-system, path: /validate, port: 443}}, rules: [{apiGroups: [security.istio.io, networking.istio.io], apiVersions: ['*'], operations: [CREATE, UPDATE], resources: ['*'], scope: '*'}]}]
  - {apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: {name: default, namespace: istio-system}, spec: {mtls: {mode: STRICT}}}
  - apiVersion: v1
    kind: Pod
    metadata: {name: web-5f6d-aaa, namespace: shop, labels: {app: web, security.istio.io/tlsMode: istio, service.istio.io/canonical-name: web}, annotations: {istio.io/rev: default, sidecar.istio.io/status: '{"initContainers":["istio-init","istio-proxy"],"containers":null,"revision":"default"}'}}
    spec: {nodeName: worker-1, serviceAccountName: web, containers: [{name: web, image: 'registry.example.com/web:1.8'}], initContainers: [{name: istio-init, image: 'docker.io/istio/proxyv2:1.30.0'}, {name: istio-proxy, image: 'docker.io/istio/proxyv2:1.30.0', restartPolicy: Always}]}
    status: {phase: Running, podIP: 10.244.1.30, startTime: '\${now-5d}'}
  - apiVersion: v1
    kind: Pod
    metadata: {name: cart-7c8e-bbb, namespace: shop, labels: {app: cart, security.istio.io/tlsMode: istio, service.istio.io/canonical-name: cart}, annotations: {istio.io/rev: default, sidecar.istio.io/status: '{"initContainers":["istio-init","istio-proxy"],"containers":null,"revision":"default"}'}}
    spec: {nodeName: worker-2, serviceAccountName: cart, containers: [{name: cart, image: 'registry.example.com/cart:3.1'}], initContainers: [{name: istio-init, image: 'docker.io/istio/proxyv2:1.30.0'}, {name: istio-proxy, image: 'docker.io/istio/proxyv2:1.30.0', restartPolicy: Always}]}
    status: {phase: Running, podIP: 10.244.2.30, startTime: '\${now-5d}'}`;

/** The mesh alone: what incidents of it stand on. */
export const istio = `
- id: istio
  layer: mesh
  title: Istio as it should be
  symptom: none
  expect: {verdict: no-fault, findings: []}
  certificates:
${istioCertificates}
  servers:
${istioServers}
  proxies:
${istioProxies}
  objects:
${istioObjects}
`;
