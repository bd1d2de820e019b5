import { PortFailure } from '../../ports/failure.ts';
import type { DialResult } from '../../ports/tls-dialer.ts';
import type { CollectContext } from '../source.ts';
import type { Way } from './host-ways.ts';
import { eachOf } from './parallel.ts';
import { attempt, isFar } from './reach.ts';
import type { ShakePlan } from './shake.ts';

/** Sockets that are open at the same time. */
const PARALLEL = 48;
/** Failures without any answer after which an address is taken for one that no way leads to. */
const PATIENCE = 2;

/**
 * How often each address is asked for each host, by how many there are to ask: replicas behind one address answer in
 * turn, and four answers miss one of two in one case of eight.
 */
const TIMES: readonly (readonly [upTo: number, times: number])[] = [
  [100, 4],
  [400, 2],
];

/** What came of asking one address for one host. */
export interface Asked {
  readonly way: Way;
  readonly results: readonly DialResult[];
  /** Why there is no result; undefined with none: it was not asked before time was up. */
  readonly failure?: PortFailure;
}

/** Asks many addresses for many hosts; what came until then can be taken at any moment. */
export class HostAsking {
  readonly #context: CollectContext;
  readonly #ways: readonly Way[];
  readonly #results = new Map<Way, DialResult[]>();
  readonly #failures = new Map<Way, PortFailure>();
  readonly #silent = new Map<string, PortFailure[]>();
  #done = 0;

  constructor(context: CollectContext, ways: readonly Way[]) {
    this.#context = context;
    this.#ways = ways;
  }

  get asked(): Asked[] {
    return this.#ways.map((way) => {
      const failure = this.#failures.get(way);
      return { way, results: this.#results.get(way) ?? [], ...(failure && { failure }) };
    });
  }

  /** Every address once, then those that answered again. @throws the signal's reason when the run ends */
  async ask(): Promise<void> {
    const times = TIMES.find(([upTo]) => this.#ways.length <= upTo)?.[1] ?? 1;
    await this.#round(this.#ways, this.#ways.length * times);
    for (let round = 1; round < times; round++) {
      await this.#round(
        this.#ways.filter((way) => this.#results.get(way)?.some(({ chain }) => chain.length > 0)),
        this.#ways.length * times,
      );
    }
  }

  async #round(ways: readonly Way[], total: number): Promise<void> {
    await eachOf(PARALLEL, ways, async (way) => {
      await this.#askOne(way);
      this.#context.advanced(++this.#done, total);
    });
  }

  async #askOne(way: Way): Promise<void> {
    const { port } = dialOf(way);
    const where = `${way.address} ${port}`;
    const silent = this.#silent.get(where) ?? [];
    if (silent.length >= PATIENCE) return void this.#failures.set(way, silent[0]!);
    const outcome = await askWay(this.#context, way);
    if (!(outcome instanceof PortFailure)) {
      this.#results.set(way, [...(this.#results.get(way) ?? []), outcome]);
      this.#silent.set(where, []);
    } else if (!this.#results.has(way)) {
      this.#failures.set(way, outcome);
      if (isFar(outcome)) this.#silent.set(where, [...silent, outcome]);
    }
  }
}

/** Asks one address once. @throws the signal's reason when the run ends */
export function askWay(context: CollectContext, way: Way): Promise<DialResult | PortFailure> {
  const { pod } = way;
  if (!pod) return attempt(context, dialOf(way));
  const { namespace, name, port } = pod;
  const open = (signal: AbortSignal) => context.ports.kube.portForward({ namespace, pod: name, port, signal });
  return attempt(context, dialOf(way), open);
}

/** The request for a page is for the header that says who answers. */
export function dialOf({ host, address, pod }: Way): ShakePlan['dial'] {
  return { address, port: pod?.port ?? host.port, sni: host.host, alpn: ['http/1.1'], get: '/' };
}
