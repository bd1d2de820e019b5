import type { NodeFact } from '../../../core/model/facts.ts';
import { PortFailure } from '../../ports/failure.ts';
import { asksCluster, factsIn } from '../cluster-source.ts';
import { isKubeletOwn } from '../local/kubelet-own.ts';
import type { Source } from '../source.ts';
import { addressOf } from './control-planes.ts';
import { type Attempt, recordAttempt, tryReach } from './reach.ts';
import { asRole } from './served.ts';
import type { ShakePlan } from './shake.ts';

const COMMAND = 'openssl s_client -connect NODE:10250 -showcerts';
const UNKNOWN = 'which certificates the kubelets serve';
const DEFAULT_PORT = 10250;

/** What the kubelet of each node serves, at the address and port that its Node states. */
export const kubeletHandshakes: Source = {
  id: 'kubelet-handshakes',
  layer: 'cluster',
  title: 'handshakes with each kubelet',
  needs: [{ kind: 'port', port: 'kubelet of each node' }],
  after: ['nodes'],
  inScope: asksCluster('cluster'),
  command: COMMAND,
  unknown: UNKNOWN,
  collect: async (context) => {
    const dialled = factsIn(await context.from('nodes'), 'node').flatMap((node) => planOf(node) ?? []);
    if (dialled.length === 0) return;
    const attempts = await tryReach(
      context,
      dialled.map(({ plan }) => plan),
    );
    const begin = () => context.begin({ command: COMMAND, unknown: UNKNOWN });
    if (!attempts) {
      const reason = `no kubelet can be reached from this side (${dialled[0]!.plan.dial.address}:${dialled[0]!.plan.dial.port} and others)`;
      return begin().end('not-applicable', reason);
    }
    for (const [index, attempt] of attempts.entries()) {
      const { node } = dialled[index]!;
      if (isGone(node, attempt))
        begin().end('not-applicable', `node ${node.name} is not ready, and its kubelet does not answer`);
      else await recordAttempt(context, attempt);
    }
  },
};

/** A node that the cluster has given up is told by its Node and its lease. */
function isGone({ ready }: NodeFact, { outcome }: Attempt): boolean {
  return outcome instanceof PortFailure && ready !== undefined && ready.status !== 'True';
}

function planOf(node: NodeFact): { readonly node: NodeFact; readonly plan: ShakePlan } | undefined {
  const address = addressOf(node);
  if (address === undefined) return undefined;
  return {
    node,
    plan: {
      dial: { address, port: node.kubeletPort ?? DEFAULT_PORT },
      unknown: `what the kubelet of ${node.name} serves`,
      judge: ([leaf]) =>
        asRole(isKubeletOwn(leaf!) ? 'kubelet-serving-self-signed' : 'kubelet-serving', address, leaf!),
    },
  };
}
