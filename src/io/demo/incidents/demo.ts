/** What `--demo` shows: the healthy cluster with a few things wrong. */
export const demo = `
- id: demo
  layer: cluster
  title: A cluster in daily use, with a few things wrong
  symptom: none
  extends: healthy
  expect:
    findings:
    - {code: CERT_EXPIRED, placement: 'secret/shop/legacy-shop-tls#tls.crt'}
    - CERT_EXPIRING
    - {code: NAME_NOT_COVERED, placement: 'secret/production/wildcard-example-com#tls.crt'}
    - {code: SECRET_UNUSED, placement: 'secret/production/spring-campaign-tls#tls.crt'}
    - {code: STALE_COPY, placement: 'kubeconfig:/root/.kube/config#users/kubernetes-admin'}
    - {code: CSR_PENDING, placement: csr/csr-9x4wl}
    - ENDPOINT_LEFT_OUT

  certificates:
    CA: {notBefore: now-345d, notAfter: now+3305d}
    ETCD_CA: {notBefore: now-345d, notAfter: now+3305d}
    FRONT_PROXY_CA: {notBefore: now-345d, notAfter: now+3305d}
    APISERVER: &due {notBefore: now-345d, notAfter: now+20d}
    APISERVER_2: *due
    APISERVER_3: {notBefore: now-345d, notAfter: now+362d}
    APISERVER_KUBELET_CLIENT: *due
    APISERVER_ETCD_CLIENT: *due
    FRONT_PROXY_CLIENT: *due
    ETCD_SERVER: *due
    ETCD_PEER: *due
    ETCD_HEALTHCHECK_CLIENT: *due
    ADMIN: *due
    SUPER_ADMIN: *due
    CONTROLLER_MANAGER: *due
    SCHEDULER: *due
    KUBELET_CLIENT: {notBefore: now-30d, notAfter: now+335d}
    ADMIN_COPY: {subject: 'CN=kubernetes-admin,O=kubeadm:cluster-admins', issuer: CA, usages: [client], notBefore: now-345d, notAfter: now+11d}
    LEGACY_SHOP: {subject: CN=old.shop.example.com, issuer: PUBLIC_INT, dns: [old.shop.example.com], notBefore: now-102d, notAfter: now-12d}
    CAMPAIGN: {subject: CN=spring.example.com, issuer: PUBLIC_INT, dns: [spring.example.com], notBefore: now-45d, notAfter: now+45d}
    CHECKOUT: {subject: CN=checkout.example.net, issuer: PUBLIC_INT, dns: [checkout.example.net], notBefore: now-75d, notAfter: now+15d}
    LINKERD_ISSUER: {notBefore: now-265d, notAfter: now+100d}
    WORKER_2_SERVING: {subject: 'CN=system:node:worker-2,O=system:nodes', issuer: CA, dns: [worker-2], ips: [10.0.0.22]}

  files:
    /etc/kubernetes/pki/apiserver.key: {content: '\${key:APISERVER}', mode: '0644', mtime: now-345d}
    /root/.kube/config:
      mtime: now-345d
      content: |
        apiVersion: v1
        kind: Config
        current-context: demo
        clusters:
        - name: demo
          cluster: {server: 'https://10.0.0.10:6443', certificate-authority-data: '\${cert:CA|b64}'}
        contexts:
        - name: demo
          context: {cluster: demo, user: kubernetes-admin}
        users:
        - name: kubernetes-admin
          user: {client-certificate-data: '\${cert:ADMIN_COPY|b64}', client-key-data: '\${key:ADMIN_COPY|b64}'}

  servers:
  - {listen: ['old.shop.example.com:443'], chain: [LEGACY_SHOP, PUBLIC_INT], http: {/: {status: 200}}}
  - {listen: ['checkout.example.net:443'], chain: [CHECKOUT, PUBLIC_INT], http: {/: {status: 200}}}
  - {listen: ['billing.example.org:443'], chain: [NGINX_FAKE], sni: {billing.example.org: [WILDCARD, PUBLIC_INT]}, http: {/: {status: 200}}}
  - listen: ['203.0.113.10:443', 'app.example.com:443', 'shop.example.com:443', 'www.shop.example.com:443', 'api.example.com:443', 'docs.example.com:443', 'orders.internal.example.com:443']
    chain: [NGINX_FAKE]
    sni:
      app.example.com: [APP, PUBLIC_INT]
      shop.example.com: [SHOP, PUBLIC_INT]
      www.shop.example.com: [SHOP, PUBLIC_INT]
      api.example.com: [WILDCARD, PUBLIC_INT]
      docs.example.com: [WILDCARD, PUBLIC_INT]
      orders.internal.example.com: [ORDERS]
      old.shop.example.com: [LEGACY_SHOP, PUBLIC_INT]
      checkout.example.net: [CHECKOUT, PUBLIC_INT]
      billing.example.org: [WILDCARD, PUBLIC_INT]
    http: {/: {status: 200}}

  objects:
  - apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {name: legacy-shop, namespace: shop}
    spec: {ingressClassName: nginx, tls: [{hosts: [old.shop.example.com], secretName: legacy-shop-tls}], rules: [{host: old.shop.example.com, http: &app {paths: [{path: /, pathType: Prefix, backend: {service: {name: app, port: {number: 80}}}}]}}]}
    status: &balanced {loadBalancer: {ingress: [{ip: 203.0.113.10}]}}
  - {apiVersion: v1, kind: Secret, type: kubernetes.io/tls, metadata: {name: legacy-shop-tls, namespace: shop}, stringData: {tls.crt: '\${cert:LEGACY_SHOP,PUBLIC_INT}', tls.key: '\${key:LEGACY_SHOP}'}}
  - apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {name: billing, namespace: production}
    spec: {ingressClassName: nginx, tls: [{hosts: [billing.example.org], secretName: wildcard-example-com}], rules: [{host: billing.example.org, http: *app}]}
    status: *balanced
  - {apiVersion: v1, kind: Secret, type: kubernetes.io/tls, metadata: {name: spring-campaign-tls, namespace: production}, stringData: {tls.crt: '\${cert:CAMPAIGN,PUBLIC_INT}', tls.key: '\${key:CAMPAIGN}'}}
  - apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {name: checkout, namespace: production, annotations: {cert-manager.io/cluster-issuer: letsencrypt-prod}}
    spec: {ingressClassName: nginx, tls: [{hosts: [checkout.example.net], secretName: checkout-tls}], rules: [{host: checkout.example.net, http: *app}]}
    status: *balanced
  - apiVersion: cert-manager.io/v1
    kind: Certificate
    metadata: {name: checkout-tls, namespace: production}
    spec: {secretName: checkout-tls, dnsNames: [checkout.example.net], issuerRef: {name: letsencrypt-prod, kind: ClusterIssuer, group: cert-manager.io}}
    status:
      revision: 2
      notBefore: \${notBefore:CHECKOUT}
      notAfter: \${notAfter:CHECKOUT}
      renewalTime: \${now-15d}
      lastFailureTime: \${now-20h}
      failedIssuanceAttempts: 9
      conditions:
      - {type: Ready, status: 'True', reason: Ready, message: Certificate is up to date and has not expired, lastTransitionTime: '\${now-75d}'}
      - {type: Issuing, status: 'False', reason: Failed, message: 'The certificate request has failed to complete and will be retried: Failed to wait for order resource "checkout-tls-3-1234" to become ready: order is in "invalid" state', lastTransitionTime: '\${now-20h}'}
  - apiVersion: v1
    kind: Secret
    type: kubernetes.io/tls
    metadata: {name: checkout-tls, namespace: production, labels: {controller.cert-manager.io/fao: 'true'}, annotations: {cert-manager.io/certificate-name: checkout-tls, cert-manager.io/issuer-name: letsencrypt-prod, cert-manager.io/issuer-kind: ClusterIssuer, cert-manager.io/issuer-group: cert-manager.io}}
    stringData: {tls.crt: '\${cert:CHECKOUT,PUBLIC_INT}', tls.key: '\${key:CHECKOUT}'}
  - apiVersion: certificates.k8s.io/v1
    kind: CertificateSigningRequest
    metadata: {name: csr-9x4wl}
    spec: {signerName: kubernetes.io/kubelet-serving, username: 'system:node:worker-2', groups: ['system:nodes', 'system:authenticated'], usages: [digital signature, server auth], request: '\${csr:WORKER_2_SERVING|b64}'}
`;
