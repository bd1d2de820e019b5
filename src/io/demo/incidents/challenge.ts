/** A DNS-01 challenge that cannot be presented. */
export const challenge = `
- id: challenge
  layer: ingress
  title: A DNS-01 challenge cannot be presented
  symptom: 'Error presenting challenge: failed to change Route 53 record set: operation error Route 53: ChangeResourceRecordSets, https response error StatusCode: 403, AccessDenied: User: arn:aws:iam::111122223333:user/cert-manager is not authorized to perform: route53:ChangeResourceRecordSets on resource: arn:aws:route53:::hostedzone/Z0123456789EXAMPLE'
  extends: healthy
  expect:
    verdict: root-cause-found
    rootCause: {code: DNS_PERMISSION_MISSING, sentence: 'The credential in Secret cert-manager/route53-credentials may not change records in the zone of example.com, so the TXT record of the challenge cannot be created.', object: 'clusterissuer/letsencrypt-prod'}
    evidence:
    - Challenge production/store-tls-1-1111-2222 has presented false, with an access denied answer of Route 53.
    - The Secret and its keys exist.
    redHerrings: [ClusterIssuer letsencrypt-prod is Ready, which says nothing about DNS credentials.]

  objects:
  - apiVersion: cert-manager.io/v1
    kind: Certificate
    metadata: {name: store-tls, namespace: production}
    spec: {secretName: store-tls, dnsNames: ['*.store.example.com'], issuerRef: &issuer {name: letsencrypt-prod, kind: ClusterIssuer, group: cert-manager.io}}
    status:
      nextPrivateKeySecretName: store-tls-k8f2p
      conditions:
      - {type: Issuing, status: 'True', reason: DoesNotExist, message: Issuing certificate as Secret does not exist, lastTransitionTime: '\${now-50m}', observedGeneration: 1}
      - {type: Ready, status: 'False', reason: DoesNotExist, message: Issuing certificate as Secret does not exist, lastTransitionTime: '\${now-50m}', observedGeneration: 1}
  - apiVersion: cert-manager.io/v1
    kind: CertificateRequest
    metadata: {name: store-tls-1, namespace: production, annotations: {cert-manager.io/certificate-name: store-tls, cert-manager.io/certificate-revision: '1', cert-manager.io/private-key-secret-name: store-tls-k8f2p}}
    spec: {request: '\${csr:STORE|b64}', issuerRef: *issuer, usages: [digital signature, key encipherment]}
    status:
      conditions:
      - {type: Approved, status: 'True', reason: cert-manager.io, message: Certificate request has been approved by cert-manager.io, lastTransitionTime: '\${now-50m}'}
      - {type: Ready, status: 'False', reason: Pending, message: 'Waiting on certificate issuance from order production/store-tls-1-1111: "pending"', lastTransitionTime: '\${now-50m}'}
  - apiVersion: acme.cert-manager.io/v1
    kind: Order
    metadata: {name: store-tls-1-1111, namespace: production, annotations: {cert-manager.io/certificate-name: store-tls}}
    spec: {request: '\${csr:STORE|b64}', issuerRef: *issuer, dnsNames: ['*.store.example.com']}
    status:
      state: pending
      url: https://acme-v02.api.letsencrypt.org/acme/order/1/1
      finalizeURL: https://acme-v02.api.letsencrypt.org/acme/finalize/1/1
      authorizations: [{identifier: store.example.com, wildcard: true, initialState: pending, url: 'https://acme-v02.api.letsencrypt.org/acme/authz/1/1', challenges: [{type: dns-01, token: not-a-real-token, url: 'https://acme-v02.api.letsencrypt.org/acme/chall/1/1'}]}]
  - apiVersion: acme.cert-manager.io/v1
    kind: Challenge
    metadata: {name: store-tls-1-1111-2222, namespace: production, finalizers: [acme.cert-manager.io/finalizer]}
    spec:
      type: DNS-01
      dnsName: store.example.com
      wildcard: true
      token: not-a-real-token
      key: not-a-real-key
      authorizationURL: https://acme-v02.api.letsencrypt.org/acme/authz/1/1
      url: https://acme-v02.api.letsencrypt.org/acme/chall/1/1
      issuerRef: *issuer
      solver: {selector: {dnsNames: ['*.example.com']}, dns01: {route53: {region: eu-central-1, accessKeyIDSecretRef: {name: route53-credentials, key: access-key-id}, secretAccessKeySecretRef: {name: route53-credentials, key: secret-access-key}}}}
    status: {state: pending, presented: false, processing: true, reason: 'failed to change Route 53 record set: operation error Route 53: ChangeResourceRecordSets, <redacted AWS SDK error: check events and logs for details>'}
  - apiVersion: v1
    kind: Event
    metadata: {name: store-tls-1-1111-2222.1, namespace: production}
    type: Warning
    reason: PresentError
    message: 'Error presenting challenge: failed to change Route 53 record set: operation error Route 53: ChangeResourceRecordSets, https response error StatusCode: 403, AccessDenied: User: arn:aws:iam::111122223333:user/cert-manager is not authorized to perform: route53:ChangeResourceRecordSets on resource: arn:aws:route53:::hostedzone/Z0123456789EXAMPLE'
    involvedObject: {apiVersion: acme.cert-manager.io/v1, kind: Challenge, name: store-tls-1-1111-2222, namespace: production}
    source: {component: cert-manager-challenges}
    firstTimestamp: \${now-49m}
    lastTimestamp: \${now-4m}
    count: 9

  certificates:
    STORE: {subject: 'CN=*.store.example.com', dns: ['*.store.example.com'], issuer: PUBLIC_INT}

  logs:
  - pod: cert-manager/cert-manager-5c6f-abc
    lines:
    - {at: now-4m, text: 'E\${now-4m|klog}       1 sync.go:208] "error presenting challenge" err="failed to change Route 53 record set: operation error Route 53: ChangeResourceRecordSets, https response error StatusCode: 403, AccessDenied: User: arn:aws:iam::111122223333:user/cert-manager is not authorized to perform: route53:ChangeResourceRecordSets on resource: arn:aws:route53:::hostedzone/Z0123456789EXAMPLE" logger="cert-manager.controller" resource_name="store-tls-1-1111-2222" resource_namespace="production" resource_kind="Challenge" dnsName="store.example.com" type="DNS-01"'}
`;
