/** An address that is no one's (RFC 5737): kubeadm refuses to advertise a loopback one. */
export const NOBODY = '198.51.100.10';

export interface KubeadmPorts {
  api: number;
  etcd: number;
  etcdPeer: number;
  etcdMetrics: number;
  controllerManager: number;
}

const args = (values: Record<string, string>) => Object.entries(values).map(([name, value]) => ({ name, value }));

/** kubeadm's own configuration; what differs from its defaults are ports, loopback addresses, and no fsync. */
export function kubeadmConfig(version: string, ports: KubeadmPorts): object[] {
  const etcdPeer = `https://127.0.0.1:${ports.etcdPeer}`;
  const etcdClient = `https://127.0.0.1:${ports.etcd}`;
  return [
    {
      apiVersion: 'kubeadm.k8s.io/v1beta4',
      kind: 'InitConfiguration',
      localAPIEndpoint: { advertiseAddress: NOBODY, bindPort: ports.api },
      nodeRegistration: { name: 'bed', criSocket: 'unix:///nonexistent.sock' },
    },
    {
      apiVersion: 'kubeadm.k8s.io/v1beta4',
      kind: 'ClusterConfiguration',
      kubernetesVersion: `v${version}`,
      clusterName: 'bed',
      controlPlaneEndpoint: `127.0.0.1:${ports.api}`,
      apiServer: {
        certSANs: ['localhost', '127.0.0.1'],
        extraArgs: args({
          'advertise-address': '127.0.0.1',
          'bind-address': '127.0.0.1',
          'endpoint-reconciler-type': 'none',
          'etcd-servers': etcdClient,
          // Planted Nodes keep their internal addresses; kwok is led to beside them.
          'kubelet-preferred-address-types': 'ExternalIP,InternalIP,Hostname',
        }),
      },
      controllerManager: {
        extraArgs: args({ 'secure-port': String(ports.controllerManager), 'leader-elect': 'false' }),
      },
      etcd: {
        local: {
          dataDir: '/var/lib/etcd',
          extraArgs: args({
            'listen-client-urls': etcdClient,
            'advertise-client-urls': etcdClient,
            'listen-peer-urls': etcdPeer,
            'initial-advertise-peer-urls': etcdPeer,
            'initial-cluster': `bed=${etcdPeer}`,
            'listen-metrics-urls': `http://127.0.0.1:${ports.etcdMetrics}`,
            'unsafe-no-fsync': 'true',
          }),
        },
      },
    },
  ];
}
