/** The root, the control plane and the workloads of Linkerd in order; the sections of an incident. */
export const linkerdCertificates = `\
    LINKERD_ANCHOR: {subject: CN=root.linkerd.cluster.local, ca: true, notBefore: now-60d, notAfter: now+3590d}
    LINKERD_ISSUER: {subject: CN=identity.linkerd.cluster.local, issuer: LINKERD_ANCHOR, ca: true, pathLength: 0, notBefore: now-60d, notAfter: now+305d}
    LEDGER: {subject: CN=ledger.payments.serviceaccount.identity.linkerd.cluster.local, issuer: LINKERD_ISSUER, dns: [ledger.payments.serviceaccount.identity.linkerd.cluster.local], usages: [server, client], notBefore: now-6h, notAfter: now+18h}
    INJECTOR: &linkerd-webhook {subject: CN=linkerd-proxy-injector.linkerd.svc, ca: true, usages: [server], dns: [linkerd-proxy-injector.linkerd.svc], notBefore: now-60d, notAfter: now+305d}
    SP_VALIDATOR: {<<: *linkerd-webhook, subject: CN=linkerd-sp-validator.linkerd.svc, dns: [linkerd-sp-validator.linkerd.svc]}
    POLICY_VALIDATOR: {<<: *linkerd-webhook, subject: CN=linkerd-policy-validator.linkerd.svc, dns: [linkerd-policy-validator.linkerd.svc]}`;

/** What its control plane serves. */
export const linkerdServers = `\
  - {listen: ['linkerd-proxy-injector.linkerd.svc:443'], chain: [INJECTOR]}
  - {listen: ['linkerd-sp-validator.linkerd.svc:443'], chain: [SP_VALIDATOR]}
  - {listen: ['linkerd-policy-validator.linkerd.svc:443'], chain: [POLICY_VALIDATOR]}`;

/** What its proxies hold. */
export const linkerdProxies = `\
  - kind: linkerd
    pod: payments/ledger-9d1f-ccc
    certificates: [{name: ledger.payments.serviceaccount.identity.linkerd.cluster.local, chain: [LEDGER, LINKERD_ISSUER], trust: [LINKERD_ANCHOR]}]`;

/** Its objects. */
export const linkerdObjects = `\
  - {apiVersion: v1, kind: Namespace, metadata: {name: linkerd, labels: {linkerd.io/is-control-plane: 'true'}}}
  - {apiVersion: v1, kind: Namespace, metadata: {name: payments, annotations: {linkerd.io/inject: enabled}}}
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
    status: {phase: Running, podIP: 10.244.2.43, startTime: '\${now-2d}'}`;

/** The mesh alone: what incidents of it stand on. */
export const linkerd = `
- id: linkerd
  layer: mesh
  title: Linkerd as it should be
  symptom: none
  expect: {verdict: no-fault, findings: []}
  certificates:
${linkerdCertificates}
  servers:
${linkerdServers}
  proxies:
${linkerdProxies}
  objects:
${linkerdObjects}
`;
