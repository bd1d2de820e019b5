/** Files, processes and ports of a control plane that kubeadm made. */
export const controlPlane = `
- id: control-plane
  layer: cluster
  title: The first control plane of a kubeadm cluster
  symptom: none
  env: {HOME: /root}

  certificates:
    CA: &ca {subject: CN=kubernetes, dns: [kubernetes], ca: true, notBefore: now-65d, notAfter: now+3585d}
    ETCD_CA: {<<: *ca, subject: CN=etcd-ca, dns: [etcd-ca]}
    FRONT_PROXY_CA: {<<: *ca, subject: CN=front-proxy-ca, dns: [front-proxy-ca]}
    APISERVER:
      &leaf
      subject: CN=kube-apiserver
      issuer: CA
      notBefore: now-65d
      notAfter: now+300d
      usages: [server]
      dns: &api-names [cp-1, kubernetes, kubernetes.default, kubernetes.default.svc, kubernetes.default.svc.cluster.local]
      ips: [10.96.0.1, 10.0.0.11, 10.0.0.10, 127.0.0.1]
    APISERVER_2: {<<: *leaf, dns: *api-names, ips: [10.96.0.1, 10.0.0.12, 10.0.0.10, 127.0.0.1]}
    APISERVER_3: {<<: *leaf, dns: *api-names, ips: [10.96.0.1, 10.0.0.13, 10.0.0.10, 127.0.0.1]}
    APISERVER_KUBELET_CLIENT:
      &client
      subject: CN=kube-apiserver-kubelet-client,O=kubeadm:cluster-admins
      issuer: CA
      notBefore: now-65d
      notAfter: now+300d
      usages: [client]
    APISERVER_ETCD_CLIENT: {<<: *client, subject: CN=kube-apiserver-etcd-client, issuer: ETCD_CA}
    FRONT_PROXY_CLIENT: {<<: *client, subject: CN=front-proxy-client, issuer: FRONT_PROXY_CA}
    ETCD_SERVER:
      &etcd
      subject: CN=cp-1
      issuer: ETCD_CA
      notBefore: now-65d
      notAfter: now+300d
      usages: [server, client]
      dns: [cp-1, localhost]
      ips: [10.0.0.11, 127.0.0.1, '::1']
    ETCD_PEER: *etcd
    ETCD_HEALTHCHECK_CLIENT: {<<: *client, subject: CN=kube-etcd-healthcheck-client, issuer: ETCD_CA}
    ADMIN: {<<: *client, subject: 'CN=kubernetes-admin,O=kubeadm:cluster-admins'}
    SUPER_ADMIN: {<<: *client, subject: 'CN=kubernetes-super-admin,O=system:masters'}
    CONTROLLER_MANAGER: {<<: *client, subject: 'CN=system:kube-controller-manager'}
    SCHEDULER: {<<: *client, subject: 'CN=system:kube-scheduler'}
    KUBELET_CLIENT: {<<: *client, subject: 'CN=system:node:cp-1,O=system:nodes', notBefore: now-65d, notAfter: now+300d}
    KUBELET_CA: {subject: CN=cp-1-ca@1790000000, ca: true, notBefore: now-65d, notAfter: now+300d}
    KUBELET_SERVING: {subject: CN=cp-1@1790000000, issuer: KUBELET_CA, dns: [cp-1], notBefore: now-65d, notAfter: now+300d}
    KUBELET_CA_2: {subject: CN=cp-2-ca@1790000000, ca: true, notBefore: now-65d, notAfter: now+300d}
    KUBELET_SERVING_2: {subject: CN=cp-2@1790000000, issuer: KUBELET_CA_2, dns: [cp-2], notBefore: now-65d, notAfter: now+300d}
    KUBELET_CA_3: {subject: CN=cp-3-ca@1790000000, ca: true, notBefore: now-65d, notAfter: now+300d}
    KUBELET_SERVING_3: {subject: CN=cp-3@1790000000, issuer: KUBELET_CA_3, dns: [cp-3], notBefore: now-65d, notAfter: now+300d}
    KUBELET_CA_W1: {subject: CN=worker-1-ca@1790000000, ca: true, notBefore: now-65d, notAfter: now+300d}
    KUBELET_SERVING_W1: {subject: CN=worker-1@1790000000, issuer: KUBELET_CA_W1, dns: [worker-1], notBefore: now-65d, notAfter: now+300d}
    KUBELET_CA_W2: {subject: CN=worker-2-ca@1790000000, ca: true, notBefore: now-65d, notAfter: now+300d}
    KUBELET_SERVING_W2: {subject: CN=worker-2@1790000000, issuer: KUBELET_CA_W2, dns: [worker-2], notBefore: now-65d, notAfter: now+300d}
    LOOPBACK: {subject: CN=apiserver-loopback-client@1790000000, ca: true, dns: [apiserver-loopback-client], usages: [server], notBefore: now-65d, notAfter: now+300d}
    KCM_CA: {subject: CN=localhost-ca@1790000000, ca: true, notBefore: now-65d, notAfter: now+300d}
    KCM_SERVING: {subject: CN=localhost@1790000000, issuer: KCM_CA, dns: [localhost], ips: [127.0.0.1], notBefore: now-65d, notAfter: now+300d}
    SCHEDULER_CA: {subject: CN=localhost-ca@1790000001, ca: true, notBefore: now-65d, notAfter: now+300d}
    SCHEDULER_SERVING: {subject: CN=localhost@1790000001, issuer: SCHEDULER_CA, dns: [localhost], ips: [127.0.0.1], notBefore: now-65d, notAfter: now+300d}
    METRICS_CA: {subject: CN=metrics-server-ca, ca: true, notBefore: now-65d, notAfter: now+3585d}
    METRICS: {subject: CN=metrics-server, issuer: METRICS_CA, dns: [metrics-server.kube-system.svc], notBefore: now-65d, notAfter: now+665d}

  keys: {SA: ECDSA-P256}

  files:
    /etc/hostname: cp-1
    /etc/kubernetes/pki/ca.crt: {content: '\${cert:CA}', mtime: now-65d}
    /etc/kubernetes/pki/ca.key: {content: '\${key:CA}', mtime: now-65d}
    /etc/kubernetes/pki/apiserver.crt: {content: '\${cert:APISERVER}', mtime: now-65d}
    /etc/kubernetes/pki/apiserver.key: {content: '\${key:APISERVER}', mtime: now-65d}
    /etc/kubernetes/pki/apiserver-kubelet-client.crt: {content: '\${cert:APISERVER_KUBELET_CLIENT}', mtime: now-65d}
    /etc/kubernetes/pki/apiserver-kubelet-client.key: {content: '\${key:APISERVER_KUBELET_CLIENT}', mtime: now-65d}
    /etc/kubernetes/pki/apiserver-etcd-client.crt: {content: '\${cert:APISERVER_ETCD_CLIENT}', mtime: now-65d}
    /etc/kubernetes/pki/apiserver-etcd-client.key: {content: '\${key:APISERVER_ETCD_CLIENT}', mtime: now-65d}
    /etc/kubernetes/pki/front-proxy-ca.crt: {content: '\${cert:FRONT_PROXY_CA}', mtime: now-65d}
    /etc/kubernetes/pki/front-proxy-ca.key: {content: '\${key:FRONT_PROXY_CA}', mtime: now-65d}
    /etc/kubernetes/pki/front-proxy-client.crt: {content: '\${cert:FRONT_PROXY_CLIENT}', mtime: now-65d}
    /etc/kubernetes/pki/front-proxy-client.key: {content: '\${key:FRONT_PROXY_CLIENT}', mtime: now-65d}
    /etc/kubernetes/pki/sa.key: {content: '\${key:SA}', mtime: now-65d}
    /etc/kubernetes/pki/sa.pub: {content: '\${pub:SA}', mtime: now-65d, mode: '0600'}
    /etc/kubernetes/pki/etcd/ca.crt: {content: '\${cert:ETCD_CA}', mtime: now-65d}
    /etc/kubernetes/pki/etcd/ca.key: {content: '\${key:ETCD_CA}', mtime: now-65d}
    /etc/kubernetes/pki/etcd/server.crt: {content: '\${cert:ETCD_SERVER}', mtime: now-65d}
    /etc/kubernetes/pki/etcd/server.key: {content: '\${key:ETCD_SERVER}', mtime: now-65d}
    /etc/kubernetes/pki/etcd/peer.crt: {content: '\${cert:ETCD_PEER}', mtime: now-65d}
    /etc/kubernetes/pki/etcd/peer.key: {content: '\${key:ETCD_PEER}', mtime: now-65d}
    /etc/kubernetes/pki/etcd/healthcheck-client.crt: {content: '\${cert:ETCD_HEALTHCHECK_CLIENT}', mtime: now-65d}
    /etc/kubernetes/pki/etcd/healthcheck-client.key: {content: '\${key:ETCD_HEALTHCHECK_CLIENT}', mtime: now-65d}
    /etc/kubernetes/admin.conf:
      mtime: now-65d
      content: |
        apiVersion: v1
        kind: Config
        current-context: kubernetes-admin@kubernetes
        clusters:
        - name: kubernetes
          cluster: {server: 'https://10.0.0.10:6443', certificate-authority-data: '\${cert:CA|b64}'}
        contexts:
        - name: kubernetes-admin@kubernetes
          context: {cluster: kubernetes, user: kubernetes-admin}
        users:
        - name: kubernetes-admin
          user: {client-certificate-data: '\${cert:ADMIN|b64}', client-key-data: '\${key:ADMIN|b64}'}
    /etc/kubernetes/super-admin.conf:
      mtime: now-65d
      content: |
        apiVersion: v1
        kind: Config
        current-context: kubernetes-super-admin@kubernetes
        clusters:
        - name: kubernetes
          cluster: {server: 'https://10.0.0.10:6443', certificate-authority-data: '\${cert:CA|b64}'}
        contexts:
        - name: kubernetes-super-admin@kubernetes
          context: {cluster: kubernetes, user: kubernetes-super-admin}
        users:
        - name: kubernetes-super-admin
          user: {client-certificate-data: '\${cert:SUPER_ADMIN|b64}', client-key-data: '\${key:SUPER_ADMIN|b64}'}
    /etc/kubernetes/controller-manager.conf:
      mtime: now-65d
      content: |
        apiVersion: v1
        kind: Config
        current-context: system:kube-controller-manager@kubernetes
        clusters:
        - name: kubernetes
          cluster: {server: 'https://10.0.0.11:6443', certificate-authority-data: '\${cert:CA|b64}'}
        contexts:
        - name: system:kube-controller-manager@kubernetes
          context: {cluster: kubernetes, user: 'system:kube-controller-manager'}
        users:
        - name: system:kube-controller-manager
          user: {client-certificate-data: '\${cert:CONTROLLER_MANAGER|b64}', client-key-data: '\${key:CONTROLLER_MANAGER|b64}'}
    /etc/kubernetes/scheduler.conf:
      mtime: now-65d
      content: |
        apiVersion: v1
        kind: Config
        current-context: system:kube-scheduler@kubernetes
        clusters:
        - name: kubernetes
          cluster: {server: 'https://10.0.0.11:6443', certificate-authority-data: '\${cert:CA|b64}'}
        contexts:
        - name: system:kube-scheduler@kubernetes
          context: {cluster: kubernetes, user: 'system:kube-scheduler'}
        users:
        - name: system:kube-scheduler
          user: {client-certificate-data: '\${cert:SCHEDULER|b64}', client-key-data: '\${key:SCHEDULER|b64}'}
    /etc/kubernetes/kubelet.conf:
      mtime: now-65d
      mode: '0600'
      content: |
        apiVersion: v1
        kind: Config
        current-context: system:node:cp-1@kubernetes
        clusters:
        - name: kubernetes
          cluster: {server: 'https://10.0.0.10:6443', certificate-authority-data: '\${cert:CA|b64}'}
        contexts:
        - name: system:node:cp-1@kubernetes
          context: {cluster: kubernetes, user: 'system:node:cp-1'}
        users:
        - name: system:node:cp-1
          user:
            client-certificate: /var/lib/kubelet/pki/kubelet-client-current.pem
            client-key: /var/lib/kubelet/pki/kubelet-client-current.pem
    /var/lib/kubelet/pki/kubelet-client-current.pem: {link: /var/lib/kubelet/pki/kubelet-client-2026-09-24-06-30-12.pem}
    /var/lib/kubelet/pki/kubelet-client-2026-09-24-06-30-12.pem: {content: '\${cert:KUBELET_CLIENT}\${key:KUBELET_CLIENT}', mtime: now-65d}
    /var/lib/kubelet/pki/kubelet.crt: {content: '\${cert:KUBELET_SERVING,KUBELET_CA}', mtime: now-65d}
    /var/lib/kubelet/pki/kubelet.key: {content: '\${key:KUBELET_SERVING}', mtime: now-65d}
    /usr/bin/kubeadm: {content: '', mode: '0755'}
    /var/lib/kubelet/config.yaml:
      mtime: now-65d
      content: |
        apiVersion: kubelet.config.k8s.io/v1beta1
        kind: KubeletConfiguration
        authentication: {x509: {clientCAFile: /etc/kubernetes/pki/ca.crt}}
        rotateCertificates: true
        staticPodPath: /etc/kubernetes/manifests
    /etc/kubernetes/manifests/kube-apiserver.yaml:
      mtime: now-65d
      mode: '0600'
      content: |
        apiVersion: v1
        kind: Pod
        metadata: {name: kube-apiserver, namespace: kube-system}
        spec:
          containers:
          - name: kube-apiserver
            image: registry.k8s.io/kube-apiserver:v1.34.1
            command:
            - kube-apiserver
            - --advertise-address=10.0.0.11
            - --client-ca-file=/etc/kubernetes/pki/ca.crt
            - --etcd-cafile=/etc/kubernetes/pki/etcd/ca.crt
            - --etcd-certfile=/etc/kubernetes/pki/apiserver-etcd-client.crt
            - --etcd-keyfile=/etc/kubernetes/pki/apiserver-etcd-client.key
            - --etcd-servers=https://127.0.0.1:2379
            - --kubelet-client-certificate=/etc/kubernetes/pki/apiserver-kubelet-client.crt
            - --kubelet-client-key=/etc/kubernetes/pki/apiserver-kubelet-client.key
            - --proxy-client-cert-file=/etc/kubernetes/pki/front-proxy-client.crt
            - --proxy-client-key-file=/etc/kubernetes/pki/front-proxy-client.key
            - --requestheader-client-ca-file=/etc/kubernetes/pki/front-proxy-ca.crt
            - --secure-port=6443
            - --service-account-key-file=/etc/kubernetes/pki/sa.pub
            - --service-account-signing-key-file=/etc/kubernetes/pki/sa.key
            - --tls-cert-file=/etc/kubernetes/pki/apiserver.crt
            - --tls-private-key-file=/etc/kubernetes/pki/apiserver.key
    /etc/kubernetes/manifests/etcd.yaml:
      mtime: now-65d
      mode: '0600'
      content: |
        apiVersion: v1
        kind: Pod
        metadata: {name: etcd, namespace: kube-system}
        spec:
          containers:
          - name: etcd
            image: registry.k8s.io/etcd:3.6.4-0
            command:
            - etcd
            - --cert-file=/etc/kubernetes/pki/etcd/server.crt
            - --client-cert-auth=true
            - --key-file=/etc/kubernetes/pki/etcd/server.key
            - --listen-client-urls=https://127.0.0.1:2379,https://10.0.0.11:2379
            - --listen-peer-urls=https://10.0.0.11:2380
            - --peer-cert-file=/etc/kubernetes/pki/etcd/peer.crt
            - --peer-key-file=/etc/kubernetes/pki/etcd/peer.key
            - --peer-trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt
            - --trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt
    /etc/kubernetes/manifests/kube-controller-manager.yaml:
      mtime: now-65d
      mode: '0600'
      content: |
        apiVersion: v1
        kind: Pod
        metadata: {name: kube-controller-manager, namespace: kube-system}
        spec:
          containers:
          - name: kube-controller-manager
            image: registry.k8s.io/kube-controller-manager:v1.34.1
            command:
            - kube-controller-manager
            - --authentication-kubeconfig=/etc/kubernetes/controller-manager.conf
            - --authorization-kubeconfig=/etc/kubernetes/controller-manager.conf
            - --bind-address=127.0.0.1
            - --client-ca-file=/etc/kubernetes/pki/ca.crt
            - --cluster-signing-cert-file=/etc/kubernetes/pki/ca.crt
            - --cluster-signing-key-file=/etc/kubernetes/pki/ca.key
            - --kubeconfig=/etc/kubernetes/controller-manager.conf
            - --leader-elect=true
            - --requestheader-client-ca-file=/etc/kubernetes/pki/front-proxy-ca.crt
            - --root-ca-file=/etc/kubernetes/pki/ca.crt
            - --service-account-private-key-file=/etc/kubernetes/pki/sa.key
            - --use-service-account-credentials=true
    /etc/kubernetes/manifests/kube-scheduler.yaml:
      mtime: now-65d
      mode: '0600'
      content: |
        apiVersion: v1
        kind: Pod
        metadata: {name: kube-scheduler, namespace: kube-system}
        spec:
          containers:
          - name: kube-scheduler
            image: registry.k8s.io/kube-scheduler:v1.34.1
            command:
            - kube-scheduler
            - --authentication-kubeconfig=/etc/kubernetes/scheduler.conf
            - --authorization-kubeconfig=/etc/kubernetes/scheduler.conf
            - --bind-address=127.0.0.1
            - --kubeconfig=/etc/kubernetes/scheduler.conf
            - --leader-elect=true
    /root/.kube/config:
      mtime: now-65d
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
          user: {client-certificate-data: '\${cert:ADMIN|b64}', client-key-data: '\${key:ADMIN|b64}'}

  processes:
  - {argv: etcd --cert-file=/etc/kubernetes/pki/etcd/server.crt, start: now-64d}
  - {argv: kube-apiserver --tls-cert-file=/etc/kubernetes/pki/apiserver.crt, start: now-64d}
  - {argv: kube-controller-manager --kubeconfig=/etc/kubernetes/controller-manager.conf, start: now-64d}
  - {argv: kube-scheduler --kubeconfig=/etc/kubernetes/scheduler.conf, start: now-64d}
  - {argv: kubelet --kubeconfig=/etc/kubernetes/kubelet.conf, start: now-64d}
  - {argv: node_exporter --collector.textfile.directory=/var/lib/node_exporter/textfile_collector, start: now-64d}

  tools:
  - argv: kubeadm certs check-expiration ...
    stdout: |
      CERTIFICATE                EXPIRES                  RESIDUAL TIME   CERTIFICATE AUTHORITY   EXTERNALLY MANAGED
      admin.conf                 \${notAfter:ADMIN|table}   \${notAfter:ADMIN|residual}   ca                      no
      apiserver                  \${notAfter:APISERVER|table}   \${notAfter:APISERVER|residual}   ca                      no
      apiserver-etcd-client      \${notAfter:APISERVER_ETCD_CLIENT|table}   \${notAfter:APISERVER_ETCD_CLIENT|residual}   etcd-ca                 no
      apiserver-kubelet-client   \${notAfter:APISERVER_KUBELET_CLIENT|table}   \${notAfter:APISERVER_KUBELET_CLIENT|residual}   ca                      no
      controller-manager.conf    \${notAfter:CONTROLLER_MANAGER|table}   \${notAfter:CONTROLLER_MANAGER|residual}   ca                      no
      etcd-healthcheck-client    \${notAfter:ETCD_HEALTHCHECK_CLIENT|table}   \${notAfter:ETCD_HEALTHCHECK_CLIENT|residual}   etcd-ca                 no
      etcd-peer                  \${notAfter:ETCD_PEER|table}   \${notAfter:ETCD_PEER|residual}   etcd-ca                 no
      etcd-server                \${notAfter:ETCD_SERVER|table}   \${notAfter:ETCD_SERVER|residual}   etcd-ca                 no
      front-proxy-client         \${notAfter:FRONT_PROXY_CLIENT|table}   \${notAfter:FRONT_PROXY_CLIENT|residual}   front-proxy-ca          no
      scheduler.conf             \${notAfter:SCHEDULER|table}   \${notAfter:SCHEDULER|residual}   ca                      no
      super-admin.conf           \${notAfter:SUPER_ADMIN|table}   \${notAfter:SUPER_ADMIN|residual}   ca                      no

      CERTIFICATE AUTHORITY   EXPIRES                  RESIDUAL TIME   EXTERNALLY MANAGED
      ca                      \${notAfter:CA|table}   \${notAfter:CA|residual}   no
      etcd-ca                 \${notAfter:ETCD_CA|table}   \${notAfter:ETCD_CA|residual}   no
      front-proxy-ca          \${notAfter:FRONT_PROXY_CA|table}   \${notAfter:FRONT_PROXY_CA|residual}   no

  servers:
  - listen: ['10.0.0.10:6443', '10.0.0.11:6443', '127.0.0.1:6443', 'localhost:6443', '10.96.0.1:443']
    chain: [APISERVER]
    sni: {apiserver-loopback-client: [LOOPBACK]}
    clientCAs: [CA, FRONT_PROXY_CA]
    http: &api-paths {/: {status: 403}, /version: {status: 200}, /healthz: {status: 200}, /livez: {status: 200}, /readyz: {status: 200}}
  - {listen: ['10.0.0.12:6443'], chain: [APISERVER_2], sni: {apiserver-loopback-client: [LOOPBACK]}, clientCAs: [CA, FRONT_PROXY_CA], http: *api-paths}
  - {listen: ['10.0.0.13:6443'], chain: [APISERVER_3], sni: {apiserver-loopback-client: [LOOPBACK]}, clientCAs: [CA, FRONT_PROXY_CA], http: *api-paths}
  - {listen: ['127.0.0.1:2379', 'localhost:2379', '10.0.0.11:2379'], chain: [ETCD_SERVER], clientCAs: [ETCD_CA], clientRequired: true}
  - {listen: ['127.0.0.1:2380', 'localhost:2380', '10.0.0.11:2380'], chain: [ETCD_PEER], clientCAs: [ETCD_CA], clientRequired: true}
  - {listen: ['127.0.0.1:10250', 'localhost:10250', '10.0.0.11:10250'], chain: [KUBELET_SERVING, KUBELET_CA], clientCAs: [CA], http: {/healthz: {status: 200}}}
  - {listen: ['10.0.0.12:10250'], chain: [KUBELET_SERVING_2, KUBELET_CA_2], clientCAs: [CA], http: {/healthz: {status: 200}}}
  - {listen: ['10.0.0.13:10250'], chain: [KUBELET_SERVING_3, KUBELET_CA_3], clientCAs: [CA], http: {/healthz: {status: 200}}}
  - {listen: ['10.0.0.21:10250'], chain: [KUBELET_SERVING_W1, KUBELET_CA_W1], clientCAs: [CA], http: {/healthz: {status: 200}}}
  - {listen: ['10.0.0.22:10250'], chain: [KUBELET_SERVING_W2, KUBELET_CA_W2], clientCAs: [CA], http: {/healthz: {status: 200}}}
  - {listen: ['127.0.0.1:10257', 'localhost:10257'], chain: [KCM_SERVING, KCM_CA], http: {/healthz: {status: 200}}}
  - {listen: ['127.0.0.1:10259', 'localhost:10259'], chain: [SCHEDULER_SERVING, SCHEDULER_CA], http: {/healthz: {status: 200}}}
  - {listen: ['metrics-server.kube-system.svc:443'], chain: [METRICS]}
`;
