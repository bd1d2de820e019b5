import { createHash } from 'node:crypto';
import type { Installed, InstalledFile } from '../../core/plan/setup/installed.ts';
import { SCHEDULE_NAME } from '../../core/plan/setup/schedule-options.ts';
import { SCHEDULE_PATHS } from '../../core/plan/setup/schedule-plan.ts';
import { PortFailure } from '../../io/ports/failure.ts';
import type { Files } from '../../io/ports/files.ts';
import type { Ports } from '../../io/ports/ports.ts';

/** Bytes of a unit or a crontab. */
const MAX_FILE = 1 << 20;
const MAX_OUTPUT = 1 << 16;
/** Milliseconds that systemd may take to say what it starts. */
const ANSWER_WITHIN = 10_000;

/** What is installed of a schedule below `root`; an empty root is the machine itself. @throws PortFailure */
export async function readInstalled(ports: Pick<Ports, 'files' | 'tools'>, root: string): Promise<Installed> {
  const files = new Map<string, InstalledFile>();
  for (const path of SCHEDULE_PATHS) {
    const content = await textOf(ports.files, root + path);
    if (content === undefined) continue;
    const mode = (await ports.files.stat(root + path))?.mode ?? 0;
    files.set(path, { content, mode, sha256: createHash('sha256').update(content).digest('hex') });
  }
  return { files, timerRuns: await timerRuns(ports, root) };
}

async function timerRuns({ tools }: Pick<Ports, 'tools'>, root: string): Promise<boolean> {
  const timer = `${SCHEDULE_NAME}.timer`;
  const says = async (argv: readonly string[]) => {
    const run = { argv, maxOutput: MAX_OUTPUT, signal: AbortSignal.timeout(ANSWER_WITHIN) };
    return (await tools.run(run)).stdout.trim();
  };
  try {
    if (root !== '') return (await says(['systemctl', `--root=${root}`, 'is-enabled', timer])) === 'enabled';
    const enabled = (await says(['systemctl', 'is-enabled', timer])) === 'enabled';
    return enabled && (await says(['systemctl', 'is-active', timer])) === 'active';
  } catch (error) {
    // Without a systemd nothing is started; installing says so.
    if (error instanceof PortFailure) return false;
    throw error;
  }
}

/** Every file in which cron or systemd may have been told to renew. */
export async function readSchedules(files: Files, root: string): Promise<{ path: string; content: string }[]> {
  const folders = ['/etc/cron.d', '/etc/cron.daily', '/etc/cron.weekly', '/etc/cron.monthly', '/etc/systemd/system'];
  const single = ['/etc/crontab', '/var/spool/cron/crontabs/root', '/var/spool/cron/root'];
  const listed = await Promise.all(
    folders.map(async (folder) => (await namesIn(files, root + folder)).map((name) => `${folder}/${name}`)),
  );
  const paths = [...single, ...listed.flat()].filter((path) => !SCHEDULE_PATHS.includes(path));
  const read = await Promise.all(paths.map(async (path) => ({ path, content: await textOf(files, root + path) })));
  return read.flatMap(({ path, content }) => (content === undefined ? [] : [{ path, content }]));
}

/** What may not be read is not ours to judge. */
async function namesIn(files: Files, folder: string): Promise<string[]> {
  return files.list(folder).catch(() => []);
}

/** undefined where there is no file, or none that we may read: installing says which. */
async function textOf(files: Files, path: string): Promise<string | undefined> {
  try {
    return Buffer.from(await files.read(path, MAX_FILE)).toString('utf8');
  } catch (error) {
    if (error instanceof PortFailure) return undefined;
    throw error;
  }
}
