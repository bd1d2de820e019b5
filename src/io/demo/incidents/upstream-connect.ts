/** Two workloads that trust different roots. */
export const upstreamConnect = `
- id: upstream-connect
  layer: mesh
  title: The mesh root was replaced in one step; workloads trust different roots
  symptom: 'upstream connect error or disconnect/reset before headers. retried and the latest reset reason: remote connection failure, transport failure reason: TLS_error:|268435581:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:TLS_error_end'
  extends: healthy
  expect:
    verdict: root-cause-found
    rootCause: {code: ROOT_REPLACED_WITHOUT_OVERLAP, sentence: 'Secret istio-system/cacerts brought a new root without overlap; shop/web renewed its certificate and trusts only the new root, shop/cart still shows one of the old root.', object: 'secret/istio-system/cacerts#root-cert.pem'}
    evidence: [ROOTCA of shop/web and shop/cart differ., The leaf of shop/cart chains to the root that was replaced.]
    redHerrings: [Every certificate is valid by date.]

  certificates:
    NEW_ROOT: {subject: 'CN=Mesh Root,O=Example', ca: true, notBefore: now-1d, notAfter: now+3649d}
    NEW_INT: {subject: 'CN=Mesh Intermediate,O=Example', issuer: NEW_ROOT, ca: true, pathLength: 0, notBefore: now-1d, notAfter: now+729d}
    ISTIOD: {issuer: NEW_INT, notBefore: now-20h, notAfter: now+729d}
    WEB: {issuer: NEW_INT, notBefore: now-3h, notAfter: now+21h}
    CART: {notBefore: now-22h, notAfter: now+2h}

  servers:
  - {listen: ['istiod.istio-system.svc:443', 'istiod.istio-system.svc:15012', 'istiod.istio-system.svc:15017'], chain: [ISTIOD, NEW_INT, NEW_ROOT]}

  proxies:
  - kind: istio
    pod: shop/web-5f6d-aaa
    certificates: [{name: default, chain: [WEB, NEW_INT, NEW_ROOT], state: ACTIVE}, {name: ROOTCA, trust: [NEW_ROOT], state: ACTIVE}]

  objects:
  - apiVersion: v1
    kind: Secret
    metadata: {name: cacerts, namespace: istio-system}
    stringData: {ca-cert.pem: '\${cert:NEW_INT}', ca-key.pem: '\${key:NEW_INT}', cert-chain.pem: '\${cert:NEW_INT,NEW_ROOT}', root-cert.pem: '\${cert:NEW_ROOT}'}
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: istio-ca-root-cert, namespace: istio-system, labels: &istio-config {istio.io/config: 'true'}}, data: &istio-root {root-cert.pem: '\${cert:NEW_ROOT}'}}
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: istio-ca-root-cert, namespace: shop, labels: *istio-config}, data: *istio-root}
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: istio-ca-root-cert, namespace: production, labels: *istio-config}, data: *istio-root}
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: istio-ca-root-cert, namespace: default, labels: *istio-config}, data: *istio-root}
  - apiVersion: admissionregistration.k8s.io/v1
    kind: MutatingWebhookConfiguration
    metadata: {name: istio-sidecar-injector, labels: {app: sidecar-injector, istio.io/rev: default}}
    webhooks: [{name: namespace.sidecar-injector.istio.io, admissionReviewVersions: [v1], sideEffects: None, failurePolicy: Fail, timeoutSeconds: 10, namespaceSelector: {matchLabels: {istio-injection: enabled}}, clientConfig: {caBundle: '\${cert:NEW_ROOT|b64}', service: {name: istiod, namespace: istio-system, path: /inject, port: 443}}, rules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods], scope: '*'}]}]
  - apiVersion: admissionregistration.k8s.io/v1
    kind: ValidatingWebhookConfiguration
    metadata: {name: istio-validator-istio-system, labels: {app: istiod, istio.io/rev: default}}
    webhooks: [{name: rev.validation.istio.io, admissionReviewVersions: [v1], sideEffects: None, failurePolicy: Fail, timeoutSeconds: 10, clientConfig: {caBundle: '\${cert:NEW_ROOT|b64}', service: {name: istiod, namespace: istio-system, path: /validate, port: 443}}, rules: [{apiGroups: [security.istio.io, networking.istio.io], apiVersions: ['*'], operations: [CREATE, UPDATE], resources: ['*'], scope: '*'}]}]

  logs:
  - pod: shop/web-5f6d-aaa
    container: istio-proxy
    lines:
    - {at: now-2m, text: '[\${now-2m}] "GET /items HTTP/1.1" 503 URX,UF upstream_reset_before_response_started{remote_connection_failure|TLS_error:|268435581:SSL_routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:TLS_error_end} - "TLS_error:|268435581:SSL_routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:TLS_error_end" 0 167 12 - "-" "curl/8.10" "-" "cart.shop:8080" "10.244.2.30:8080" outbound|8080||cart.shop.svc.cluster.local - 10.96.4.7:8080 10.244.1.30:41234 - default'}
`;
