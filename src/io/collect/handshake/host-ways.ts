import type { HostWay } from '../../../core/model/facts.ts';
import type { ResolveRule } from '../../../core/model/target.ts';
import { parseAddress } from '../../../core/x509/general-name.ts';
import { PortFailure } from '../../ports/failure.ts';
import type { CollectContext } from '../source.ts';
import type { PlannedHost } from './host-plan.ts';
import { eachOf } from './parallel.ts';

/** One address that is to be asked for one host. */
export interface Way {
  readonly host: PlannedHost;
  readonly address: string;
  readonly by: readonly HostWay[];
  /** The name that led to the address, where it is not the host's own. */
  readonly named?: string;
  /** The replica behind the address, which is reached through the API server. */
  readonly pod?: { readonly namespace: string; readonly name: string; readonly port: number };
}

export interface FoundWays {
  readonly ways: readonly Way[];
  /** Hosts that no address is known of, and why. */
  readonly homeless: readonly { readonly host: PlannedHost; readonly reason: string }[];
}

/** Milliseconds: a name server that has not answered by then is not worth the wait. */
const NAME_WITHIN = 3_000;
/** Names that are looked up at the same time; the system's resolver works on two or four of them. */
const PARALLEL = 16;
/** After so many names without any answer the name server is taken for dead. */
const PATIENCE = 16;

/**
 * Every address that is known of each host: the one that `--resolve` gives, else those of its objects and those that
 * its own name leads to.
 */
export async function findWays(context: CollectContext, hosts: readonly PlannedHost[]): Promise<FoundWays> {
  const names = new Names(context);
  const { resolve } = context.scope;
  const asked = hosts.filter((host) => ruleFor(resolve, host) === undefined);
  await names.lookUp([...asked.flatMap(({ addresses }) => addresses.filter(isName)), ...asked.map(({ host }) => host)]);
  const found = hosts.map((host) => ({ host, ways: waysTo(host, names, ruleFor(resolve, host)) }));
  return {
    ways: found.flatMap(({ ways }) => ways),
    homeless: found
      .filter(({ ways }) => ways.length === 0)
      .map(({ host }) => ({ host, reason: reasonFor(host, names) })),
  };
}

function ruleFor(rules: readonly ResolveRule[], { host, port }: PlannedHost): ResolveRule | undefined {
  return rules.find((rule) => rule.host === host && rule.port === port);
}

function isName(address: string): boolean {
  return parseAddress(address) === undefined;
}

function waysTo(host: PlannedHost, names: Names, rule: ResolveRule | undefined): Way[] {
  if (rule) return [{ host, address: rule.address, by: ['resolve'] }];
  const ways = new Map<string, Way>();
  const add = (address: string, by: HostWay, named?: string) => {
    const known = ways.get(address);
    if (known) ways.set(address, { ...known, by: [...new Set([...known.by, by])] });
    else ways.set(address, { host, address, by: [by], ...(named !== undefined && { named }) });
  };
  for (const address of host.addresses) {
    if (!isName(address)) add(address, 'status');
    else for (const each of names.of(address)) add(each, 'status', address);
  }
  for (const address of names.of(host.host)) add(address, 'dns');
  return [...ways.values()];
}

function reasonFor({ host, addresses }: PlannedHost, names: Names): string {
  const status = addresses.length === 0 ? 'no controller has given its objects an address' : undefined;
  const failed = [...addresses.filter(isName), host].flatMap((name) => names.failure(name) ?? []);
  return [status, ...new Set(failed)].filter(Boolean).join(', and ');
}

/** Looks names up, each once, until the name server has shown that it is dead. */
class Names {
  readonly #context: CollectContext;
  readonly #found = new Map<string, readonly string[] | PortFailure>();
  #answered = false;
  #unanswered = 0;

  constructor(context: CollectContext) {
    this.#context = context;
  }

  async lookUp(names: readonly string[]): Promise<void> {
    await eachOf(PARALLEL, [...new Set(names)], async (name) => {
      this.#found.set(name, await this.#one(name));
    });
  }

  of(name: string): readonly string[] {
    const found = this.#found.get(name);
    return Array.isArray(found) ? found : [];
  }

  failure(name: string): string | undefined {
    const found = this.#found.get(name);
    return found instanceof PortFailure ? found.message : undefined;
  }

  async #one(name: string): Promise<readonly string[] | PortFailure> {
    const { ports, signal, answered } = this.#context;
    if (!this.#answered && this.#unanswered >= PATIENCE) {
      return new PortFailure('timed-out', `${name}: not looked up, since no name server answers`);
    }
    try {
      const addresses = await ports.resolver.addressesOf(
        name,
        AbortSignal.any([signal, AbortSignal.timeout(NAME_WITHIN)]),
      );
      this.#answered = true;
      answered();
      return addresses;
    } catch (error) {
      if (signal.aborted || !(error instanceof PortFailure)) throw error;
      if (error.state === 'timed-out') this.#unanswered++;
      else this.#answered = true;
      return error;
    }
  }
}
