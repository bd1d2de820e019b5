import type { CodeDefinition } from '../../model/finding.ts';
import type { Handshake } from '../../model/handshake.ts';
import { ref } from '../../model/ref.ts';
import { manualStep } from '../../model/step.ts';
import type { Inventory } from '../../snapshot/inventory.ts';
import { humanDuration } from '../../view/time.ts';
import { draft } from '../draft.ts';
import { type NodeClock, skewedNodes } from '../node-clocks.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';

const CLOCK_SKEW: CodeDefinition = {
  code: 'CLOCK_SKEW',
  severity: 'warning',
  title: "the clock of a server or node and this machine's differ",
  meaning:
    'The Date header that came with a handshake, the clock that a proxy tells, or the time by which something on a node judged a certificate is off from our own clock. Every statement about expiry is as good as the clock that makes it: with skew a certificate looks expired, or not yet valid, to one side only.',
  prove: [
    'curl -skI https://HOST:PORT/ | grep -i ^date; date -u: the two lines should agree to a second or two',
    'kubectl logs POD: "current time X is before Y", where X is not the time at which that was said',
    'chronyc tracking or timedatectl timesync-status on both machines',
  ],
  fix: ['correct the clock that is wrong, then restart what refused certificates meanwhile'],
  prevent: ['run a time service on every node and alert on its offset'],
  source: 'RFC 9110 section 6.6.1',
  since: '0.1.0',
};

/** A Date header has whole seconds. */
const RESOLUTION = 1000;

interface Skewed {
  readonly handshake: Handshake;
  /** Milliseconds that the server is ahead of us. */
  readonly ahead: number;
}

export const clockSkew: Check = {
  id: 'clock-skew',
  title: 'the clocks of servers agree with ours',
  codes: [CLOCK_SKEW],
  applies: ({ inventory }) =>
    inventory.snapshot.handshakes.some(({ date, dateReadAt }) => date && dateReadAt) ||
    inventory.facts('meshProxy').some(({ clockAhead }) => clockAhead !== undefined),
  run: (input) => {
    const dated = oneForEachServer(input);
    const skewed = dated.filter(({ ahead }) => Math.abs(ahead) > input.policy.clockSkew + RESOLUTION);
    const ours = dated.length > 1 && skewed.length === dated.length && sameSide(skewed);
    const nodes = skewedNodes(input.inventory, input.policy.clockSkew + RESOLUTION);
    return [...skewed.map((one) => report(input, one, ours)), ...nodes.map(reportNode)];
  },
};

function report({ inventory }: CheckInput, { handshake, ahead }: Skewed, ours: boolean): Draft {
  const placed = inventory.placement(handshake.ref);
  const side = ahead > 0 ? 'ahead of' : 'behind';
  const who = ours ? "; every server says so: this machine's clock is the one that is off" : '';
  return draft(CLOCK_SKEW, {
    layer: placed?.placement.layer ?? inventory.coverageOf(handshake.seen).layer,
    placement: handshake.ref,
    also: nodesAt(inventory, handshake.ref),
    message: `the clock of ${handshake.ref} is ${humanDuration(ahead)} ${side} ours${who}`,
    evidence: [
      inventory.evidence(handshake.seen, `Date was ${handshake.date} when our clock said ${handshake.dateReadAt}`),
    ],
    impact: 'certificates look expired, or not yet valid, to one side only; tokens and leases suffer alike',
    fix: [
      manualStep('compare', 'see which of the two clocks is wrong', ['date', '-u']),
      manualStep('sync', 'see why its time service does not correct it', ['chronyc', 'tracking']),
    ],
  });
}

/** The Node at the address, whose clock it is. */
function nodesAt(inventory: Inventory, server: string): string[] {
  const address = /^tls:\/\/\[?([^\]#]+?)\]?:\d+/.exec(server)?.[1];
  return inventory
    .facts('node')
    .filter(({ addresses }) => addresses.some((one) => one.address === address))
    .map(({ name }) => ref.object('node', name));
}

function reportNode({ node, ahead, evidence }: NodeClock): Draft {
  return draft(CLOCK_SKEW, {
    severity: 'critical',
    layer: 'cluster',
    placement: ref.object('node', node),
    message: `the clock of node ${node} is ${humanDuration(ahead)} ${ahead > 0 ? 'ahead of' : 'behind'} ours`,
    evidence,
    impact: `what runs on ${node} takes certificates that begin or end meanwhile for invalid; a certificate authority there signs nothing`,
    fix: [
      manualStep('sync', `repair the time service of ${node}`, ['chronyc', 'tracking']),
      manualStep('move', `until then move what verifies or signs away from it`, ['kubectl', 'cordon', node], 'none'),
      manualStep('restart', 'restart what refused certificates meanwhile', [], 'restart'),
    ],
  });
}

/** Several names may have been asked of one address: it still has one clock. */
function oneForEachServer({ inventory }: CheckInput): Skewed[] {
  const servers = new Map<string, Skewed>();
  for (const handshake of inventory.snapshot.handshakes) {
    const { ref, date, dateReadAt } = handshake;
    const server = ref.split('#')[0] as string;
    if (!date || !dateReadAt || servers.has(server)) continue;
    servers.set(server, { handshake, ahead: Date.parse(date) - Date.parse(dateReadAt) });
  }
  return [...servers.values()];
}

function sameSide(skewed: readonly Skewed[]): boolean {
  return skewed.every(({ ahead }) => ahead > 0) || skewed.every(({ ahead }) => ahead < 0);
}
