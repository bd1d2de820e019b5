import { componentOf } from '../../../core/parse/component-flags.ts';
import { CONTROL_PLANE_PROGRAMS, filesOf, programOf } from '../../../core/parse/control-plane.ts';
import type { FileStat } from '../../ports/files.ts';
import type { ProcessInfo } from '../../ports/processes.ts';
import type { CollectContext, Source } from '../source.ts';

const COMMAND = 'ps -eo pid,lstart,args';
const UNKNOWN = 'since when the control plane of this machine runs, and so which files it has not taken up';

/** Beside the static Pods': k3s and rke2 are whole control planes in one process, which renew at their start. */
const OTHER_PROGRAMS = ['kubelet', 'k3s', 'k3s-server', 'k3s-agent', 'rke2'];

/** The processes of this machine that read certificates: static Pods' are seen from their node. */
export const processes: Source = {
  id: 'processes',
  layer: 'cluster',
  title: 'processes of this machine',
  needs: [],
  inScope: ({ cluster, layers }) => cluster && layers.includes('cluster'),
  command: COMMAND,
  unknown: UNKNOWN,
  collect: async (context) => {
    const found = await context.ports.processes.named([...CONTROL_PLANE_PROGRAMS, ...OTHER_PROGRAMS]);
    context.answered();
    if (found.length === 0) return;
    const reading = context.begin({ command: COMMAND, unknown: UNKNOWN });
    for (const process of found) {
      reading.fact('process', await factOf(context, process));
      const told = componentOf(process.argv);
      if (told) reading.fact('component', { ...told, by: 'process', object: `process/${process.pid}` });
    }
  },
};

async function factOf({ ports }: CollectContext, { pid, argv, started }: ProcessInfo) {
  const files = filesOf(argv).map(async (path) => {
    // One that it may read and we may not, or that only its container has, has no known change.
    const stat: FileStat | undefined = await ports.files.stat(path).catch(() => undefined);
    return { path, ...(stat && { modified: new Date(stat.modified).toISOString() }) };
  });
  return {
    program: programOf(argv[0] ?? ''),
    pid,
    started: new Date(started).toISOString(),
    files: await Promise.all(files),
  };
}
