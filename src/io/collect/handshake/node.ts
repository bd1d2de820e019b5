import type { DialedServer, StaticPodFact } from '../../../core/model/facts.ts';
import { ref } from '../../../core/model/ref.ts';
import type { RoleId } from '../../../core/model/role.ts';
import { livePods } from '../../../core/snapshot/live-pods.ts';
import { factsIn } from '../cluster-source.ts';
import { isKubeletOwn } from '../local/kubelet-own.ts';
import type { CollectContext, Source } from '../source.ts';
import { acceptance } from './acceptance.ts';
import { eachOf } from './parallel.ts';
import { asRole } from './served.ts';
import { prepareShake, type ShakePlan } from './shake.ts';

const COMMAND = 'openssl s_client -connect 127.0.0.1:2379 -showcerts';
const UNKNOWN = 'which certificates the components of this node serve';

/** Handshakes that are made at the same time. */
const PARALLEL = 16;

/**
 * What etcd, the API server, the controller-manager, the scheduler and the kubelet of this node serve, at the
 * addresses and ports of their own flags; and whether etcd and the kubelet take the client certificates that the API
 * server shows them.
 */
export const nodeHandshakes: Source = {
  id: 'node-handshakes',
  layer: 'cluster',
  title: 'handshakes on this node',
  needs: [{ kind: 'port', port: 'etcd, kubelet, controller-manager and scheduler of this node' }],
  after: ['static-pods', 'kubelet-config', 'processes'],
  inScope: ({ cluster, layers }) => cluster && layers.includes('cluster'),
  command: COMMAND,
  unknown: UNKNOWN,
  collect: async (context) => {
    const pods = await podsOf(context);
    if (pods.all.length > 0 && pods.live.length === 0) {
      const reason = `no process of this machine reads the files below ${context.scope.pkiDir}: what its ports serve says nothing about them`;
      return context.begin({ command: COMMAND, unknown: UNKNOWN }).end('not-applicable', reason);
    }
    const kubelets = factsIn(await context.from('kubelet-config'), 'kubelet');
    const endpoints = [
      ...pods.live.flatMap((pod) => pod.endpoints),
      ...externalEtcd(pods.live),
      ...kubelets.map(
        ({ address, port }): Endpoint => ({ role: 'kubelet-serving', address, port, health: '/healthz' }),
      ),
    ];
    const shakes = endpoints.map((endpoint) => prepareShake(context, planOf(endpoint)));
    const shown = clientsShown(pods.live, kubelets).map((each) => acceptance(context, each));
    await eachOf(PARALLEL, [...shakes, ...shown], (make) => make());
  },
};

interface Endpoint {
  readonly role: RoleId;
  readonly address: string;
  readonly port: number;
  readonly health?: string;
}

interface Pods {
  readonly all: readonly StaticPodFact[];
  /** Those that this machine runs. */
  readonly live: readonly StaticPodFact[];
}

async function podsOf(context: CollectContext): Promise<Pods> {
  const all = factsIn(await context.from('static-pods'), 'staticPod');
  return { all, live: livePods(all, factsIn(await context.from('processes'), 'process')) };
}

/** etcd that runs elsewhere is known by the API server's flags alone. */
function externalEtcd(pods: readonly StaticPodFact[]): Endpoint[] {
  if (pods.some(({ component }) => component === 'etcd')) return [];
  return etcdServers(pods).map((server) => ({ role: 'etcd-server', ...server }));
}

function etcdServers(pods: readonly StaticPodFact[]): DialedServer['servers'] {
  return pods.flatMap(({ clients = [] }) => clients.flatMap(({ servers }) => servers));
}

function planOf({ role, address, port, health }: Endpoint): ShakePlan {
  return {
    dial: { address, port, ...(health !== undefined && { get: health }) },
    unknown: `what ${address}:${port} serves`,
    judge: ([leaf]) =>
      asRole(role === 'kubelet-serving' && isKubeletOwn(leaf!) ? 'kubelet-serving-self-signed' : role, address, leaf!),
  };
}

function clientsShown(pods: readonly StaticPodFact[], kubelets: readonly { address: string; port: number }[]) {
  return pods.flatMap(({ clients = [] }) =>
    clients.flatMap(({ role, certificate, key, servers }) => {
      const isEtcd = role === 'apiserver-etcd-client';
      return (isEtcd ? servers : kubelets).map(({ address, port }) => ({
        address,
        port,
        serverRole: isEtcd ? ('etcd-server' as const) : ('kubelet-serving' as const),
        get: isEtcd ? '/health' : '/healthz',
        client: { certificate, key },
        placement: ref.file(certificate),
      }));
    }),
  );
}
