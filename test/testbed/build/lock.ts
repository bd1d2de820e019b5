import { createServer, type Server } from 'node:net';
import { until } from '../run.ts';

const HOUR = 3_600_000;

function take(name: string): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', () => resolve(undefined));
    server.listen(name, () => resolve(server));
  });
}

/**
 * Runs `work` while no other process of this user builds: two heavy links at once take more memory than time.
 * The lock is a listening socket in Linux's abstract namespace: it has no file, and the kernel frees it with its holder.
 */
export async function whileAloneBuilding<T>(work: () => Promise<T>): Promise<T> {
  const name = `\0kubectl-certs-testbed-build-${process.getuid?.()}`;
  const lock = await until('another build ends', () => take(name), { withinMs: HOUR, everyMs: 500 });
  try {
    return await work();
  } finally {
    lock.close();
  }
}
