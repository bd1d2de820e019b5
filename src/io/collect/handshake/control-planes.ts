import type { NodeFact } from '../../../core/model/facts.ts';
import { parseAddress } from '../../../core/x509/general-name.ts';
import { PortFailure } from '../../ports/failure.ts';
import type { KubeConnection } from '../../ports/kube-api.ts';
import { asksCluster, factsIn } from '../cluster-source.ts';
import type { CollectContext, Source } from '../source.ts';
import { LOOPBACK_NAME, loopbackPart } from './api-server.ts';
import { recordAttempt, tryReach } from './reach.ts';
import { asRole } from './served.ts';
import { type ShakePlan, shake } from './shake.ts';

const COMMAND = 'openssl s_client -connect NODE:6443 -showcerts';
const UNKNOWN = 'what each API server by itself serves: behind one address each answers in turn';

/**
 * Each API server by itself, past the load balancer: the addresses that the cluster knows, else those of its
 * control-plane nodes.
 */
export const controlPlaneHandshakes: Source = {
  id: 'control-plane-handshakes',
  layer: 'cluster',
  title: 'handshakes with each API server',
  needs: [{ kind: 'port', port: 'API server of each control-plane node' }],
  after: ['nodes', 'api-endpoints'],
  inScope: asksCluster('cluster'),
  command: COMMAND,
  unknown: UNKNOWN,
  collect: async (context) => {
    const connection = await context.ports.kube.connection();
    const plans = (await addressesOf(context, connection)).map((where) => planOf(where, connection));
    if (plans.length === 0) return;
    const attempts = await tryReach(context, plans);
    if (!attempts) {
      const reason = `none of ${plans.map(({ dial }) => `${dial.address}:${dial.port}`).join(', ')} can be reached from this side: the API servers are seen through ${connection.host}:${connection.port} alone`;
      return context.begin({ command: COMMAND, unknown: UNKNOWN }).end('not-applicable', reason);
    }
    const answered = await Promise.all(attempts.map((attempt) => recordAttempt(context, attempt)));
    await Promise.all(
      attempts.map(({ plan, outcome }, index) =>
        answered[index] && !(outcome instanceof PortFailure) ? shake(context, loopbackOf(plan)) : undefined,
      ),
    );
  },
};

interface Where {
  readonly address: string;
  readonly port: number;
}

/** The address of the kubeconfig has been dialled already. */
async function addressesOf(context: CollectContext, { host, port }: KubeConnection): Promise<Where[]> {
  const known = factsIn(await context.from('api-endpoints'), 'apiEndpoint');
  const nodes = factsIn(await context.from('nodes'), 'node').filter(({ controlPlane }) => controlPlane);
  const all =
    known.length > 0
      ? known
      : nodes.flatMap((node) => addressOf(node) ?? []).map((address) => ({ address, port: 6443 }));
  const unique = new Map(all.map((where) => [`${where.address} ${where.port}`, where]));
  return [...unique.values()].filter((where) => where.address !== host || where.port !== port);
}

/** Where the node is reached by others of its network. */
export function addressOf({ addresses }: NodeFact): string | undefined {
  return addresses.find(({ type, address }) => type === 'InternalIP' && parseAddress(address))?.address;
}

function planOf({ address, port }: Where, { proxyUrl }: KubeConnection): ShakePlan {
  return {
    dial: { address, port, get: '/version', ...(proxyUrl !== undefined && { proxy: proxyUrl }) },
    unknown: `what the API server at ${address}:${port} serves`,
    judge: ([leaf]) => asRole('apiserver-serving', address, leaf!),
  };
}

function loopbackOf({ dial: { get: _, ...dial } }: ShakePlan): ShakePlan {
  return { dial: { ...dial, sni: LOOPBACK_NAME }, ...loopbackPart };
}
