import type { StepHandler } from '../handler.ts';
import { StepFailure } from '../handler.ts';
import type { ApplyPorts } from '../ports.ts';
import { runTool } from '../tool.ts';
import { linesOf } from './backup-files.ts';

/** Milliseconds. */
const DEADLINE = 90_000;

/** Runs the step's command; where params name a `check`, its answer must be what `says` says. */
export function runCommand(ports: ApplyPorts): StepHandler {
  return {
    kind: 'run-tool',
    run: async ({ command, params }, context) => {
      const hangs = 'systemd waits for something: see systemctl list-jobs';
      const run = (argv: readonly string[]) => runTool(ports, { argv, deadline: DEADLINE, hangs }, context);
      await run(command);
      const check = linesOf(params?.check);
      if (check.length === 0) return `${command.join(' ')} has run`;
      const answer = (await run(check)).stdout.trim();
      if (answer === params?.says) return `${check.join(' ')} says ${answer}`;
      throw new StepFailure(`${check.join(' ')} says ${answer || 'nothing'} instead of ${params?.says}`);
    },
  };
}
