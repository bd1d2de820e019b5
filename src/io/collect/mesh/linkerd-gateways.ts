import type { LinkerdLinkFact } from '../../../core/model/facts.ts';
import { asksCluster, factsIn } from '../cluster-source.ts';
import { recordAttempt, tryReach } from '../handshake/reach.ts';
import type { ShakePlan } from '../handshake/shake.ts';
import type { Source } from '../source.ts';

const COMMAND = 'openssl s_client -connect GATEWAY:4143 -servername IDENTITY -showcerts';
const UNKNOWN = 'who the gateways of linked clusters prove to be';

/** What the gateways of linked clusters show, by the name that the Link expects. */
export const linkerdGateways: Source = {
  id: 'linkerd-gateways',
  layer: 'mesh',
  title: 'gateways of linked clusters',
  needs: [{ kind: 'port', port: 'gateway of each linked cluster' }],
  after: ['linkerd-config'],
  inScope: asksCluster('mesh'),
  command: COMMAND,
  unknown: UNKNOWN,
  collect: async (context) => {
    const plans = factsIn(await context.from('linkerd-config'), 'linkerdLink').flatMap(plansOf);
    if (plans.length === 0) return;
    const attempts = await tryReach(context, plans);
    if (!attempts) {
      const reason = 'no gateway of a linked cluster can be reached from this side';
      return context.begin({ command: COMMAND, unknown: UNKNOWN }).end('not-applicable', reason);
    }
    for (const attempt of attempts) await recordAttempt(context, attempt);
  },
};

/** A link without gateway reaches Pods directly. */
function plansOf({ gatewayAddresses, gatewayPort, gatewayIdentity, cluster }: LinkerdLinkFact): ShakePlan[] {
  if (gatewayIdentity === '') return [];
  return gatewayAddresses.map((address) => ({
    dial: { address, port: gatewayPort, sni: gatewayIdentity },
    unknown: `who the gateway of ${cluster} at ${address}:${gatewayPort} proves to be`,
    judge: () => ({ layer: 'mesh', role: 'workload-svid', manager: 'linkerd' }),
  }));
}
