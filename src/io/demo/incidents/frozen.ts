/** Everything that kubeadm made has expired. */
export const frozen = `
- id: frozen
  layer: cluster
  title: Every certificate that kubeadm made has expired; the cluster is frozen
  symptom: 'Unable to connect to the server: tls: failed to verify certificate: x509: certificate has expired or is not yet valid'
  extends: healthy
  expect:
    verdict: root-cause-found
    rootCause: {code: CERT_EXPIRED, sentence: The serving certificate of the API server and all other kubeadm certificates of cp-1 expired two days ago., object: 'file:/etc/kubernetes/pki/apiserver.crt'}
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
`;
