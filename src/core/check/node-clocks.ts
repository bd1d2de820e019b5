import type { MessageFact, Seen } from '../model/facts.ts';
import type { Evidence } from '../model/finding.ts';
import { ref } from '../model/ref.ts';
import type { Inventory } from '../snapshot/inventory.ts';

/** The clock of a node, as far as what runs on it gives it away. */
export interface NodeClock {
  readonly node: string;
  /** Milliseconds that it is ahead of ours; negative: behind. */
  readonly ahead: number;
  readonly evidence: readonly Evidence[];
}

/** Clocks of nodes that are off by more than `tolerance` milliseconds: what proxies tell, and what verifiers say. */
export function skewedNodes(inventory: Inventory, tolerance: number): NodeClock[] {
  const nodeOf = new Map(
    inventory.facts('pod').map(({ namespace, name, node }) => [ref.object('pod', name, namespace), node] as const),
  );
  const told = [...proxyClocks(inventory), ...spokenClocks(inventory)].flatMap(({ pod, ...clock }) => {
    const node = nodeOf.get(pod);
    return node === undefined || Math.abs(clock.ahead) <= tolerance ? [] : [{ node, ...clock }];
  });
  return [...Map.groupBy(told, ({ node }) => node)].map(([node, clocks]) => ({
    node,
    ahead: clocks[0]?.ahead ?? 0,
    evidence: [...clocks.flatMap(({ evidence }) => evidence).slice(0, MOST), ...leaseEvidence(inventory, node)],
  }));
}

const MOST = 5;

interface PodClock {
  readonly pod: string;
  readonly ahead: number;
  readonly evidence: readonly Evidence[];
}

/** Metric process_clock_time_seconds of a proxy. */
function proxyClocks(inventory: Inventory): PodClock[] {
  return inventory.facts('meshProxy').flatMap(({ namespace, name, clockAhead, seen }) => {
    if (clockAhead === undefined) return [];
    const pod = ref.object('pod', name, namespace);
    const side = clockAhead > 0 ? 'ahead of' : 'behind';
    const fact = `the clock of the proxy in ${pod} is ${Math.abs(clockAhead)} s ${side} ours`;
    return [{ pod, ahead: clockAhead * 1000, evidence: [inventory.evidence(seen, fact)] }];
  });
}

/** Go's crypto/x509 says by which time it judged. */
const JUDGED =
  /current time (?<time>\d{4}-\d\d-\d\dT[\d:.]+Z) is (?<side>before|after) (?<limit>\d{4}-\d\d-\d\dT[\d:.]+Z)/;

/** The newest verdict of each Pod that contradicts the true time. */
function spokenClocks(inventory: Inventory): PodClock[] {
  const byPod = Map.groupBy(
    inventory.facts('message').filter(({ object, text }) => object.startsWith('pod/') && JUDGED.test(text)),
    ({ object }) => object,
  );
  return [...byPod].flatMap(([pod, messages]) => {
    const newest = messages.toSorted((a, b) => compare(b.at ?? '', a.at ?? ''))[0] as Seen<MessageFact>;
    const ahead = contradiction(inventory, pod, newest);
    if (ahead === undefined) return [];
    return [{ pod, ahead, evidence: [inventory.evidence(newest.seen, `${pod}: ${newest.text}`)] }];
  });
}

/**
 * What has not ended by our clock had ended for it: it is ahead. What is valid by our clock was not yet valid for it:
 * it is behind, or the line is an old one: when it was said, by another clock, or that its node's lease is as late tells
 * which.
 */
function contradiction(inventory: Inventory, pod: string, { text, seen, at }: Seen<MessageFact>): number | undefined {
  const { time = '', side, limit = '' } = JUDGED.exec(text)?.groups ?? {};
  const readAt = Date.parse(inventory.coverageOf(seen).at);
  const ahead = Date.parse(time) - readAt;
  if (side === 'after') return readAt < Date.parse(limit) ? ahead : undefined;
  if (readAt < Date.parse(limit)) return undefined;
  if (at !== undefined && Date.parse(at) > Date.parse(limit)) return ahead;
  const late = latenessOf(inventory, pod);
  return late !== undefined && Math.abs(late + ahead) < LIKENESS * Math.abs(ahead) ? ahead : undefined;
}

/** The last line of a log may be some time ago. */
const LIKENESS = 0.25;

/** Milliseconds by which the lease of the Pod's node is late. */
function latenessOf(inventory: Inventory, pod: string): number | undefined {
  const node = inventory.facts('pod').find(({ namespace, name }) => ref.object('pod', name, namespace) === pod)?.node;
  const lease = nodeLease(inventory, node ?? '');
  return lease && Date.parse(inventory.coverageOf(lease.seen).at) - Date.parse(lease.renewed);
}

function nodeLease(inventory: Inventory, node: string) {
  return inventory.facts('lease').find(({ namespace, name }) => namespace === 'kube-node-lease' && name === node);
}

/** A kubelet writes the time of its own clock, while its Node stays ready as long as the lease changes at all. */
function leaseEvidence(inventory: Inventory, node: string): Evidence[] {
  const lease = nodeLease(inventory, node);
  const ready = inventory.facts('node').find(({ name }) => name === node)?.ready;
  if (!lease || ready?.status !== 'True') return [];
  return [
    inventory.evidence(
      lease.seen,
      `the lease of ${node} says that it was renewed ${lease.renewed}, and the node is ready`,
    ),
  ];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
