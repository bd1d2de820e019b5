import { PortFailure } from '../../ports/failure.ts';
import { asksCluster, factsIn } from '../cluster-source.ts';
import { forwardCommand } from '../pods/pod-port.ts';
import type { CollectContext, Source } from '../source.ts';
import { type Asked, askWay } from './host-asking.ts';
import type { PlannedHost } from './host-plan.ts';
import { recordAnswers } from './host-records.ts';
import type { Way } from './host-ways.ts';
import { planOfHosts } from './hosts.ts';
import { eachOf } from './parallel.ts';
import { type PlannedReplica, planReplicas } from './replica-plan.ts';

/** Connections to the API server at the same time. */
const PARALLEL = 8;
const COMMAND = forwardCommand({ namespace: 'NAMESPACE', pod: 'REPLICA', port: 443 });
const UNKNOWN = 'what each replica of the ingress controllers serves by itself';

/** What each replica of the ingress controllers serves by itself, reached through the API server. */
export const replicaHandshakes: Source = {
  id: 'replica-handshakes',
  layer: 'ingress',
  title: 'handshakes with each replica of the ingress controllers',
  needs: ['get', 'create'].map((verb) => ({
    kind: 'rbac' as const,
    group: '',
    resource: 'pods/portforward',
    verb: verb as 'get' | 'create',
  })),
  after: ['ingresses', 'gateways', 'routes', 'controllers', 'pods', 'host-handshakes'],
  inScope: asksCluster('ingress'),
  command: COMMAND,
  unknown: UNKNOWN,
  collect: async (context) => {
    const replicas = await plan(context);
    if (replicas.length === 0) return;
    const asked: Asked[] = [];
    const refusals: PortFailure[] = [];
    await eachOf(PARALLEL, replicas, async (replica) => {
      const outcome = await askReplica(context, replica);
      if (outcome instanceof PortFailure) refusals.push(outcome);
      else asked.push(...outcome);
    });
    recordAnswers(context, inOrder(asked));
    if (refusals[0]) sayRefused(context, refusals[0], replicas.length, refusals.length);
  },
};

async function plan(context: CollectContext): Promise<PlannedReplica[]> {
  const [ingresses, gateways, routes, controllers, pods, ways] = await Promise.all(
    ['ingresses', 'gateways', 'routes', 'controllers', 'pods', 'host-handshakes'].map((id) => context.from(id)),
  );
  return planReplicas({
    ingresses: factsIn(ingresses!, 'ingress'),
    gateways: factsIn(gateways!, 'gateway'),
    routes: factsIn(routes!, 'route'),
    classes: factsIn(controllers!, 'ingressClass'),
    controllers: factsIn(controllers!, 'controller'),
    pods: factsIn(pods!, 'pod'),
    ways: factsIn(ways!, 'hostWay'),
    hosts: (await planOfHosts(context)).hosts,
  });
}

/** Finds the port by its first host, then asks for the others there. The failure of every port is the replica's. */
async function askReplica(context: CollectContext, replica: PlannedReplica): Promise<Asked[] | PortFailure> {
  const [first, ...others] = replica.hosts as readonly [PlannedHost, ...PlannedHost[]];
  let failure: PortFailure | undefined;
  for (const port of replica.ports) {
    const way = wayTo(replica, first, port);
    const outcome = await askWay(context, way);
    if (outcome instanceof PortFailure) {
      failure ??= outcome;
      continue;
    }
    const asked: Asked[] = [{ way, results: [outcome] }];
    for (const host of others) asked.push(await askOne(context, wayTo(replica, host, port)));
    return asked;
  }
  return failure ?? new PortFailure('absent', 'no port is known on which it takes TLS');
}

async function askOne(context: CollectContext, way: Way): Promise<Asked> {
  const outcome = await askWay(context, way);
  return outcome instanceof PortFailure ? { way, results: [], failure: outcome } : { way, results: [outcome] };
}

function wayTo({ pod }: PlannedReplica, host: PlannedHost, port: number): Way {
  const { namespace, name, ip } = pod;
  return { host, address: ip ?? `${name}.${namespace}`, by: ['pod'], pod: { namespace, name, port } };
}

function inOrder(asked: readonly Asked[]): Asked[] {
  const name = ({ way }: Asked) => `${way.pod?.namespace}/${way.pod?.name} ${way.host.host}`;
  return asked.toSorted((a, b) => (name(a) < name(b) ? -1 : 1));
}

/** It is one more way to look: where it is not allowed, what the addresses show stands. */
function sayRefused(context: CollectContext, { message }: PortFailure, all: number, refused: number): void {
  const how =
    refused === all ? 'the replicas cannot be asked one by one' : `${refused} of ${all} replicas did not answer`;
  context.begin({ command: COMMAND, unknown: UNKNOWN }).end('not-applicable', `${how}: ${message}`);
}
