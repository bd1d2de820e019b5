/**
 * The process that holds a bed's processes: node supervisor/main.ts RUNDIR [--tied].
 * Tied, it ends with whoever holds the other end of its standard input, however that one ended. It removes the run folder last.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { Keeper } from './keeper.ts';
import { PortBlock } from './ports.ts';
import { type Replies, type Request, socketOf } from './protocol.ts';

const [runDir = '', mode] = process.argv.slice(2);
mkdirSync(runDir, { recursive: true, mode: 0o700 });
const keeper = new Keeper(runDir);
const ports = await PortBlock.reserve();

let ending: Promise<void> | undefined;
function end(): Promise<void> {
  ending ??= keeper.killAll().finally(() => {
    ports.release();
    rmSync(runDir, { recursive: true, force: true });
  });
  return ending;
}

async function portsNamed(names: readonly string[]): Promise<Record<string, number>> {
  const entries: [string, number][] = [];
  for (const name of names) entries.push([name, await ports.named(name)]);
  return Object.fromEntries(entries);
}

async function answer(request: Request): Promise<Replies[Request['op']]> {
  switch (request.op) {
    case 'start':
      return keeper.start(request.spec);
    case 'stop':
      await keeper.stop(request.name);
      return null;
    case 'signal':
      keeper.signal(request.name, request.signal);
      return null;
    case 'list':
      return keeper.list();
    case 'ports':
      return portsNamed(request.names);
    case 'down':
      await end();
      return null;
  }
}

async function serve(socket: Socket, line: string): Promise<void> {
  const request = JSON.parse(line) as Request;
  const reply = await answer(request).then(
    (ok) => ({ ok }),
    (error: Error) => ({ error: error.message }),
  );
  socket.end(`${JSON.stringify(reply)}\n`);
  if (request.op === 'down') socket.once('close', () => process.exit(0));
}

const server = createServer((socket) => {
  let text = '';
  socket.on('error', () => {}); // Who asked may be gone before the answer.
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
    if (text.endsWith('\n')) void serve(socket, text);
  });
});
server.listen(socketOf(runDir));
writeFileSync(`${runDir}/supervisor.pid`, `${process.pid}\n`);

const leave = () => void end().finally(() => process.exit(0));
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, leave);
if (mode === '--tied') process.stdin.on('end', leave).on('error', leave).resume();
