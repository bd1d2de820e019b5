import { dirname, resolve } from 'node:path';
import { EXIT } from '../../core/model/error.ts';
import { renewalMetrics } from '../../core/monitor/renewal-metrics.ts';
import type { Inventory } from '../../core/snapshot/inventory.ts';
import { clean } from '../../core/view/text.ts';
import { PortFailure } from '../../io/ports/failure.ts';
import type { Files } from '../../io/ports/files.ts';
import { reportError } from '../errors.ts';
import type { Session } from '../session.ts';
import { observerOf, openRenewal, type RenewJob } from './job.ts';

/** Bytes of a metric's file. */
const MAX_FILE = 1 << 20;
/** Permission bits: node_exporter runs as a user of its own. */
const FILE_MODE = 0o644;
const FOLDER_MODE = 0o755;

/**
 * Runs a renewal and leaves a metric of how it ended, whatever came of it: `--metrics-file`.
 * @returns the exit code of the renewal @throws what it throws
 */
export async function leavingMetrics(job: RenewJob, renew: () => Promise<number>): Promise<number> {
  const file = job.flags['metrics-file'];
  if (file === undefined) return renew();
  try {
    const exitCode = await renew();
    await leave(job, { path: resolve(file), exitCode });
    return exitCode;
  } catch (error) {
    await leave(job, { path: resolve(file), exitCode: reportError(error, { verbose: false }).exitCode });
    throw error;
  }
}

/** A metric that can't be written is said, and changes nothing of what the renewal came to. */
async function leave(job: RenewJob, { path, exitCode }: { path: string; exitCode: number }): Promise<void> {
  const { clock, terminal, openWorkshop } = job.context;
  try {
    const session = await openAgain(job);
    if (!session && isDemo(job)) return;
    const files = session?.ports.files ?? job.context.files;
    const before = await textOf(files, path);
    const inventory = session && (await readNode(job, session));
    const text = renewalMetrics({ at: clock.now(), exitCode, before, ...(inventory && { inventory }) });
    const { changes } = session?.ports.workshop ?? (await openWorkshop(job.flags['state-dir']));
    await changes.makeDirectory(dirname(path), FOLDER_MODE);
    await files.replace(path, Buffer.from(text), FILE_MODE);
  } catch (error) {
    if (!(error instanceof PortFailure)) throw error;
    terminal.err(`${clean(`warning: the metric could not be written: ${error.message}`)}\n`);
  }
}

/** undefined where the flags themselves can't be understood: the renewal has said so. */
async function openAgain(job: RenewJob): Promise<Session | undefined> {
  try {
    return await openRenewal(job);
  } catch (error) {
    if (reportError(error, { verbose: false }).exitCode === EXIT.fault) throw error;
    return undefined;
  }
}

function isDemo({ flags }: RenewJob): boolean {
  return flags.demo || flags.incident !== undefined;
}

/** The node's files as they are when it is over. */
function readNode(job: RenewJob, session: Session): Promise<Inventory> {
  const { pkiDir } = session.scope;
  const request = { source: 'kubeadm-files', params: { folder: pkiDir }, why: 'when they end now' };
  return observerOf(session, job)([request]);
}

async function textOf(files: Files, path: string): Promise<string> {
  try {
    return Buffer.from(await files.read(path, MAX_FILE)).toString('utf8');
  } catch (error) {
    if (error instanceof PortFailure && error.state === 'absent') return '';
    throw error;
  }
}
