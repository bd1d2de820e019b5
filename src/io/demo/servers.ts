import type { PlantedServer } from './planting/form.ts';
import { parseSkew } from './planting/moment.ts';
import type { World } from './world/world.ts';

/** What listens in a world: looked up by the address that is dialled, with the chain that a connection gets. */
export class Servers {
  readonly #world: World;
  readonly #byAddress = new Map<string, PlantedServer>();
  readonly #connections = new Map<PlantedServer, number>();

  constructor(world: World) {
    this.#world = world;
    for (const server of world.incident.servers ?? []) {
      for (const address of server.listen) this.#byAddress.set(address, server);
    }
  }

  /** @param address without brackets; undefined when nothing listens there, or the port is denied */
  at(address: string, port: number): PlantedServer | undefined {
    return this.isDenied(address, port) ? undefined : this.#byAddress.get(keyOf(address, port));
  }

  /** Whether the incident lets nobody reach this port. */
  isDenied(address: string, port: number): boolean {
    const key = keyOf(address, port);
    return this.#world.incident.denied?.some((rule) => 'port' in rule && rule.port === key) ?? false;
  }

  /** Names of the chain that the next connection with this SNI gets. */
  chainFor(server: PlantedServer, sni: string | undefined): readonly string[] {
    const named = sni === undefined ? undefined : chainByName(server, sni);
    if (named) return named;
    const { replicas = [] } = server;
    const count = this.#connections.get(server) ?? 0;
    this.#connections.set(server, count + 1);
    return replicas[count % replicas.length] ?? server.chain ?? [];
  }

  /** The server's clock, milliseconds since the epoch. */
  clockOf(server: PlantedServer | undefined): number {
    return this.#world.now + (server?.skew === undefined ? 0 : (parseSkew(server.skew) ?? 0));
  }
}

function keyOf(address: string, port: number): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`;
}

/** The exact name first, then a wildcard for its last labels. */
function chainByName({ sni = {} }: PlantedServer, name: string): readonly string[] | undefined {
  const wanted = name.toLowerCase();
  return sni[wanted] ?? sni[`*${wanted.slice(wanted.indexOf('.'))}`];
}
