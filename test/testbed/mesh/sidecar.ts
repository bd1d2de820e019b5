import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Bed } from '../bed.ts';
import { BOOTSTRAP } from '../catalogue/istio.ts';
import { giveForward, type PodRef, pod, untilRunning } from '../cluster/pods.ts';
import { until } from '../run.ts';

export interface Workload extends PodRef {
  serviceAccount: string;
  /** Of the Pod, beside `app`. */
  labels?: Readonly<Record<string, string>>;
  /** Added to the agent's environment: `SECRET_TTL`, for instance. */
  env?: Record<string, string>;
}

export interface Sidecar {
  /** Name of its process in the bed. */
  process: string;
  /** Envoy's admin port on loopback; `pod:15000` leads there too. */
  adminPort: number;
}

const PORTS = ['admin', 'status', 'envoy-status', 'prometheus'];

/** A namespace whose Pods istiod injects. @returns its name */
export async function meshNamespace(bed: Bed, prefix: string): Promise<string> {
  const namespace = await bed.namespace(prefix);
  await bed.kubectl(['label', 'namespace', namespace, 'istio-injection=enabled']);
  const get = ['get', 'configmap', '-n', namespace, 'istio-ca-root-cert', '-o', 'jsonpath={.data.root-cert\\.pem}'];
  await until('istiod publishes its root', () => bed.kubectl(get).catch(() => ''));
  return namespace;
}

/**
 * Creates a Pod that istiod injects, and runs for it what its sidecar container would: pilot-agent with Envoy, whose
 * certificate istiod issues for the Pod's own token. Ready when Envoy has it.
 */
export async function startSidecar(bed: Bed, workload: Workload): Promise<Sidecar> {
  const { namespace, name, serviceAccount } = workload;
  await bed.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name: serviceAccount } });
  await bed.apply(pod(workload, { serviceAccountName: serviceAccount }, { labels: { app: name, ...workload.labels } }));
  await untilRunning(bed, workload);
  const process = `sidecar-${namespace}-${name}`;
  const ports = await bed.takePorts(PORTS.map((port) => `${process}-${port}`));
  const [adminPort = 0] = ports;
  await giveForward(bed, workload, { 15000: adminPort });
  await writeMounts(bed, workload, process);
  await bed.spawn({
    name: process,
    cwd: join(bed.runDir, process),
    argv: [
      join(bed.binDir, 'pilot-agent'),
      'proxy',
      'sidecar',
      '--domain',
      `${namespace}.svc.cluster.local`,
      '--proxyLogLevel=warning',
    ],
    env: { ...agentEnvironment(bed, workload, ports), ...workload.env },
    ready: { kind: 'http', url: `http://127.0.0.1:${adminPort}/ready` },
  });
  return { process, adminPort };
}

/** What a kubelet would mount into the sidecar. */
async function writeMounts(bed: Bed, { namespace, name, serviceAccount }: Workload, folder: string): Promise<void> {
  const get = (...args: string[]) => bed.kubectl(['get', '-n', namespace, ...args]);
  const uid = await get('pod', name, '-o', 'jsonpath={.metadata.uid}');
  const bound = ['--bound-object-kind', 'Pod', '--bound-object-name', name, '--bound-object-uid', uid];
  const token = await bed.kubectl([
    'create',
    'token',
    serviceAccount,
    '-n',
    namespace,
    '--audience',
    'istio-ca',
    ...bound,
  ]);
  const root = await get('configmap', 'istio-ca-root-cert', '-o', 'jsonpath={.data.root-cert\\.pem}');
  bed.write(`${folder}/var/run/secrets/tokens/istio-token`, token.trim());
  bed.write(`${folder}/var/run/secrets/istio/root-cert.pem`, root);
  bed.write(`${folder}/etc/istio/pod/labels`, `app="${name}"\n`);
  bed.write(`${folder}/etc/istio/pod/annotations`, '');
  mkdirSync(join(bed.runDir, folder, 'var/lib/istio/envoy'), { recursive: true });
  const bootstrap = bed.fileOf('pilot-agent', BOOTSTRAP);
  copyFileSync(bootstrap, join(bed.runDir, folder, 'var/lib/istio/envoy/envoy_bootstrap_tmpl.json'));
}

function agentEnvironment(bed: Bed, workload: Workload, ports: readonly number[]): Record<string, string> {
  const [proxyAdminPort, statusPort, envoyStatus, prometheus] = ports;
  const discoveryAddress = `localhost:${bed.port('istiod-xds')}`;
  const binaryPath = join(bed.binDir, 'envoy');
  return {
    PILOT_CERT_PROVIDER: 'istiod',
    CA_ADDR: discoveryAddress,
    POD_NAME: workload.name,
    POD_NAMESPACE: workload.namespace,
    SERVICE_ACCOUNT: workload.serviceAccount,
    INSTANCE_IP: '127.0.0.1',
    HOST_IP: '127.0.0.1',
    TRUST_DOMAIN: 'cluster.local',
    ISTIO_META_CLUSTER_ID: 'Kubernetes',
    ISTIO_META_INTERCEPTION_MODE: 'REDIRECT',
    ISTIO_META_WORKLOAD_NAME: workload.name,
    ISTIO_META_MESH_ID: 'cluster.local',
    ENVOY_STATUS_PORT: String(envoyStatus),
    ENVOY_PROMETHEUS_PORT: String(prometheus),
    PROXY_CONFIG: JSON.stringify({
      ...{ discoveryAddress, binaryPath, proxyAdminPort, statusPort, concurrency: 1 },
      configPath: './etc/istio/proxy',
    }),
  };
}
