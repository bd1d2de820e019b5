import type { FileChanges } from '../ports/file-changes.ts';
import type { Workshop } from '../ports/workshop.ts';
import type { DemoFiles } from './files.ts';
import type { DemoProcesses } from './processes.ts';
import { DemoStateStore } from './state-store.ts';

/** Where the demo's node has this program. */
const PROGRAM = ['/opt/kubectl-certs/node', '/opt/kubectl-certs/dist/kubectl-certs.cjs'];

/** A workshop whose changes stay in memory; the demo's kubelet follows those of its manifests. */
export function demoWorkshop(files: DemoFiles, processes: DemoProcesses): Workshop {
  const changes: FileChanges = {
    makeDirectory: (path) => files.makeDirectory(path),
    copy: async (from, to, options) => {
      await files.copy(from, to, options);
      await processes.follow(to);
    },
    move: async (from, to) => {
      await files.move(from, to);
      await processes.follow(from);
      await processes.follow(to);
    },
    remove: async (path) => {
      await files.remove(path);
      await processes.follow(path);
    },
  };
  return { changes, store: new DemoStateStore(), passing: true, program: PROGRAM, pid: process.pid, uid: 0 };
}
