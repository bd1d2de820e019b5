/** The objects of a cluster that kubeadm made, on its control plane. */
export const kubeadm = `
- id: kubeadm
  layer: cluster
  title: A cluster made by kubeadm, seen from its first control plane; nothing is wrong
  symptom: none
  extends: control-plane

  objects:
  - &node
    apiVersion: v1
    kind: Node
    metadata:
      name: cp-1
      labels: {kubernetes.io/hostname: cp-1, node-role.kubernetes.io/control-plane: ''}
      annotations: {kubeadm.alpha.kubernetes.io/cri-socket: unix:///run/containerd/containerd.sock}
    status:
      addresses: [{type: InternalIP, address: 10.0.0.11}, {type: Hostname, address: cp-1}]
      conditions: &ready [{type: Ready, status: 'True', reason: KubeletReady, message: kubelet is posting ready status, lastHeartbeatTime: '\${now}', lastTransitionTime: '\${now-64d}'}]
      daemonEndpoints: &kubelet-port {kubeletEndpoint: {Port: 10250}}
      nodeInfo: &info
        kubeletVersion: v1.34.1
        kubeProxyVersion: ''
        osImage: Ubuntu 24.04.3 LTS
        kernelVersion: 6.8.0-60-generic
        containerRuntimeVersion: containerd://2.1.4
        operatingSystem: linux
        architecture: amd64
        machineID: 0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a
        systemUUID: 0a0a0a0a-0000-4000-8000-000000000001
        bootID: 0a0a0a0a-0000-4000-8000-000000000002
  - <<: *node
    metadata:
      name: cp-2
      labels: {kubernetes.io/hostname: cp-2, node-role.kubernetes.io/control-plane: ''}
      annotations: {kubeadm.alpha.kubernetes.io/cri-socket: unix:///run/containerd/containerd.sock}
    status: {addresses: [{type: InternalIP, address: 10.0.0.12}, {type: Hostname, address: cp-2}], conditions: *ready, daemonEndpoints: *kubelet-port, nodeInfo: *info}
  - <<: *node
    metadata:
      name: cp-3
      labels: {kubernetes.io/hostname: cp-3, node-role.kubernetes.io/control-plane: ''}
      annotations: {kubeadm.alpha.kubernetes.io/cri-socket: unix:///run/containerd/containerd.sock}
    status: {addresses: [{type: InternalIP, address: 10.0.0.13}, {type: Hostname, address: cp-3}], conditions: *ready, daemonEndpoints: *kubelet-port, nodeInfo: *info}
  - <<: *node
    metadata: {name: worker-1, labels: {kubernetes.io/hostname: worker-1}, annotations: {kubeadm.alpha.kubernetes.io/cri-socket: unix:///run/containerd/containerd.sock}}
    status: {addresses: [{type: InternalIP, address: 10.0.0.21}, {type: Hostname, address: worker-1}], conditions: *ready, daemonEndpoints: *kubelet-port, nodeInfo: *info}
  - <<: *node
    metadata: {name: worker-2, labels: {kubernetes.io/hostname: worker-2}, annotations: {kubeadm.alpha.kubernetes.io/cri-socket: unix:///run/containerd/containerd.sock}}
    status: {addresses: [{type: InternalIP, address: 10.0.0.22}, {type: Hostname, address: worker-2}], conditions: *ready, daemonEndpoints: *kubelet-port, nodeInfo: *info}

  - apiVersion: v1
    kind: ConfigMap
    metadata: {name: kubeadm-config, namespace: kube-system}
    data:
      ClusterConfiguration: |
        apiVersion: kubeadm.k8s.io/v1beta4
        kind: ClusterConfiguration
        apiServer: {certSANs: [10.0.0.10]}
        certificatesDir: /etc/kubernetes/pki
        clusterName: kubernetes
        encryptionAlgorithm: ECDSA-P256
        controlPlaneEndpoint: 10.0.0.10:6443
        kubernetesVersion: v1.34.1
        networking: {dnsDomain: cluster.local, serviceSubnet: 10.96.0.0/12}
  - apiVersion: v1
    kind: ConfigMap
    metadata: {name: extension-apiserver-authentication, namespace: kube-system}
    data:
      client-ca-file: \${cert:CA}
      requestheader-allowed-names: '["front-proxy-client"]'
      requestheader-client-ca-file: \${cert:FRONT_PROXY_CA}
      requestheader-username-headers: '["X-Remote-User"]'
  - apiVersion: v1
    kind: ConfigMap
    metadata: {name: cluster-info, namespace: kube-public}
    data:
      kubeconfig: |
        apiVersion: v1
        kind: Config
        clusters:
        - name: ''
          cluster: {server: 'https://10.0.0.10:6443', certificate-authority-data: '\${cert:CA|b64}'}
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: kube-root-ca.crt, namespace: default}, data: &root-ca {ca.crt: '\${cert:CA}'}}
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: kube-root-ca.crt, namespace: kube-system}, data: *root-ca}
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: kube-root-ca.crt, namespace: kube-public}, data: *root-ca}

  - apiVersion: v1
    kind: Pod
    metadata: &static-pod {name: kube-apiserver-cp-1, namespace: kube-system, labels: {component: kube-apiserver, tier: control-plane}, annotations: {kubernetes.io/config.source: file, kubernetes.io/config.mirror: 5f6a}}
    spec: {nodeName: cp-1, hostNetwork: true, containers: [{name: kube-apiserver, image: 'registry.k8s.io/kube-apiserver:v1.34.1'}]}
    status: &running
      phase: Running
      podIP: 10.0.0.11
      hostIP: 10.0.0.11
      startTime: \${now-64d}
      conditions: [{type: Ready, status: 'True', lastTransitionTime: '\${now-64d}'}]
      containerStatuses: [{name: kube-apiserver, ready: true, started: true, restartCount: 0, image: 'registry.k8s.io/kube-apiserver:v1.34.1', imageID: '', state: {running: {startedAt: '\${now-64d}'}}}]
  - apiVersion: v1
    kind: Pod
    metadata: {<<: *static-pod, name: etcd-cp-1, labels: {component: etcd, tier: control-plane}}
    spec: {nodeName: cp-1, hostNetwork: true, containers: [{name: etcd, image: 'registry.k8s.io/etcd:3.6.4-0'}]}
    status:
      <<: *running
      containerStatuses: [{name: etcd, ready: true, started: true, restartCount: 0, image: 'registry.k8s.io/etcd:3.6.4-0', imageID: '', state: {running: {startedAt: '\${now-64d}'}}}]
  - apiVersion: v1
    kind: Pod
    metadata: {<<: *static-pod, name: kube-controller-manager-cp-1, labels: {component: kube-controller-manager, tier: control-plane}}
    spec: {nodeName: cp-1, hostNetwork: true, containers: [{name: kube-controller-manager, image: 'registry.k8s.io/kube-controller-manager:v1.34.1'}]}
    status:
      <<: *running
      containerStatuses: [{name: kube-controller-manager, ready: true, started: true, restartCount: 0, image: 'registry.k8s.io/kube-controller-manager:v1.34.1', imageID: '', state: {running: {startedAt: '\${now-64d}'}}}]
  - apiVersion: v1
    kind: Pod
    metadata: {<<: *static-pod, name: kube-scheduler-cp-1, labels: {component: kube-scheduler, tier: control-plane}}
    spec: {nodeName: cp-1, hostNetwork: true, containers: [{name: kube-scheduler, image: 'registry.k8s.io/kube-scheduler:v1.34.1'}]}
    status:
      <<: *running
      containerStatuses: [{name: kube-scheduler, ready: true, started: true, restartCount: 0, image: 'registry.k8s.io/kube-scheduler:v1.34.1', imageID: '', state: {running: {startedAt: '\${now-64d}'}}}]
  - {apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: kube-controller-manager, namespace: kube-system}, spec: {holderIdentity: cp-1_1, leaseDurationSeconds: 15, renewTime: '\${now|micro}'}}
  - {apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: kube-scheduler, namespace: kube-system}, spec: {holderIdentity: cp-1_2, leaseDurationSeconds: 15, renewTime: '\${now|micro}'}}

  - apiVersion: v1
    kind: Pod
    metadata: {name: metrics-server-0, namespace: kube-system, labels: {k8s-app: metrics-server}}
    spec:
      nodeName: worker-1
      containers: [{name: metrics-server, image: 'registry.k8s.io/metrics-server/metrics-server:v0.8.0', volumeMounts: [{name: tls, mountPath: /tls}]}]
      volumes: [{name: tls, secret: {secretName: metrics-server-tls}}]
    status: {phase: Running, podIP: 10.244.1.5, startTime: '\${now-60d}'}
  - apiVersion: v1
    kind: Secret
    type: kubernetes.io/tls
    metadata: {name: metrics-server-tls, namespace: kube-system}
    stringData: {tls.crt: '\${cert:METRICS}', tls.key: '\${key:METRICS}', ca.crt: '\${cert:METRICS_CA}'}
  - apiVersion: apiregistration.k8s.io/v1
    kind: APIService
    metadata: {name: v1beta1.metrics.k8s.io}
    spec: {group: metrics.k8s.io, version: v1beta1, groupPriorityMinimum: 100, versionPriority: 100, caBundle: '\${cert:METRICS_CA|b64}', service: {name: metrics-server, namespace: kube-system, port: 443}}
    status: {conditions: [{type: Available, status: 'True', reason: Passed, message: all checks passed, lastTransitionTime: '\${now-60d}'}]}
  - apiVersion: certificates.k8s.io/v1
    kind: CertificateSigningRequest
    metadata: {name: csr-7k2fd}
    spec:
      signerName: kubernetes.io/kube-apiserver-client-kubelet
      username: system:node:cp-1
      groups: [system:nodes, system:authenticated]
      usages: [digital signature, client auth]
      request: \${csr:KUBELET_CLIENT|b64}
    status:
      conditions: [{type: Approved, status: 'True', reason: AutoApproved, message: Auto approving kubelet client certificate after SubjectAccessReview., lastUpdateTime: '\${now-65d}', lastTransitionTime: '\${now-65d}'}]
      certificate: \${cert:KUBELET_CLIENT|b64}
`;
