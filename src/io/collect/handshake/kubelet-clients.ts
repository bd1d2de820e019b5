import { ref } from '../../../core/model/ref.ts';
import { livePods } from '../../../core/snapshot/live-pods.ts';
import { asksCluster, factsIn } from '../cluster-source.ts';
import type { CollectContext, Source } from '../source.ts';
import { acceptance, type Showing } from './acceptance.ts';
import { eachOf } from './parallel.ts';

const COMMAND =
  'curl -k --cert /etc/kubernetes/pki/apiserver-kubelet-client.crt --key /etc/kubernetes/pki/apiserver-kubelet-client.key https://NODE:10250/healthz';
const UNKNOWN = "whether the kubelets of the other nodes take the API server's client certificate";
/** At the same time. */
const PARALLEL = 16;

/**
 * Whether each kubelet that answers takes the client certificate that the API server of this node shows it: a kubelet
 * answers 401 where it verifies by another CA, and then kubectl logs and exec fail for its Pods alone.
 */
export const kubeletClients: Source = {
  id: 'kubelet-clients',
  layer: 'cluster',
  title: "the API server's client certificate before each kubelet",
  needs: [{ kind: 'port', port: 'kubelet of each node' }],
  after: ['static-pods', 'processes', 'kubelet-handshakes', 'node-handshakes'],
  inScope: asksCluster('cluster'),
  command: COMMAND,
  unknown: UNKNOWN,
  collect: async (context) => {
    const shown = await showingsOf(context);
    await eachOf(
      PARALLEL,
      shown.map((each) => acceptance(context, each)),
      (make) => make(),
    );
  },
};

async function showingsOf(context: CollectContext): Promise<Showing[]> {
  const pods = factsIn(await context.from('static-pods'), 'staticPod');
  const live = livePods(pods, factsIn(await context.from('processes'), 'process'));
  const clients = live.flatMap(({ clients: all = [] }) =>
    all.filter(({ role }) => role === 'apiserver-kubelet-client'),
  );
  if (clients.length === 0) return [];
  const asked = new Set(factsIn(await context.from('node-handshakes'), 'acceptance').map(({ server }) => server));
  const kubelets = (await context.from('kubelet-handshakes')).flatMap(({ placements }) => placements);
  return kubelets.flatMap(({ ref: server, role, chain }): Showing[] => {
    const [, address, port] = /^tls:\/\/\[?([^\]#]+?)\]?:(\d+)$/.exec(server) ?? [];
    if (address === undefined || chain.length === 0 || asked.has(server)) return [];
    return clients.map(({ certificate, key }) => ({
      address,
      port: Number(port),
      serverRole: role,
      get: '/healthz',
      client: { certificate, key },
      placement: ref.file(certificate),
    }));
  });
}
