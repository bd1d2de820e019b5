import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { until } from '../run.ts';
import { type Replies, type Reply, type Request, socketOf } from './protocol.ts';

const MAIN = join(import.meta.dirname, 'main.ts');

/**
 * Starts the supervisor of a run folder and waits until it listens.
 * @param tied whether it ends with this process (a test run), or lives until `down`
 * @throws Error when it doesn't listen within 10 s
 */
export async function startSupervisor(runDir: string, { tied }: { tied: boolean }): Promise<ChildProcess> {
  mkdirSync(runDir, { recursive: true, mode: 0o700 });
  const log = openSync(join(runDir, 'supervisor.log'), 'a');
  const args = [MAIN, runDir, ...(tied ? ['--tied'] : [])];
  const child = spawn(process.execPath, args, { detached: true, stdio: [tied ? 'pipe' : 'ignore', log, log] });
  closeSync(log);
  child.unref();
  (child.stdin as Socket | null)?.unref();
  await until('the supervisor listens', () => existsSync(socketOf(runDir)), { withinMs: 10_000, everyMs: 20 });
  return child;
}

/**
 * Asks the supervisor of a run folder.
 * @throws Error with the supervisor's own words, or when none listens there or the time limit (5 min) is over
 */
export function ask<Op extends Request['op']>(runDir: string, request: Request & { op: Op }): Promise<Replies[Op]> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketOf(runDir));
    let text = '';
    socket.setTimeout(300_000, () => socket.destroy(new Error(`no answer to ${request.op} within 5 min`)));
    socket.once('error', (error) => reject(new Error(`no supervisor in ${runDir}: ${error.message}`)));
    socket.setEncoding('utf8').on('data', (chunk) => (text += chunk));
    socket.once('close', () => {
      if (text === '') return reject(new Error(`the supervisor of ${runDir} ended without an answer`));
      const reply = JSON.parse(text) as Reply<Op>;
      if ('error' in reply) reject(new Error(reply.error));
      else resolve(reply.ok);
    });
    socket.write(`${JSON.stringify(request)}\n`);
  });
}
