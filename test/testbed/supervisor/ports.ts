import { createServer, type Server } from 'node:net';

/** Above the well-known and the components' default ports, below NodePorts (30000) and the kernel's own choices (32768). */
const FIRST = 20_000;
const BLOCK = 200;
const BLOCKS = 49;

/** The loopback address that belongs to the block of a port: where one bed's port 80 is not another's. */
export function loopbackOf(port: number): string {
  return `127.1.${Math.floor((port - FIRST) / BLOCK)}.1`;
}

function listen(port: number, host: string): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', () => resolve(undefined));
    server.listen({ port, host, exclusive: true }, () => resolve(server));
  });
}

async function isFree(port: number): Promise<boolean> {
  const server = await listen(port, '0.0.0.0');
  if (server === undefined) return false;
  await new Promise((resolve) => server.close(resolve));
  return true;
}

/**
 * A block of ports for one bed. Its first port is listened on for as long as the bed lives, which keeps every other bed
 * of the machine out of the block: no port is lost between being chosen and being used.
 */
export class PortBlock {
  #base: number;
  #next: number;
  #guard: Server;
  #named = new Map<string, number>();

  private constructor(base: number, guard: Server) {
    this.#base = base;
    this.#next = base + 1;
    this.#guard = guard;
  }

  /** @throws Error when every block is taken */
  static async reserve(): Promise<PortBlock> {
    const start = Math.floor(Math.random() * BLOCKS);
    for (let i = 0; i < BLOCKS; i++) {
      const base = FIRST + ((start + i) % BLOCKS) * BLOCK;
      const guard = await listen(base, '127.0.0.1');
      if (guard !== undefined) return new PortBlock(base, guard.unref());
    }
    throw new Error(
      `no free block of ${BLOCK} ports from ${FIRST}: ${BLOCKS} beds are up, or something listens on all of them`,
    );
  }

  /** The port of that name, the same one each time it is asked for. */
  async named(name: string): Promise<number> {
    const known = this.#named.get(name);
    if (known !== undefined) return known;
    const port = await this.#take();
    this.#named.set(name, port);
    return port;
  }

  async #take(): Promise<number> {
    while (this.#next < this.#base + BLOCK) {
      const port = this.#next++;
      if (await isFree(port)) return port;
    }
    throw new Error(`the bed has used up its ${BLOCK - 1} ports`);
  }

  release(): void {
    this.#guard.close();
  }
}
