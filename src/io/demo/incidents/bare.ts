/** An API server in order and a way to it: what an incident stands on that plants no kubeconfig. */
export const bare = `
- id: bare
  layer: cluster
  title: An API server and nothing else
  symptom: none
  certificates:
    BARE_CA: {subject: CN=kubernetes, ca: true, notBefore: now-65d, notAfter: now+3585d}
    BARE_API: {subject: CN=kube-apiserver, issuer: BARE_CA, dns: [kubernetes], ips: [10.0.0.10], notBefore: now-65d, notAfter: now+300d}
    BARE_LOOPBACK: {subject: CN=apiserver-loopback-client@1790000000, ca: true, dns: [apiserver-loopback-client], usages: [server], notBefore: now-65d, notAfter: now+300d}
    BARE_USER: {subject: 'CN=kubernetes-admin,O=kubeadm:cluster-admins', issuer: BARE_CA, usages: [client], notBefore: now-65d, notAfter: now+300d}
  servers:
  - {listen: ['10.0.0.10:6443'], chain: [BARE_API], sni: {apiserver-loopback-client: [BARE_LOOPBACK]}, clientCAs: [BARE_CA], http: {/version: {status: 200}}}
  files:
    /root/.kube/config: |
      apiVersion: v1
      kind: Config
      current-context: demo
      clusters:
      - name: demo
        cluster: {server: 'https://10.0.0.10:6443', certificate-authority-data: '\${cert:BARE_CA|b64}'}
      contexts:
      - name: demo
        context: {cluster: demo, user: kubernetes-admin}
      users:
      - name: kubernetes-admin
        user: {client-certificate-data: '\${cert:BARE_USER|b64}', client-key-data: '\${key:BARE_USER|b64}'}
`;
