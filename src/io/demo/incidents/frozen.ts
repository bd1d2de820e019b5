/** Everything that kubeadm made has expired. */
export const frozen = `
- id: frozen
  layer: cluster
  title: Every certificate that kubeadm made has expired; the cluster is frozen
  symptom: 'Unable to connect to the server: tls: failed to verify certificate: x509: certificate has expired or is not yet valid'
  extends: healthy
  expect:
    verdict: root-cause-found
    rootCause: The serving certificate of the API server and all other kubeadm certificates of cp-1 expired two days ago.
    findings:
    - {code: CERT_EXPIRED, placement: 'file:/etc/kubernetes/pki/apiserver.crt'}
    - {code: CERT_EXPIRED, placement: 'kubeconfig:/etc/kubernetes/admin.conf#users/kubernetes-admin'}
    evidence: [The file and the handshake with 10.0.0.10:6443 show the same expired leaf., The cluster CA is valid for years.]
    redHerrings: [Running pods go on.]

  certificates:
    CA: {notBefore: now-367d, notAfter: now+3283d}
    ETCD_CA: {notBefore: now-367d, notAfter: now+3283d}
    FRONT_PROXY_CA: {notBefore: now-367d, notAfter: now+3283d}
    APISERVER: &expired {notBefore: now-367d, notAfter: now-2d}
    APISERVER_2: *expired
    APISERVER_3: *expired
    APISERVER_KUBELET_CLIENT: *expired
    APISERVER_ETCD_CLIENT: *expired
    FRONT_PROXY_CLIENT: *expired
    ETCD_SERVER: *expired
    ETCD_PEER: *expired
    ETCD_HEALTHCHECK_CLIENT: *expired
    ADMIN: *expired
    SUPER_ADMIN: *expired
    CONTROLLER_MANAGER: *expired
    SCHEDULER: *expired
    KUBELET_CLIENT: {notBefore: now-40d, notAfter: now+325d}

  logs:
  - unit: kubelet
    lines:
    - {at: now-1m, text: 'E\${now-1m|klog}    1021 controller.go:145] "Failed to ensure lease exists, will retry" err="Get \\"https://10.0.0.10:6443/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/cp-1?timeout=10s\\": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time \${now} is after \${notAfter:APISERVER}" interval="7s"'}
  tools:
  - argv: kubeadm certs check-expiration ...
    stdout: |
      CERTIFICATE                EXPIRES                  RESIDUAL TIME   CERTIFICATE AUTHORITY   EXTERNALLY MANAGED
      admin.conf                 \${notAfter:ADMIN|table}   <invalid>       ca                      no
      apiserver                  \${notAfter:APISERVER|table}   <invalid>       ca                      no
      apiserver-etcd-client      \${notAfter:APISERVER_ETCD_CLIENT|table}   <invalid>       etcd-ca                 no
      apiserver-kubelet-client   \${notAfter:APISERVER_KUBELET_CLIENT|table}   <invalid>       ca                      no
      controller-manager.conf    \${notAfter:CONTROLLER_MANAGER|table}   <invalid>       ca                      no
      etcd-healthcheck-client    \${notAfter:ETCD_HEALTHCHECK_CLIENT|table}   <invalid>       etcd-ca                 no
      etcd-peer                  \${notAfter:ETCD_PEER|table}   <invalid>       etcd-ca                 no
      etcd-server                \${notAfter:ETCD_SERVER|table}   <invalid>       etcd-ca                 no
      front-proxy-client         \${notAfter:FRONT_PROXY_CLIENT|table}   <invalid>       front-proxy-ca          no
      scheduler.conf             \${notAfter:SCHEDULER|table}   <invalid>       ca                      no
      super-admin.conf           \${notAfter:SUPER_ADMIN|table}   <invalid>       ca                      no

      CERTIFICATE AUTHORITY   EXPIRES                  RESIDUAL TIME   EXTERNALLY MANAGED
      ca                      \${notAfter:CA|table}   8y              no
      etcd-ca                 \${notAfter:ETCD_CA|table}   8y              no
      front-proxy-ca          \${notAfter:FRONT_PROXY_CA|table}   8y              no
`;
