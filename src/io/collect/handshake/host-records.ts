import { createHash } from 'node:crypto';
import type { CoverageState } from '../../../core/model/coverage.ts';
import { ref } from '../../../core/model/ref.ts';
import { isPrivateAddress } from '../../../core/parse/private-address.ts';
import type { PortFailure } from '../../ports/failure.ts';
import type { DialResult } from '../../ports/tls-dialer.ts';
import { forwardCommand } from '../pods/pod-port.ts';
import type { Reading } from '../reading.ts';
import type { CollectContext } from '../source.ts';
import { type Asked, dialOf } from './host-asking.ts';
import type { Way } from './host-ways.ts';
import { isFar } from './reach.ts';
import { handshakeOf, opensslCommand, parseChain } from './shake.ts';

/** Makes a reading of each address that answered for a host, and one of each that did not, whatever it was asked for. */
export function recordAnswers(context: CollectContext, asked: readonly Asked[]): void {
  const seen = new Set(asked.filter(({ results }) => results.length > 0).map(({ way }) => way.host));
  for (const { way, results } of asked.filter((one) => one.results.length > 0)) {
    const reading = begin(context, [way]);
    recordResults(reading, way, results);
    reading.complete();
  }
  const silent = asked.filter(({ results }) => results.length === 0);
  const groups = Map.groupBy(silent, ({ way, failure }) =>
    [way.address, dialOf(way).port, failure && endOf(way, failure, seen.has(way.host))].join(' '),
  );
  for (const [first, ...others] of groups.values()) if (first) recordFailure(context, [first, ...others], seen);
}

function begin(context: CollectContext, [way, ...others]: readonly [Way, ...Way[]]): Reading {
  const hosts = [way, ...others].map(({ host }) => host.host);
  const more = hosts.length > MOST_NAMES ? ` and ${hosts.length - MOST_NAMES} more` : '';
  return context.begin({
    command: commandOf(way),
    unknown: `what ${way.address} serves for ${hosts.slice(0, MOST_NAMES).join(', ')}${more}`,
  });
}

const MOST_NAMES = 3;
function recordFailure(
  context: CollectContext,
  group: readonly [Asked, ...Asked[]],
  seen: ReadonlySet<Way['host']>,
): void {
  const [{ way, failure }, ...others] = group;
  const reading = begin(context, [way, ...others.map((one) => one.way)]);
  // What was not asked before the time was up: the run's own end says so.
  if (!failure) return;
  for (const one of group) {
    const { message } = one.failure ?? failure;
    reading.fact('hostWay', { ...factOf(one.way), asked: 1, answers: [], error: message });
  }
  reading.end(endOf(way, failure, seen.has(way.host)), failure.message);
}

/** An address that no way leads to from here says nothing where another answered, or where none could from afar. */
function endOf({ address }: Way, failure: PortFailure, hostSeen: boolean): Exclude<CoverageState, 'complete'> {
  return isFar(failure) && (hostSeen || isPrivateAddress(address)) ? 'not-applicable' : failure.state;
}

function recordResults(reading: Reading, way: Way, results: readonly DialResult[]): void {
  const answers = differentAnswers(results);
  const { port } = dialOf(way);
  const name = (nth: number) => ref.tls(way.address, port, way.host.host, nth);
  for (const [index, { chain, result }] of answers.entries()) {
    reading.handshake(handshakeOf(name(index + 1), result));
    if (chain.length === 0) continue;
    reading.place({
      ref: name(index + 1),
      layer: 'ingress',
      role: 'ingress-served',
      manager: 'unknown',
      chain: reading.chain(chain.map(({ der }) => der)),
    });
  }
  const served = answers.flatMap(({ chain }, index) => (chain.length > 0 ? name(index + 1) : []));
  const { server, plain, error } = results[0]!;
  reading.fact('hostWay', {
    ...factOf(way),
    asked: results.length,
    answers: served,
    ...(server !== undefined && { server }),
    ...(plain !== undefined && { plain }),
    ...(served.length === 0 && { ended: true as const, error: error ?? 'sends no certificate' }),
  });
  const malformed = answers.find((answer) => answer.malformed !== undefined)?.malformed;
  const where = ref.tls(way.address, port).slice('tls://'.length);
  if (malformed) reading.end('partial', `${where}: a certificate that was sent cannot be read: ${malformed}`);
}

interface Answer extends ReturnType<typeof parseChain> {
  readonly result: DialResult;
}

/** Each chain once, the one that ends last first, whatever the order in which replicas answered. */
function differentAnswers(results: readonly DialResult[]): Answer[] {
  const byChain = new Map(results.toReversed().map((result) => [digest(result), result]));
  const answers = [...byChain].map(([key, result]) => ({ key, result, ...parseChain(result.chain) }));
  return answers.sort((a, b) => (b.chain[0]?.notAfter ?? 0) - (a.chain[0]?.notAfter ?? 0) || (a.key < b.key ? -1 : 1));
}

function digest({ chain }: DialResult): string {
  const hash = createHash('sha256');
  for (const der of chain) hash.update(der);
  return hash.digest('hex');
}

function factOf({ host, address, by, named, pod }: Way) {
  return {
    host: host.host,
    port: host.port,
    address,
    by,
    objects: host.objects,
    ...(named !== undefined && { named }),
    ...(pod && { pod: ref.object('pod', pod.name, pod.namespace), podPort: pod.port }),
  };
}

function commandOf(way: Way): string {
  const { pod, host } = way;
  if (!pod) return opensslCommand(dialOf(way));
  const forward = forwardCommand({ namespace: pod.namespace, pod: pod.name, port: pod.port });
  return `${forward} & ${opensslCommand({ address: '127.0.0.1', port: pod.port, sni: host.host })}`;
}
