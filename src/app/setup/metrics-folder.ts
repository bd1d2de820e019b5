import { PortFailure } from '../../io/ports/failure.ts';
import type { Ports } from '../../io/ports/ports.ts';

/** Debian's package has the first, the exporter's own documentation the second. */
const USUAL = ['/var/lib/prometheus/node-exporter', '/var/lib/node_exporter/textfile_collector'];
const EXPORTERS = ['node_exporter', 'prometheus-node-exporter', 'node-exporter'];

export interface MetricsFolder {
  readonly path: string;
  /** A node_exporter that runs reads it. */
  readonly isRead: boolean;
}

/** The folder that node_exporter's textfile collector reads; where none runs, the one that it usually has. */
export async function metricsFolder({ processes, files }: Pick<Ports, 'processes' | 'files'>): Promise<MetricsFolder> {
  for (const { argv } of await exporters(processes)) {
    const given = flagOf(argv, 'collector.textfile.directory');
    // One in a container sees the node's files below another folder.
    const rootfs = flagOf(argv, 'path.rootfs')?.replace(/\/+$/, '') ?? '';
    if (given) return { path: given.startsWith(`${rootfs}/`) ? given.slice(rootfs.length) : given, isRead: true };
  }
  for (const path of USUAL) {
    if ((await files.stat(path).catch(() => undefined))?.kind === 'directory') return { path, isRead: false };
  }
  return { path: USUAL[1]!, isRead: false };
}

async function exporters(processes: Ports['processes']) {
  try {
    return await processes.named(EXPORTERS);
  } catch (error) {
    if (error instanceof PortFailure) return [];
    throw error;
  }
}

function flagOf(argv: readonly string[], name: string): string | undefined {
  const at = argv.findIndex((word) => new RegExp(`^--?${name.replaceAll('.', '\\.')}(=|$)`).test(word));
  if (at < 0) return undefined;
  const [, value] = argv[at]!.split(/=(.*)/s);
  return value ?? argv[at + 1];
}
