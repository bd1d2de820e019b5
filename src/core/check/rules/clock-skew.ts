import type { CodeDefinition } from '../../model/finding.ts';
import type { Handshake } from '../../model/handshake.ts';
import { manualStep } from '../../model/step.ts';
import { humanDuration } from '../../view/time.ts';
import { draft } from '../draft.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';

const CLOCK_SKEW: CodeDefinition = {
  code: 'CLOCK_SKEW',
  severity: 'warning',
  title: "a server's clock and this machine's differ",
  meaning:
    'The Date header that came with a handshake is off from our own clock. Every statement about expiry is as good as the clock that makes it: with skew a certificate looks expired, or not yet valid, to one side only.',
  prove: [
    'curl -skI https://HOST:PORT/ | grep -i ^date; date -u: the two lines should agree to a second or two',
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
  applies: ({ inventory }) => inventory.snapshot.handshakes.some(({ date, dateReadAt }) => date && dateReadAt),
  run: (input) => {
    const dated = oneForEachServer(input);
    const skewed = dated.filter(({ ahead }) => Math.abs(ahead) > input.policy.clockSkew + RESOLUTION);
    const ours = dated.length > 1 && skewed.length === dated.length && sameSide(skewed);
    return skewed.map((one) => report(input, one, ours));
  },
};

function report({ inventory }: CheckInput, { handshake, ahead }: Skewed, ours: boolean): Draft {
  const placed = inventory.placement(handshake.ref);
  const side = ahead > 0 ? 'ahead of' : 'behind';
  const who = ours ? "; every server says so: this machine's clock is the one that is off" : '';
  return draft(CLOCK_SKEW, {
    layer: placed?.placement.layer ?? inventory.coverageOf(handshake.seen).layer,
    placement: handshake.ref,
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
