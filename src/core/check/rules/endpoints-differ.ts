import type { CodeDefinition } from '../../model/finding.ts';
import { manualStep } from '../../model/step.ts';
import type { Inventory, Placed } from '../../snapshot/inventory.ts';
import { rfc3339 } from '../../view/time.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { addressOf, isThisMachine } from '../addresses.ts';
import { draft } from '../draft.ts';
import { judgeExpiry } from '../expiry-policy.ts';
import { memo } from '../memo.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { list } from '../words.ts';

const SHARED = {
  severity: 'warning',
  prove: [
    'kubectl get endpointslices -n default -l kubernetes.io/service-name=kubernetes: the addresses',
    'openssl s_client -connect ADDRESS:6443 </dev/null 2>/dev/null | openssl x509 -noout -enddate -ext authorityKeyIdentifier: for each of them',
  ],
  fix: ['renew on the node that was left out, restart its API server, and ask it again at its own address'],
  prevent: ['renew on every control-plane node in one go, one node after the other'],
  source: 'kubernetes.io, Certificate Management with kubeadm (run on all control plane nodes)',
  since: '0.1.0',
} as const;

const ENDPOINTS_DIFFER: CodeDefinition = {
  ...SHARED,
  code: 'ENDPOINTS_DIFFER',
  title: 'the API servers of one cluster serve certificates of different issuers',
  meaning:
    'Each API server was asked by itself, past the load balancer. One whose certificate another CA signed was rebuilt. Through one address each answers in turn, so that clients fail now and then.',
};

const ENDPOINT_LEFT_OUT: CodeDefinition = {
  ...SHARED,
  code: 'ENDPOINT_LEFT_OUT',
  title: 'an API server was left out when the others were renewed',
  meaning:
    'Each API server was asked by itself, past the load balancer. One serves a certificate near its end while others have years: it was left out when the others were renewed. Once it has expired, clients fail whenever they meet this one. Nodes that joined on different days differ by that: information.',
};

/** Nodes of one cluster are rarely made further apart. Milliseconds. */
const APART = 30 * 86_400_000;

type Served = Placed & { readonly leaf: Certificate };

export const endpointsDiffer: Check = {
  id: 'endpoints-differ',
  title: 'every API server serves a certificate of the same CA and age',
  codes: [ENDPOINTS_DIFFER, ENDPOINT_LEFT_OUT],
  applies: ({ inventory }) => endpoints(inventory).length > 1,
  run: (input) => judge(input, endpoints(input.inventory)),
};

/** What each API server serves at its own address; those behind a shared one are none of them by itself. */
const endpoints = memo((inventory): readonly Served[] => {
  const own = new Set(inventory.facts('apiEndpoint').map(({ address, port }) => `${address} ${port}`));
  return inventory.placements.filter((placed): placed is Served => {
    const address = addressOf(placed.placement.ref);
    if (placed.placement.role !== 'apiserver-serving' || !placed.leaf || !address) return false;
    if (isThisMachine(address.host)) return false;
    return own.size > 0 ? own.has(`${address.host} ${address.port}`) : isControlPlane(inventory, address.host);
  });
});

function isControlPlane(inventory: Inventory, host: string): boolean {
  return inventory
    .facts('node')
    .some(({ controlPlane, addresses }) => controlPlane && addresses.some(({ address }) => address === host));
}

function judge(input: CheckInput, served: readonly Served[]): Draft[] {
  if (new Set(served.map(({ leaf }) => leaf.sha256)).size < 2) return [];
  const issuers = Map.groupBy(served, ({ leaf }) => `${leaf.issuer} ${leaf.authorityKeyId ?? ''}`);
  if (issuers.size > 1) return [ofAnotherCa(input, served, rarest(issuers))];
  const byEnd = served.toSorted((a, b) => a.leaf.notAfter - b.leaf.notAfter);
  const [first, last] = [byEnd[0]!, byEnd.at(-1)!];
  if (last.leaf.notAfter - first.leaf.notAfter < APART) return [];
  return [leftOut(input, served, first)];
}

/** The odd one out; of two equal camps, the first. */
function rarest(groups: ReadonlyMap<string, readonly Served[]>): Served {
  return [...groups.values()].toSorted((a, b) => a.length - b.length)[0]![0]!;
}

function ofAnotherCa(input: CheckInput, served: readonly Served[], odd: Served): Draft {
  return draft(ENDPOINTS_DIFFER, {
    ...report(input, served, odd, 'was signed by another CA'),
    impact: 'clients fail whenever they meet this one of the API servers',
  });
}

function leftOut(input: CheckInput, served: readonly Served[], odd: Served): Draft {
  const isNear = judgeExpiry(input, odd.leaf) !== undefined;
  return draft(ENDPOINT_LEFT_OUT, {
    ...report(input, served, odd, `ends ${rfc3339(odd.leaf.notAfter)}, long before that of others`),
    severity: isNear ? 'warning' : 'info',
    impact: isNear
      ? 'from then on clients fail whenever they meet this one of the API servers'
      : 'they will have to be renewed on different days',
  });
}

function report({ inventory }: CheckInput, served: readonly Served[], odd: Served, what: string) {
  const others = served.filter((one) => one !== odd).map(({ placement }) => placement.ref);
  return {
    layer: 'cluster' as const,
    placement: odd.placement.ref,
    also: others,
    message: `the certificate of ${odd.placement.ref} ${what}: ${list(others)}`,
    evidence: served.map(({ placement, leaf }) =>
      inventory.evidence(
        placement.seen,
        `${placement.ref}: ends ${rfc3339(leaf.notAfter)}, signed by ${leaf.issuer} with key ${leaf.authorityKeyId ?? 'without id'}`,
      ),
    ),
    fix: [
      manualStep('renew', 'on the node that was left out: renew, then restart its API server', [
        'kubeadm',
        'certs',
        'renew',
        'apiserver',
      ]),
    ],
  };
}
