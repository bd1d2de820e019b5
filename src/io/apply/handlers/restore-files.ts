import { restore } from '../backup.ts';
import { during } from '../failure.ts';
import type { StepHandler } from '../handler.ts';
import type { ApplyPorts } from '../ports.ts';
import { linesOf } from './backup-files.ts';

/** Puts files back from the run's backup; what is as it was stays untouched. */
export function restoreFiles(ports: ApplyPorts): StepHandler {
  return {
    kind: 'restore-files',
    run: async ({ params }, { run }) => {
      const paths = linesOf(params?.paths);
      const restored = await during('the backup could not be put back', () => restore(ports, run, paths));
      return restored.length > 0 ? `put back ${restored.join(', ')}` : `${paths.join(', ')} had not been changed`;
    },
  };
}
