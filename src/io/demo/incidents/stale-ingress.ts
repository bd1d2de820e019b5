/** A renewed Secret whose old certificate is still served. */
export const staleIngress = `
- id: stale-ingress
  layer: ingress
  title: The Secret was renewed, the ingress controller still serves the old certificate
  symptom: 'curl: (60) SSL certificate problem: certificate has expired (https://app.example.com), while kubectl get certificate says READY True'
  extends: healthy
  expect:
    verdict: root-cause-found
    rootCause: {code: SERVED_DIFFERS_FROM_STORED, sentence: The ingress controller on worker-1 did not take over the renewed Secret production/app-tls and serves the certificate it had in memory., object: 'tls://203.0.113.10:443#app.example.com'}
    findings: [SERVED_DIFFERS_FROM_STORED]
    evidence: [The fingerprint served for app.example.com differs from the leaf in Secret production/app-tls., The controller has run since before the renewal and its log names no update of the Secret.]
    redHerrings: [Every object of cert-manager is Ready.]

  certificates:
    APP_OLD: {subject: CN=app.example.com, issuer: PUBLIC_INT, dns: [app.example.com], notBefore: now-90d, notAfter: now-6h}

  servers:
  - listen: ['203.0.113.10:443', 'app.example.com:443', 'shop.example.com:443', 'www.shop.example.com:443', 'api.example.com:443', 'docs.example.com:443', 'orders.internal.example.com:443']
    chain: [NGINX_FAKE]
    sni:
      app.example.com: [APP_OLD, PUBLIC_INT]
      shop.example.com: [SHOP, PUBLIC_INT]
      www.shop.example.com: [SHOP, PUBLIC_INT]
      api.example.com: [WILDCARD, PUBLIC_INT]
      docs.example.com: [WILDCARD, PUBLIC_INT]
      orders.internal.example.com: [ORDERS]
    http: {/: {status: 200}}

  logs:
  - pod: ingress-nginx/ingress-nginx-controller-7d4f-x2x
    lines:
    - {at: now-40d, text: 'I\${now-40d|klog}       7 backend_ssl.go:67] "Adding secret to local store" name="production/app-tls"'}
    - {at: now-40d, text: 'I\${now-40d|klog}       7 controller.go:213] "Backend successfully reloaded"'}
    - {at: now-3h, text: 'E\${now-3h|klog}       7 reflector.go:200] "Failed to watch" err="failed to list *v1.Secret: secrets is forbidden: User \\"system:serviceaccount:ingress-nginx:ingress-nginx\\" cannot list resource \\"secrets\\" in API group \\"\\" at the cluster scope" reflector="k8s.io/client-go/informers/factory.go:160" type="*v1.Secret"'}
`;
