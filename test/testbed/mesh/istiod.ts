import { join } from 'node:path';
import { parse, parseAllDocuments, stringify } from 'yaml';
import type { Bed } from '../bed.ts';
import { NODES } from '../catalogue/kwok.ts';
import { giveForward } from '../cluster/pods.ts';
import { until } from '../run.ts';
import type { ProcessSpec } from '../supervisor/protocol.ts';

const SYSTEM = 'istio-system';
const POD_NAME = 'istiod/pod-name';
const WEBHOOKS = 'istiod/webhooks.json';

interface Manifest {
  kind: string;
  metadata: { name: string };
  // biome-ignore lint/suspicious/noExplicitAny: manifests of many kinds, each read where its kind is known
  [field: string]: any;
}

/** Istio's own manifests, from the charts in istioctl, changed only where a bed without kubelet and Services differs. */
export async function prepareIstiod(bed: Bed): Promise<void> {
  await bed.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: SYSTEM } });
  const text = await bed.run([join(bed.binDir, 'istioctl'), 'manifest', 'generate', '--set', 'profile=minimal']);
  const manifests = parseAllDocuments(text)
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null && manifest.kind !== 'HorizontalPodAutoscaler') as Manifest[];
  const isWebhook = ({ kind }: Manifest) => kind.endsWith('WebhookConfiguration');
  await bed.apply(...manifests.filter((each) => !isWebhook(each)).map((each) => adapt(bed, each)));
  bed.write(WEBHOOKS, JSON.stringify(manifests.filter(isWebhook).map((each) => dialLoopback(bed, each))));
  bed.write('istiod/kubeconfig', await kubeconfigOfIstiod(bed));
  const get = ['get', 'pods', '-n', SYSTEM, '-l', 'app=istiod', '-o', 'jsonpath={.items[0].metadata.name}'];
  const name = await until('the Deployment makes its Pod', () => bed.kubectl(get).catch(() => ''));
  bed.write(POD_NAME, name);
  const [xds, http, webhook, metrics] = ['istiod-xds', 'istiod-http', 'istiod-webhook', 'istiod-metrics'].map((port) =>
    bed.port(port),
  );
  await giveForward(bed, { namespace: SYSTEM, name }, { 15012: xds!, 8080: http!, 15017: webhook!, 15014: metrics! });
}

function adapt(bed: Bed, manifest: Manifest): Manifest {
  if (manifest.kind === 'Deployment') manifest.spec.template.spec.nodeName = NODES.worker; // There is no scheduler.
  if (manifest.kind === 'ConfigMap' && manifest.metadata.name === 'istio') {
    const mesh = {
      ...parse(manifest.data.mesh),
      defaultProviders: { metrics: [] }, // Upstream's Envoy has no istio.stats filter, and would refuse every listener.
      proxyListenPort: bed.port('mesh-outbound'),
      proxyInboundListenPort: bed.port('mesh-inbound'),
    };
    manifest.data.mesh = stringify(mesh);
  }
  return manifest;
}

/** Services lead nowhere in a bed: webhooks are called by URL. istiod's certificate covers the name (ISTIOD_CUSTOM_HOST). */
function dialLoopback(bed: Bed, manifest: Manifest): Manifest {
  for (const webhook of manifest.webhooks) {
    const { path } = webhook.clientConfig.service;
    delete webhook.clientConfig.service;
    webhook.clientConfig.url = `https://localhost:${bed.port('istiod-webhook')}${path}`;
  }
  return manifest;
}

/** With a token of its own ServiceAccount, so that its real rights are tested too. */
async function kubeconfigOfIstiod(bed: Bed): Promise<string> {
  const token = await bed.kubectl(['create', 'token', 'istiod', '-n', SYSTEM, '--duration', '24h']);
  const administrator = parse(bed.read('node/etc/kubernetes/admin.conf'));
  administrator.users[0].user = { token: token.trim() };
  return stringify(administrator);
}

export function istiodProcess(bed: Bed, program: string): ProcessSpec {
  const at = (port: string) => `127.0.0.1:${bed.port(port)}`;
  return {
    name: 'istiod',
    cwd: join(bed.runDir, 'istiod'), // Its paths are relative: ./etc/cacerts, ./var/run/secrets, ./etc/istio/config.
    argv: [
      ...[
        program,
        'discovery',
        '--kubeconfig',
        'kubeconfig',
        '--domain',
        'cluster.local',
        '--ctrlz_address',
        '127.0.0.1',
      ],
      ...['--ctrlz_port', '0', '--httpAddr', at('istiod-http'), '--httpsAddr', at('istiod-webhook')],
      ...[
        '--grpcAddr',
        at('istiod-grpc'),
        '--secureGRPCAddr',
        at('istiod-xds'),
        '--monitoringAddr',
        at('istiod-metrics'),
      ],
    ],
    env: {
      POD_NAME: bed.read(POD_NAME),
      POD_NAMESPACE: SYSTEM,
      SERVICE_ACCOUNT: 'istiod',
      REVISION: 'default',
      CLUSTER_ID: 'Kubernetes',
      PILOT_CERT_PROVIDER: 'istiod',
      ISTIOD_CUSTOM_HOST: 'localhost',
      PILOT_ENABLE_METADATA_EXCHANGE: 'false',
      PILOT_ENABLE_ALPN_FILTER: 'false',
      INJECTION_WEBHOOK_CONFIG_NAME: 'istio-sidecar-injector',
      VALIDATION_WEBHOOK_CONFIG_NAME: 'istio-validator',
    },
    ready: { kind: 'http', url: `http://${at('istiod-http')}/ready` },
  };
}

export async function settleIstiod(bed: Bed): Promise<void> {
  await bed.apply(...(JSON.parse(bed.read(WEBHOOKS)) as object[]));
  const bundles = '{.items[*].webhooks[*].clientConfig.caBundle}';
  const get = ['get', 'mutatingwebhookconfigurations', '-l', 'app=sidecar-injector', '-o', `jsonpath=${bundles}`];
  await until('istiod writes the caBundles', () => bed.kubectl(get));
}
