import type { Coverage } from '../../model/coverage.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { manualStep } from '../../model/step.ts';
import type { Inventory } from '../../snapshot/inventory.ts';
import { count } from '../../view/text.ts';
import { credentialRef } from '../credential-ref.ts';
import { draft } from '../draft.ts';
import { leavesOpen } from '../readings.ts';
import type { Cause, Check, CheckInput, Draft } from '../rule.ts';
import { list } from '../words.ts';

const SOURCE_UNREAD: CodeDefinition = {
  code: 'SOURCE_UNREAD',
  severity: 'unknown',
  title: 'a source could not be read, or not to its end',
  meaning:
    'What it would have shown is unknown, and unknown is not healthy: the verdict says so. The reason tells whether rights, the network or time were wanting. A source that does not exist here, such as kubeadm files on a laptop, is no finding.',
  prove: ['run the command of the evidence: it is what was asked', 'kubectl auth can-i --list: for what is denied'],
  fix: ['give the rights that are wanting, raise --request-timeout, or leave the source out with --layer'],
  source: 'kubernetes.io, Using RBAC Authorization',
  since: '0.1.0',
};

export const unread: Check = {
  id: 'unread',
  title: 'every source in scope was read to its end',
  codes: [SOURCE_UNREAD],
  applies: ({ inventory }) => inventory.snapshot.coverage.length > 0,
  run: (input) => {
    const groups = [
      ...Map.groupBy(openReadings(input.inventory), ({ coverage }) => coverage.source).values(),
    ] as Open[][];
    return groups.map((readings, index) => report(input, readings, causesOf(input.inventory, groups, index)));
  },
};

interface Open {
  readonly coverage: Coverage;
  readonly seen: number;
}

function openReadings(inventory: Inventory): Open[] {
  return inventory.snapshot.coverage
    .map((coverage, seen) => ({ coverage, seen }))
    .filter(({ coverage }) => leavesOpen(inventory, coverage));
}

function report({ inventory }: CheckInput, readings: readonly Open[], causes: readonly Cause[]): Draft {
  const [{ coverage }] = readings as [Open];
  const unknown = [...new Set(readings.flatMap((one) => one.coverage.unknown ?? []))];
  const many = readings.length > 1 ? `, and ${count(readings.length - 1, 'more reading')} of it` : '';
  return draft(SOURCE_UNREAD, {
    layer: coverage.layer,
    placement: ref.object('source', coverage.source),
    message: `${coverage.source} is ${coverage.state}: ${coverage.reason ?? 'no reason was given'}${many}; unknown: ${list(unknown) || 'what it would have shown'}`,
    evidence: readings
      .slice(0, 5)
      .map(({ coverage: one, seen }) =>
        inventory.evidence(seen, `${one.state}: ${one.reason ?? 'no reason was given'}`),
      ),
    impact: `nothing can be said about ${list(unknown) || 'what it would have shown'}`,
    fix: [manualStep('ask', 'run it by hand to see what is wanting', coverage.command.split(' '))],
    causes,
  });
}

/** Many sources fail for one reason: what stands between us and the API server, else the first source that says it. */
function causesOf(inventory: Inventory, groups: readonly (readonly Open[])[], index: number): Cause[] {
  const own = firstOf(groups[index]);
  const first = groups.map(firstOf).findIndex((other) => other?.state === own?.state && other?.reason === own?.reason);
  const spokesman = first >= 0 && first < index ? firstOf(groups[first])?.source : undefined;
  return [
    ...(own ? obstacles(inventory, own) : []),
    ...(spokesman ? [{ code: SOURCE_UNREAD.code, placement: ref.object('source', spokesman) }] : []),
  ];
}

function firstOf(readings: readonly Open[] | undefined): Coverage | undefined {
  return readings?.[0]?.coverage;
}

/** A server whose certificate was refused, or a credential that the server refused. */
function obstacles(inventory: Inventory, { state, reason = '' }: Coverage): Cause[] {
  if (state === 'unreachable' && /certificate|x509|altname/i.test(reason)) {
    const servers = inventory.placements.filter(
      ({ placement }) => placement.role === 'apiserver-serving' && placement.ref.startsWith('tls://'),
    );
    return servers.flatMap(({ placement }) => SERVER_FAULTS.map((code) => ({ code, placement: placement.ref })));
  }
  if (!/\b401\b|unauthorized|expired/i.test(reason)) return [];
  const refs = inventory.facts('credential').flatMap((fact) => credentialRef(inventory, fact));
  return refs.flatMap((placement) => CLIENT_FAULTS.map((code) => ({ code, placement })));
}

const SERVER_FAULTS = ['CERT_EXPIRED', 'CERT_NOT_YET_VALID', 'NAME_NOT_COVERED', 'CHAIN_UNTRUSTED', 'CHAIN_INCOMPLETE'];
const CLIENT_FAULTS = ['CERT_EXPIRED', 'CREDENTIAL_EXPIRED', 'CERT_NOT_YET_VALID', 'ISSUER_REPLACED'];
