/** The ingress layer on the kubeadm cluster. */
export const certManager = `
- id: cert-manager
  layer: ingress
  title: The kubeadm cluster with cert-manager, ingress-nginx and a Gateway; nothing is wrong
  symptom: none
  extends: kubeadm

  trusted: [PUBLIC_ROOT]
  certificates:
    PUBLIC_ROOT: {subject: 'CN=ISRG Root X2,O=Internet Security Research Group,C=US', ca: true, notBefore: now-6y, notAfter: now+9y}
    PUBLIC_INT: {subject: "CN=E8,O=Let's Encrypt,C=US", issuer: PUBLIC_ROOT, ca: true, pathLength: 0, notBefore: now-2y, notAfter: now+2y}
    APP: &public {subject: CN=app.example.com, issuer: PUBLIC_INT, dns: [app.example.com], notBefore: now-30d, notAfter: now+60d}
    SHOP: {<<: *public, subject: CN=shop.example.com, dns: [shop.example.com, www.shop.example.com], notBefore: now-20d, notAfter: now+70d}
    WILDCARD: {<<: *public, subject: 'CN=*.example.com', dns: ['*.example.com'], notBefore: now-10d, notAfter: now+80d}
    WWW: {<<: *public, subject: CN=www.example.com, dns: [www.example.com, example.com], notBefore: now-5d, notAfter: now+85d}
    NGINX_FAKE: {subject: 'CN=Kubernetes Ingress Controller Fake Certificate,O=Acme Co', dns: [ingress.local], notBefore: now-40d, notAfter: now+325d}
    VAULT_ROOT: {subject: CN=Example Internal Root, ca: true, notBefore: now-2y, notAfter: now+8y}
    VAULT_INT: {subject: CN=Example Internal Issuing CA, issuer: VAULT_ROOT, ca: true, pathLength: 0, notBefore: now-1y, notAfter: now+4y}
    PAYMENT: {subject: CN=payment-api.production.svc.cluster.local, issuer: VAULT_INT, dns: [payment-api.production.svc.cluster.local, payment-api.internal.example.com], notBefore: now-5d, notAfter: now+25d}
    PRIVATE_CA: {subject: CN=internal-ca, ca: true, notBefore: now-100d, notAfter: now+1725d}
    ORDERS: {subject: CN=orders.internal.example.com, issuer: PRIVATE_CA, dns: [orders.internal.example.com], notBefore: now-20d, notAfter: now+70d}
    CM_WEBHOOK_CA: {subject: CN=cert-manager-webhook-ca, ca: true, notBefore: now-60d, notAfter: now+305d}
    CM_WEBHOOK: {subject: '', issuer: CM_WEBHOOK_CA, dns: [cert-manager-webhook, cert-manager-webhook.cert-manager, cert-manager-webhook.cert-manager.svc], notBefore: now-60d, notAfter: now+305d}
    ADMISSION_CA: {subject: O=nil1, ca: true, notBefore: now-60d, notAfter: now+99y}
    ADMISSION: {subject: O=nil2, issuer: ADMISSION_CA, dns: [ingress-nginx-controller-admission, ingress-nginx-controller-admission.ingress-nginx.svc], notBefore: now-60d, notAfter: now+99y}

  servers:
  - listen: ['203.0.113.10:443', 'app.example.com:443', 'shop.example.com:443', 'www.shop.example.com:443', 'api.example.com:443', 'docs.example.com:443', 'orders.internal.example.com:443']
    chain: [NGINX_FAKE]
    sni:
      app.example.com: [APP, PUBLIC_INT]
      shop.example.com: [SHOP, PUBLIC_INT]
      www.shop.example.com: [SHOP, PUBLIC_INT]
      api.example.com: [WILDCARD, PUBLIC_INT]
      docs.example.com: [WILDCARD, PUBLIC_INT]
      orders.internal.example.com: [ORDERS]
    http: {/: {status: 200}}
  - {listen: ['203.0.113.20:443', 'www.example.com:443', 'example.com:443'], chain: [WWW, PUBLIC_INT], http: {/: {status: 200}}}
  - {listen: ['cert-manager-webhook.cert-manager.svc:443'], chain: [CM_WEBHOOK, CM_WEBHOOK_CA]}
  - {listen: ['ingress-nginx-controller-admission.ingress-nginx.svc:443'], chain: [ADMISSION]}

  objects:
  - {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: certificates.cert-manager.io}, spec: {group: cert-manager.io, scope: Namespaced, names: {kind: Certificate, listKind: CertificateList, plural: certificates, singular: certificate}, versions: [{name: v1, served: true, storage: true, schema: &any {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}, subresources: {status: {}}}]}}
  - {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: certificaterequests.cert-manager.io}, spec: {group: cert-manager.io, scope: Namespaced, names: {kind: CertificateRequest, listKind: CertificateRequestList, plural: certificaterequests, singular: certificaterequest}, versions: [{name: v1, served: true, storage: true, schema: *any, subresources: {status: {}}}]}}
  - {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: issuers.cert-manager.io}, spec: {group: cert-manager.io, scope: Namespaced, names: {kind: Issuer, listKind: IssuerList, plural: issuers, singular: issuer}, versions: [{name: v1, served: true, storage: true, schema: *any, subresources: {status: {}}}]}}
  - {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: clusterissuers.cert-manager.io}, spec: {group: cert-manager.io, scope: Cluster, names: {kind: ClusterIssuer, listKind: ClusterIssuerList, plural: clusterissuers, singular: clusterissuer}, versions: [{name: v1, served: true, storage: true, schema: *any, subresources: {status: {}}}]}}
  - {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: orders.acme.cert-manager.io}, spec: {group: acme.cert-manager.io, scope: Namespaced, names: {kind: Order, listKind: OrderList, plural: orders, singular: order}, versions: [{name: v1, served: true, storage: true, schema: *any, subresources: {status: {}}}]}}
  - {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: challenges.acme.cert-manager.io}, spec: {group: acme.cert-manager.io, scope: Namespaced, names: {kind: Challenge, listKind: ChallengeList, plural: challenges, singular: challenge}, versions: [{name: v1, served: true, storage: true, schema: *any, subresources: {status: {}}}]}}
  - {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: gatewayclasses.gateway.networking.k8s.io, annotations: {api-approved.kubernetes.io: 'https://github.com/kubernetes-sigs/gateway-api/pull/2997'}}, spec: {group: gateway.networking.k8s.io, scope: Cluster, names: {kind: GatewayClass, listKind: GatewayClassList, plural: gatewayclasses, singular: gatewayclass}, versions: [{name: v1, served: true, storage: true, schema: *any, subresources: {status: {}}}]}}
  - {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: gateways.gateway.networking.k8s.io, annotations: {api-approved.kubernetes.io: 'https://github.com/kubernetes-sigs/gateway-api/pull/2997'}}, spec: {group: gateway.networking.k8s.io, scope: Namespaced, names: {kind: Gateway, listKind: GatewayList, plural: gateways, singular: gateway}, versions: [{name: v1, served: true, storage: true, schema: *any, subresources: {status: {}}}]}}
  - {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: httproutes.gateway.networking.k8s.io, annotations: {api-approved.kubernetes.io: 'https://github.com/kubernetes-sigs/gateway-api/pull/2997'}}, spec: {group: gateway.networking.k8s.io, scope: Namespaced, names: {kind: HTTPRoute, listKind: HTTPRouteList, plural: httproutes, singular: httproute}, versions: [{name: v1, served: true, storage: true, schema: *any, subresources: {status: {}}}]}}
  - {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: listenersets.gateway.networking.k8s.io, annotations: {api-approved.kubernetes.io: 'https://github.com/kubernetes-sigs/gateway-api/pull/2997'}}, spec: {group: gateway.networking.k8s.io, scope: Namespaced, names: {kind: ListenerSet, listKind: ListenerSetList, plural: listenersets, singular: listenerset}, versions: [{name: v1, served: true, storage: true, schema: *any, subresources: {status: {}}}]}}
  - {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: referencegrants.gateway.networking.k8s.io, annotations: {api-approved.kubernetes.io: 'https://github.com/kubernetes-sigs/gateway-api/pull/2997'}}, spec: {group: gateway.networking.k8s.io, scope: Namespaced, names: {kind: ReferenceGrant, listKind: ReferenceGrantList, plural: referencegrants, singular: referencegrant}, versions: [{name: v1beta1, served: true, storage: true, schema: *any, subresources: {status: {}}}]}}
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: kube-root-ca.crt, namespace: production}, data: &root-ca {ca.crt: '\${cert:CA}'}}
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: kube-root-ca.crt, namespace: cert-manager}, data: *root-ca}
  - apiVersion: cert-manager.io/v1
    kind: ClusterIssuer
    metadata: {name: letsencrypt-prod}
    spec:
      acme:
        server: https://acme-v02.api.letsencrypt.org/directory
        email: platform-team@example.com
        privateKeySecretRef: {name: letsencrypt-prod-key}
        solvers:
        - http01: {ingress: {ingressClassName: nginx}}
        - selector: {dnsNames: ['*.example.com']}
          dns01: {route53: {region: eu-central-1, accessKeyIDSecretRef: {name: route53-credentials, key: access-key-id}, secretAccessKeySecretRef: {name: route53-credentials, key: secret-access-key}}}
    status: {acme: {uri: 'https://acme-v02.api.letsencrypt.org/acme/acct/1'}, conditions: [{type: Ready, status: 'True', reason: ACMEAccountRegistered, message: The ACME account was registered with the ACME server, lastTransitionTime: '\${now-60d}'}]}
  - apiVersion: cert-manager.io/v1
    kind: ClusterIssuer
    metadata: {name: vault-internal}
    spec: {vault: {server: 'https://vault.internal:8200', path: pki_int/sign/internal-service, auth: {kubernetes: {role: cert-manager, mountPath: /v1/auth/kubernetes, serviceAccountRef: {name: cert-manager}}}}}
    status: {conditions: [{type: Ready, status: 'True', reason: VaultVerified, message: Vault verified, lastTransitionTime: '\${now-60d}'}]}
  - apiVersion: cert-manager.io/v1
    kind: ClusterIssuer
    metadata: {name: internal-ca}
    spec: {ca: {secretName: internal-ca}}
    status: {conditions: [{type: Ready, status: 'True', reason: KeyPairVerified, message: Signing CA verified, lastTransitionTime: '\${now-60d}'}]}
  - apiVersion: cert-manager.io/v1
    kind: ClusterIssuer
    metadata: {name: selfsigned}
    spec: {selfSigned: {}}
    status: {conditions: [{type: Ready, status: 'True', reason: IsReady, message: '', lastTransitionTime: '\${now-60d}'}]}

  - apiVersion: cert-manager.io/v1
    kind: Certificate
    metadata: {name: app-tls, namespace: production}
    spec: {secretName: app-tls, dnsNames: [app.example.com], privateKey: {algorithm: ECDSA}, issuerRef: &letsencrypt {name: letsencrypt-prod, kind: ClusterIssuer, group: cert-manager.io}}
    status: {revision: 3, notBefore: '\${notBefore:APP}', notAfter: '\${notAfter:APP}', renewalTime: '\${now+30d}', conditions: &is-ready [{type: Ready, status: 'True', reason: Ready, message: Certificate is up to date and has not expired, lastTransitionTime: '\${now-30d}', observedGeneration: 1}]}
  - apiVersion: cert-manager.io/v1
    kind: Certificate
    metadata: {name: shop-tls, namespace: production}
    spec: {secretName: shop-tls, dnsNames: [shop.example.com, www.shop.example.com], privateKey: {algorithm: ECDSA}, issuerRef: *letsencrypt}
    status: {revision: 2, notBefore: '\${notBefore:SHOP}', notAfter: '\${notAfter:SHOP}', renewalTime: '\${now+40d}', conditions: *is-ready}
  - apiVersion: cert-manager.io/v1
    kind: Certificate
    metadata: {name: wildcard-example-com, namespace: production}
    spec: {secretName: wildcard-example-com, dnsNames: ['*.example.com'], privateKey: {algorithm: ECDSA}, issuerRef: *letsencrypt}
    status: {revision: 4, notBefore: '\${notBefore:WILDCARD}', notAfter: '\${notAfter:WILDCARD}', renewalTime: '\${now+50d}', conditions: *is-ready}
  - apiVersion: cert-manager.io/v1
    kind: Certificate
    metadata: {name: www-tls, namespace: gateways}
    spec: {secretName: www-tls, dnsNames: [www.example.com, example.com], privateKey: {algorithm: ECDSA}, issuerRef: *letsencrypt}
    status: {revision: 1, notBefore: '\${notBefore:WWW}', notAfter: '\${notAfter:WWW}', renewalTime: '\${now+55d}', conditions: *is-ready}
  - apiVersion: cert-manager.io/v1
    kind: Certificate
    metadata: {name: payment-api-tls, namespace: production}
    spec: {secretName: payment-api-tls, dnsNames: [payment-api.production.svc.cluster.local, payment-api.internal.example.com], duration: 720h0m0s, renewBefore: 240h0m0s, privateKey: {algorithm: ECDSA, size: 256}, issuerRef: {name: vault-internal, kind: ClusterIssuer, group: cert-manager.io}}
    status: {revision: 7, notBefore: '\${notBefore:PAYMENT}', notAfter: '\${notAfter:PAYMENT}', renewalTime: '\${now+15d}', conditions: *is-ready}
  - apiVersion: cert-manager.io/v1
    kind: Certificate
    metadata: {name: internal-ca, namespace: cert-manager}
    spec: {secretName: internal-ca, commonName: internal-ca, isCA: true, duration: 43800h0m0s, privateKey: {algorithm: ECDSA, rotationPolicy: Never}, issuerRef: {name: selfsigned, kind: ClusterIssuer, group: cert-manager.io}}
    status: {revision: 1, notBefore: '\${notBefore:PRIVATE_CA}', notAfter: '\${notAfter:PRIVATE_CA}', renewalTime: '\${now+1116d}', conditions: *is-ready}
  - apiVersion: cert-manager.io/v1
    kind: Certificate
    metadata: {name: orders-internal-tls, namespace: production}
    spec: {secretName: orders-internal-tls, dnsNames: [orders.internal.example.com], privateKey: {algorithm: ECDSA}, issuerRef: {name: internal-ca, kind: ClusterIssuer, group: cert-manager.io}}
    status: {revision: 2, notBefore: '\${notBefore:ORDERS}', notAfter: '\${notAfter:ORDERS}', renewalTime: '\${now+40d}', conditions: *is-ready}

  - apiVersion: v1
    kind: Secret
    type: kubernetes.io/tls
    metadata: {name: app-tls, namespace: production, labels: &fao {controller.cert-manager.io/fao: 'true'}, annotations: {cert-manager.io/certificate-name: app-tls, cert-manager.io/issuer-name: letsencrypt-prod, cert-manager.io/issuer-kind: ClusterIssuer, cert-manager.io/issuer-group: cert-manager.io, cert-manager.io/alt-names: app.example.com}}
    stringData: {tls.crt: '\${cert:APP,PUBLIC_INT}', tls.key: '\${key:APP}'}
  - apiVersion: v1
    kind: Secret
    type: kubernetes.io/tls
    metadata: {name: shop-tls, namespace: production, labels: *fao, annotations: {cert-manager.io/certificate-name: shop-tls, cert-manager.io/issuer-name: letsencrypt-prod, cert-manager.io/issuer-kind: ClusterIssuer, cert-manager.io/issuer-group: cert-manager.io}}
    stringData: {tls.crt: '\${cert:SHOP,PUBLIC_INT}', tls.key: '\${key:SHOP}'}
  - apiVersion: v1
    kind: Secret
    type: kubernetes.io/tls
    metadata: {name: wildcard-example-com, namespace: production, labels: *fao, annotations: {cert-manager.io/certificate-name: wildcard-example-com, cert-manager.io/issuer-name: letsencrypt-prod, cert-manager.io/issuer-kind: ClusterIssuer, cert-manager.io/issuer-group: cert-manager.io}}
    stringData: {tls.crt: '\${cert:WILDCARD,PUBLIC_INT}', tls.key: '\${key:WILDCARD}'}
  - apiVersion: v1
    kind: Secret
    type: kubernetes.io/tls
    metadata: {name: www-tls, namespace: gateways, labels: *fao, annotations: {cert-manager.io/certificate-name: www-tls, cert-manager.io/issuer-name: letsencrypt-prod, cert-manager.io/issuer-kind: ClusterIssuer, cert-manager.io/issuer-group: cert-manager.io}}
    stringData: {tls.crt: '\${cert:WWW,PUBLIC_INT}', tls.key: '\${key:WWW}'}
  - apiVersion: v1
    kind: Secret
    type: kubernetes.io/tls
    metadata: {name: payment-api-tls, namespace: production, labels: *fao, annotations: {cert-manager.io/certificate-name: payment-api-tls, cert-manager.io/issuer-name: vault-internal, cert-manager.io/issuer-kind: ClusterIssuer, cert-manager.io/issuer-group: cert-manager.io}}
    stringData: {tls.crt: '\${cert:PAYMENT,VAULT_INT}', tls.key: '\${key:PAYMENT}', ca.crt: '\${cert:VAULT_ROOT}'}
  - apiVersion: v1
    kind: Secret
    type: kubernetes.io/tls
    metadata: {name: internal-ca, namespace: cert-manager, labels: *fao, annotations: {cert-manager.io/certificate-name: internal-ca, cert-manager.io/issuer-name: selfsigned, cert-manager.io/issuer-kind: ClusterIssuer, cert-manager.io/issuer-group: cert-manager.io}}
    stringData: {tls.crt: '\${cert:PRIVATE_CA}', tls.key: '\${key:PRIVATE_CA}', ca.crt: '\${cert:PRIVATE_CA}'}
  - apiVersion: v1
    kind: Secret
    type: kubernetes.io/tls
    metadata: {name: orders-internal-tls, namespace: production, labels: *fao, annotations: {cert-manager.io/certificate-name: orders-internal-tls, cert-manager.io/issuer-name: internal-ca, cert-manager.io/issuer-kind: ClusterIssuer, cert-manager.io/issuer-group: cert-manager.io}}
    stringData: {tls.crt: '\${cert:ORDERS}', tls.key: '\${key:ORDERS}', ca.crt: '\${cert:PRIVATE_CA}'}
  - {apiVersion: v1, kind: Secret, metadata: {name: route53-credentials, namespace: cert-manager}, stringData: {access-key-id: EXAMPLEACCESSKEYID, secret-access-key: not-a-real-key}}
  - apiVersion: v1
    kind: Secret
    metadata: {name: cert-manager-webhook-ca, namespace: cert-manager, annotations: {cert-manager.io/allow-direct-injection: 'true'}}
    stringData: {tls.crt: '\${cert:CM_WEBHOOK_CA}', tls.key: '\${key:CM_WEBHOOK_CA}', ca.crt: '\${cert:CM_WEBHOOK_CA}'}
  - apiVersion: v1
    kind: Secret
    metadata: {name: ingress-nginx-admission, namespace: ingress-nginx}
    stringData: {ca: '\${cert:ADMISSION_CA}', cert: '\${cert:ADMISSION}', key: '\${key:ADMISSION}'}

  - apiVersion: admissionregistration.k8s.io/v1
    kind: ValidatingWebhookConfiguration
    metadata: {name: cert-manager-webhook, annotations: {cert-manager.io/inject-ca-from-secret: cert-manager/cert-manager-webhook-ca}}
    webhooks: [{name: webhook.cert-manager.io, admissionReviewVersions: [v1], sideEffects: None, failurePolicy: Fail, timeoutSeconds: 30, clientConfig: &cm-webhook {caBundle: '\${cert:CM_WEBHOOK_CA|b64}', service: {name: cert-manager-webhook, namespace: cert-manager, path: /validate, port: 443}}, rules: [{apiGroups: [cert-manager.io, acme.cert-manager.io], apiVersions: [v1], operations: [CREATE, UPDATE], resources: ['*/*'], scope: '*'}]}]
  - apiVersion: admissionregistration.k8s.io/v1
    kind: MutatingWebhookConfiguration
    metadata: {name: cert-manager-webhook, annotations: {cert-manager.io/inject-ca-from-secret: cert-manager/cert-manager-webhook-ca}}
    webhooks: [{name: webhook.cert-manager.io, admissionReviewVersions: [v1], sideEffects: None, failurePolicy: Fail, timeoutSeconds: 30, clientConfig: *cm-webhook, rules: [{apiGroups: [cert-manager.io], apiVersions: [v1], operations: [CREATE], resources: [certificaterequests], scope: '*'}]}]
  - apiVersion: admissionregistration.k8s.io/v1
    kind: ValidatingWebhookConfiguration
    metadata: {name: ingress-nginx-admission}
    webhooks: [{name: validate.nginx.ingress.kubernetes.io, admissionReviewVersions: [v1], sideEffects: None, failurePolicy: Fail, timeoutSeconds: 10, clientConfig: {caBundle: '\${cert:ADMISSION_CA|b64}', service: {name: ingress-nginx-controller-admission, namespace: ingress-nginx, path: /networking/v1/ingresses, port: 443}}, rules: [{apiGroups: [networking.k8s.io], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [ingresses], scope: '*'}]}]

  - {apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: nginx, annotations: {ingressclass.kubernetes.io/is-default-class: 'true'}}, spec: {controller: k8s.io/ingress-nginx}}
  - apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {name: app-ingress, namespace: production, annotations: {cert-manager.io/cluster-issuer: letsencrypt-prod}}
    spec: {ingressClassName: nginx, tls: [{hosts: [app.example.com], secretName: app-tls}], rules: [{host: app.example.com, http: &app {paths: [{path: /, pathType: Prefix, backend: {service: {name: app, port: {number: 80}}}}]}}]}
    status: &balanced {loadBalancer: {ingress: [{ip: 203.0.113.10}]}}
  - apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {name: shop, namespace: production, annotations: {cert-manager.io/cluster-issuer: letsencrypt-prod}}
    spec: {ingressClassName: nginx, tls: [{hosts: [shop.example.com, www.shop.example.com], secretName: shop-tls}], rules: [{host: shop.example.com, http: *app}, {host: www.shop.example.com, http: *app}]}
    status: *balanced
  - apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {name: api, namespace: production}
    spec: {ingressClassName: nginx, tls: [{hosts: [api.example.com, docs.example.com], secretName: wildcard-example-com}], rules: [{host: api.example.com, http: *app}, {host: docs.example.com, http: *app}]}
    status: *balanced
  - apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {name: orders-internal, namespace: production}
    spec: {ingressClassName: nginx, tls: [{hosts: [orders.internal.example.com], secretName: orders-internal-tls}], rules: [{host: orders.internal.example.com, http: *app}]}
    status: *balanced
  - apiVersion: gateway.networking.k8s.io/v1
    kind: Gateway
    metadata: {name: public, namespace: gateways, annotations: {cert-manager.io/cluster-issuer: letsencrypt-prod}}
    spec: {gatewayClassName: eg, listeners: [{name: https, hostname: www.example.com, port: 443, protocol: HTTPS, tls: {mode: Terminate, certificateRefs: [{kind: Secret, group: '', name: www-tls}]}}]}
    status:
      addresses: [{type: IPAddress, value: 203.0.113.20}]
      listeners: [{name: https, attachedRoutes: 1, supportedKinds: [{group: gateway.networking.k8s.io, kind: HTTPRoute}], conditions: [{type: Programmed, status: 'True', reason: Programmed, message: '', lastTransitionTime: '\${now-50d}'}, {type: ResolvedRefs, status: 'True', reason: ResolvedRefs, message: '', lastTransitionTime: '\${now-50d}'}]}]

  - apiVersion: v1
    kind: Pod
    metadata: {name: ingress-nginx-controller-7d4f-x2x, namespace: ingress-nginx, labels: {app.kubernetes.io/name: ingress-nginx, app.kubernetes.io/component: controller}}
    spec:
      nodeName: worker-1
      containers: [{name: controller, image: 'registry.k8s.io/ingress-nginx/controller:v1.13.3', args: [/nginx-ingress-controller, --ingress-class=nginx], volumeMounts: [{name: webhook-cert, mountPath: /usr/local/certificates/}]}]
      volumes: [{name: webhook-cert, secret: {secretName: ingress-nginx-admission}}]
    status: {phase: Running, podIP: 10.244.1.10, startTime: '\${now-40d}', containerStatuses: [{name: controller, ready: true, restartCount: 0, image: 'registry.k8s.io/ingress-nginx/controller:v1.13.3', imageID: '', state: {running: {startedAt: '\${now-40d}'}}}]}
  - apiVersion: v1
    kind: Pod
    metadata: {name: cert-manager-5c6f-abc, namespace: cert-manager, labels: {app: cert-manager, app.kubernetes.io/component: controller}}
    spec: {nodeName: worker-1, serviceAccountName: cert-manager, containers: [{name: cert-manager-controller, image: 'quay.io/jetstack/cert-manager-controller:v1.21.1', args: [--v=2, --cluster-resource-namespace=cert-manager]}]}
    status: {phase: Running, podIP: 10.244.1.11, startTime: '\${now-60d}'}
  - apiVersion: v1
    kind: Pod
    metadata: {name: payment-api-6b7c-def, namespace: production, labels: {app: payment-api}}
    spec:
      nodeName: worker-2
      containers: [{name: payment-api, image: 'registry.example.com/payment-api:2.4', volumeMounts: [{name: tls, mountPath: /etc/tls}]}]
      volumes: [{name: tls, secret: {secretName: payment-api-tls}}]
    status: {phase: Running, podIP: 10.244.2.10, startTime: '\${now-4d}'}
`;
