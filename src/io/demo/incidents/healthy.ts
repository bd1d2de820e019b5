/** The meshes on top of both: nothing is wrong anywhere. */
export const healthy = `
- id: healthy
  layer: mesh
  title: All three layers as they should be
  symptom: none
  extends: cert-manager
  expect: {verdict: no-fault, findings: []}

  certificates:
    ISTIO_ROOT: {subject: O=cluster.local, ca: true, notBefore: now-60d, notAfter: now+3590d}
    ISTIOD: {subject: '', issuer: ISTIO_ROOT, dns: [istiod.istio-system.svc, istiod-remote.istio-system.svc, istio-pilot.istio-system.svc], notBefore: now-60d, notAfter: now+3590d}
    WEB: &svid {subject: '', issuer: ISTIO_ROOT, uris: ['spiffe://cluster.local/ns/shop/sa/web'], usages: [server, client], notBefore: now-5h, notAfter: now+19h}
    CART: {<<: *svid, uris: ['spiffe://cluster.local/ns/shop/sa/cart'], notBefore: now-3h, notAfter: now+21h}
    LINKERD_ANCHOR: {subject: CN=root.linkerd.cluster.local, ca: true, notBefore: now-60d, notAfter: now+3590d}
    LINKERD_ISSUER: {subject: CN=identity.linkerd.cluster.local, issuer: LINKERD_ANCHOR, ca: true, pathLength: 0, notBefore: now-60d, notAfter: now+305d}
    LEDGER: {subject: CN=ledger.payments.serviceaccount.identity.linkerd.cluster.local, issuer: LINKERD_ISSUER, dns: [ledger.payments.serviceaccount.identity.linkerd.cluster.local], usages: [server, client], notBefore: now-6h, notAfter: now+18h}
    INJECTOR: &linkerd-webhook {subject: CN=linkerd-proxy-injector.linkerd.svc, ca: true, usages: [server], dns: [linkerd-proxy-injector.linkerd.svc], notBefore: now-60d, notAfter: now+305d}
    SP_VALIDATOR: {<<: *linkerd-webhook, subject: CN=linkerd-sp-validator.linkerd.svc, dns: [linkerd-sp-validator.linkerd.svc]}
    POLICY_VALIDATOR: {<<: *linkerd-webhook, subject: CN=linkerd-policy-validator.linkerd.svc, dns: [linkerd-policy-validator.linkerd.svc]}

  servers:
  - {listen: ['istiod.istio-system.svc:443', 'istiod.istio-system.svc:15012', 'istiod.istio-system.svc:15017'], chain: [ISTIOD, ISTIO_ROOT]}
  - {listen: ['linkerd-proxy-injector.linkerd.svc:443'], chain: [INJECTOR]}
  - {listen: ['linkerd-sp-validator.linkerd.svc:443'], chain: [SP_VALIDATOR]}
  - {listen: ['linkerd-policy-validator.linkerd.svc:443'], chain: [POLICY_VALIDATOR]}

  proxies:
  - kind: istio
    pod: shop/web-5f6d-aaa
    certificates: [{name: default, chain: [WEB, ISTIO_ROOT], state: ACTIVE}, {name: ROOTCA, trust: [ISTIO_ROOT], state: ACTIVE}]
  - kind: istio
    pod: shop/cart-7c8e-bbb
    certificates: [{name: default, chain: [CART, ISTIO_ROOT], state: ACTIVE}, {name: ROOTCA, trust: [ISTIO_ROOT], state: ACTIVE}]
  - kind: linkerd
    pod: payments/ledger-9d1f-ccc
    certificates: [{name: ledger.payments.serviceaccount.identity.linkerd.cluster.local, chain: [LEDGER, LINKERD_ISSUER], trust: [LINKERD_ANCHOR]}]

  objects:
  - {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: peerauthentications.security.istio.io}, spec: {group: security.istio.io, scope: Namespaced, names: {kind: PeerAuthentication, listKind: PeerAuthenticationList, plural: peerauthentications, singular: peerauthentication}, versions: [{name: v1, served: true, storage: true, schema: &any {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}, subresources: {status: {}}}]}}
  - {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: authorizationpolicies.security.istio.io}, spec: {group: security.istio.io, scope: Namespaced, names: {kind: AuthorizationPolicy, listKind: AuthorizationPolicyList, plural: authorizationpolicies, singular: authorizationpolicy}, versions: [{name: v1, served: true, storage: true, schema: *any, subresources: {status: {}}}]}}
  - {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: destinationrules.networking.istio.io}, spec: {group: networking.istio.io, scope: Namespaced, names: {kind: DestinationRule, listKind: DestinationRuleList, plural: destinationrules, singular: destinationrule}, versions: [{name: v1, served: true, storage: true, schema: *any, subresources: {status: {}}}]}}
  - {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: gateways.networking.istio.io}, spec: {group: networking.istio.io, scope: Namespaced, names: {kind: Gateway, listKind: GatewayList, plural: gateways, singular: gateway}, versions: [{name: v1, served: true, storage: true, schema: *any, subresources: {status: {}}}]}}
  - {apiVersion: v1, kind: Namespace, metadata: {name: istio-system}}
  - {apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {istio-injection: enabled}}}
  - {apiVersion: v1, kind: Namespace, metadata: {name: linkerd, labels: {linkerd.io/is-control-plane: 'true'}}}
  - {apiVersion: v1, kind: Namespace, metadata: {name: payments, annotations: {linkerd.io/inject: enabled}}}
  - apiVersion: v1
    kind: Secret
    type: istio.io/ca-root
    metadata: {name: istio-ca-secret, namespace: istio-system}
    stringData: {ca-cert.pem: '\${cert:ISTIO_ROOT}', ca-key.pem: '\${key:ISTIO_ROOT}', cert-chain.pem: '', key.pem: '', root-cert.pem: ''}
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: istio-ca-root-cert, namespace: istio-system, labels: &istio-config {istio.io/config: 'true'}}, data: &istio-root {root-cert.pem: '\${cert:ISTIO_ROOT}'}}
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: istio-ca-root-cert, namespace: shop, labels: *istio-config}, data: *istio-root}
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: istio-ca-root-cert, namespace: production, labels: *istio-config}, data: *istio-root}
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
    status: {phase: Running, podIP: 10.244.2.30, startTime: '\${now-5d}'}

  - {apiVersion: v1, kind: ConfigMap, metadata: {name: linkerd-identity-trust-roots, namespace: linkerd}, data: {ca-bundle.crt: '\${cert:LINKERD_ANCHOR}'}}
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: linkerd-config, namespace: linkerd}, data: {values: "identityTrustDomain: cluster.local\\nidentity: {issuer: {scheme: kubernetes.io/tls}}\\n"}}
  - apiVersion: v1
    kind: Secret
    type: kubernetes.io/tls
    metadata: {name: linkerd-identity-issuer, namespace: linkerd}
    stringData: {tls.crt: '\${cert:LINKERD_ISSUER}', tls.key: '\${key:LINKERD_ISSUER}', ca.crt: '\${cert:LINKERD_ANCHOR}'}
  - {apiVersion: v1, kind: Secret, type: kubernetes.io/tls, metadata: {name: linkerd-proxy-injector-k8s-tls, namespace: linkerd}, stringData: {tls.crt: '\${cert:INJECTOR}', tls.key: '\${key:INJECTOR}'}}
  - {apiVersion: v1, kind: Secret, type: kubernetes.io/tls, metadata: {name: linkerd-sp-validator-k8s-tls, namespace: linkerd}, stringData: {tls.crt: '\${cert:SP_VALIDATOR}', tls.key: '\${key:SP_VALIDATOR}'}}
  - {apiVersion: v1, kind: Secret, type: kubernetes.io/tls, metadata: {name: linkerd-policy-validator-k8s-tls, namespace: linkerd}, stringData: {tls.crt: '\${cert:POLICY_VALIDATOR}', tls.key: '\${key:POLICY_VALIDATOR}'}}
  - apiVersion: admissionregistration.k8s.io/v1
    kind: MutatingWebhookConfiguration
    metadata: {name: linkerd-proxy-injector-webhook-config}
    webhooks: [{name: linkerd-proxy-injector.linkerd.io, admissionReviewVersions: [v1], sideEffects: None, failurePolicy: Ignore, timeoutSeconds: 10, namespaceSelector: {matchExpressions: [{key: config.linkerd.io/admission-webhooks, operator: NotIn, values: [disabled]}]}, clientConfig: {caBundle: '\${cert:INJECTOR|b64}', service: {name: linkerd-proxy-injector, namespace: linkerd, path: /, port: 443}}, rules: [{apiGroups: [''], apiVersions: ['*'], operations: [CREATE], resources: [pods, services], scope: '*'}]}]
  - apiVersion: admissionregistration.k8s.io/v1
    kind: ValidatingWebhookConfiguration
    metadata: {name: linkerd-sp-validator-webhook-config}
    webhooks: [{name: linkerd-sp-validator.linkerd.io, admissionReviewVersions: [v1], sideEffects: None, failurePolicy: Ignore, timeoutSeconds: 10, clientConfig: {caBundle: '\${cert:SP_VALIDATOR|b64}', service: {name: linkerd-sp-validator, namespace: linkerd, path: /, port: 443}}, rules: [{apiGroups: [linkerd.io], apiVersions: ['*'], operations: [CREATE, UPDATE], resources: [serviceprofiles], scope: '*'}]}]
  - apiVersion: admissionregistration.k8s.io/v1
    kind: ValidatingWebhookConfiguration
    metadata: {name: linkerd-policy-validator-webhook-config}
    webhooks: [{name: linkerd-policy-validator.linkerd.io, admissionReviewVersions: [v1], sideEffects: None, failurePolicy: Ignore, timeoutSeconds: 10, clientConfig: {caBundle: '\${cert:POLICY_VALIDATOR|b64}', service: {name: linkerd-policy-validator, namespace: linkerd, path: /, port: 443}}, rules: [{apiGroups: [policy.linkerd.io], apiVersions: ['*'], operations: [CREATE, UPDATE], resources: ['*'], scope: '*'}]}]
  - apiVersion: v1
    kind: Pod
    metadata: {name: linkerd-identity-79b8-eee, namespace: linkerd, labels: {linkerd.io/control-plane-component: identity, linkerd.io/control-plane-ns: linkerd}}
    spec: {nodeName: worker-2, serviceAccountName: linkerd-identity, containers: [{name: identity, image: 'cr.l5d.io/linkerd/controller:edge-26.8.3', volumeMounts: [{name: issuer, mountPath: /var/run/linkerd/identity/issuer}, {name: roots, mountPath: /var/run/linkerd/identity/trust-roots/}]}], volumes: [{name: issuer, secret: {secretName: linkerd-identity-issuer}}, {name: roots, configMap: {name: linkerd-identity-trust-roots}}]}
    status: {phase: Running, podIP: 10.244.2.40, startTime: '\${now-60d}'}
  - apiVersion: v1
    kind: Pod
    metadata: {name: linkerd-proxy-injector-68b7-fff, namespace: linkerd, labels: {linkerd.io/control-plane-component: proxy-injector, linkerd.io/control-plane-ns: linkerd}}
    spec: {nodeName: worker-2, serviceAccountName: linkerd-proxy-injector, containers: [{name: proxy-injector, image: 'cr.l5d.io/linkerd/controller:edge-26.8.3', volumeMounts: [{name: tls, mountPath: /var/run/linkerd/tls}]}], volumes: [{name: tls, secret: {secretName: linkerd-proxy-injector-k8s-tls}}]}
    status: {phase: Running, podIP: 10.244.2.41, startTime: '\${now-60d}'}
  - apiVersion: v1
    kind: Pod
    metadata: {name: linkerd-destination-5b6c-ggg, namespace: linkerd, labels: {linkerd.io/control-plane-component: destination, linkerd.io/control-plane-ns: linkerd}}
    spec: {nodeName: worker-2, serviceAccountName: linkerd-destination, containers: [{name: sp-validator, image: 'cr.l5d.io/linkerd/controller:edge-26.8.3', volumeMounts: [{name: sp-tls, mountPath: /var/run/linkerd/tls}]}, {name: policy, image: 'cr.l5d.io/linkerd/policy-controller:edge-26.8.3', volumeMounts: [{name: policy-tls, mountPath: /var/run/linkerd/tls}]}], volumes: [{name: sp-tls, secret: {secretName: linkerd-sp-validator-k8s-tls}}, {name: policy-tls, secret: {secretName: linkerd-policy-validator-k8s-tls}}]}
    status: {phase: Running, podIP: 10.244.2.42, startTime: '\${now-60d}'}
  - apiVersion: v1
    kind: Pod
    metadata: {name: ledger-9d1f-ccc, namespace: payments, labels: {app: ledger, linkerd.io/control-plane-ns: linkerd}, annotations: {linkerd.io/inject: enabled, linkerd.io/proxy-version: edge-26.8.3}}
    spec:
      nodeName: worker-2
      serviceAccountName: ledger
      containers: [{name: ledger, image: 'registry.example.com/ledger:5.0'}]
      initContainers: [{name: linkerd-init, image: 'cr.l5d.io/linkerd/proxy-init:v2.4.2'}, {name: linkerd-proxy, image: 'cr.l5d.io/linkerd/proxy:edge-26.8.3', restartPolicy: Always, env: [{name: LINKERD2_PROXY_IDENTITY_TRUST_ANCHORS, value: '\${cert:LINKERD_ANCHOR}'}]}]
    status: {phase: Running, podIP: 10.244.2.43, startTime: '\${now-2d}'}
`;
