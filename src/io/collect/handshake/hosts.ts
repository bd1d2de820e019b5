import { asksCluster, factsIn, finishing } from '../cluster-source.ts';
import type { CollectContext, Source } from '../source.ts';
import { HostAsking } from './host-asking.ts';
import { claimsOfGateway, claimsOfIngress, claimsOfRoute, type HostPlan, planHosts } from './host-plan.ts';
import { recordAnswers } from './host-records.ts';
import { type FoundWays, findWays } from './host-ways.ts';

const COMMAND = 'openssl s_client -connect ADDRESS:443 -servername HOST -showcerts';
const UNKNOWN = 'what is served for the hosts of Ingresses and Gateways';

/**
 * What is served for each host of the Ingresses and Gateways: at the addresses that their status has and at those that
 * the host's name leads to.
 */
export const hostHandshakes: Source = {
  id: 'host-handshakes',
  layer: 'ingress',
  title: 'handshakes for each host',
  needs: [{ kind: 'port', port: '443 of Ingresses, TLS ports of Gateways' }],
  after: ['ingresses', 'gateways', 'routes', 'controllers'],
  inScope: asksCluster('ingress'),
  command: COMMAND,
  unknown: UNKNOWN,
  collect: async (context) => {
    const plan = await planOfHosts(context);
    if (plan.hosts.length + plan.unasked.length === 0) return;
    const found: { ways?: FoundWays; asking?: HostAsking } = {};
    await finishing(
      context.signal,
      async () => {
        found.ways = await findWays(context, plan.hosts);
        found.asking = new HostAsking(context, found.ways.ways);
        await found.asking.ask();
      },
      () => {
        recordAnswers(context, found.asking?.asked ?? []);
        recordUnasked(context, plan, found.ways);
      },
    );
  },
};

/** The hosts of this run. */
export async function planOfHosts(context: CollectContext): Promise<HostPlan> {
  const ingresses = factsIn(await context.from('ingresses'), 'ingress');
  const gateways = factsIn(await context.from('gateways'), 'gateway');
  const routes = factsIn(await context.from('routes'), 'route');
  const classes = factsIn(await context.from('controllers'), 'ingressClass');
  const claims = [
    ...ingresses.flatMap((ingress) => claimsOfIngress(ingress, classes)),
    ...gateways.flatMap(claimsOfGateway),
    ...routes.flatMap((route) => claimsOfRoute(route, gateways)),
  ];
  return planHosts(claims, context.scope.targets);
}

/** Hosts that have no name or no address; without ways nothing is known of any. */
function recordUnasked(context: CollectContext, { hosts, unasked }: HostPlan, ways: FoundWays | undefined): void {
  const homeless = (ways?.homeless ?? []).map(({ host: { host, port, objects }, reason }) => {
    return { host, port, objects, reason };
  });
  const all = [...unasked, ...homeless];
  if (all.length === 0 && (ways || hosts.length === 0)) return;
  const reading = context.begin({ command: COMMAND, unknown: UNKNOWN });
  for (const fact of all) reading.fact('unaskedHost', fact);
  if (ways || hosts.length === 0) reading.complete();
}
