import { fileURLToPath } from 'node:url';
import { formatError, reportError } from './cli/errors.ts';
import { leave } from './cli/leave.ts';
import { runCommandLine } from './cli/run.ts';
import { createContext } from './context.ts';

const argv = process.argv.slice(2);

// Without it oclif starts PowerShell on every run to learn its name (its util/os.ts, getShell), for some hints in help.
if (process.platform === 'win32') process.env.SHELL ??= process.env.ComSpec ?? 'cmd.exe';

const context = createContext(process);

// What no one awaited is our fault too, and ends with one message as all others do.
process.once('uncaughtException', (error) => {
  context.terminal.giveBackScreen();
  const report = reportError(error, { verbose: argv.includes('--verbose') });
  process.stderr.write(formatError(report), () => process.exit(report.exitCode));
});

process.exitCode = await runCommandLine(argv, {
  root: fileURLToPath(new URL('..', import.meta.url)),
  context,
});
for (const stream of [process.stdout, process.stderr]) {
  await new Promise<void>((resolve) => stream.write('', () => resolve()));
}
leave();
