import { Flags } from '@oclif/core';
import { encodeSnapshot, writeSnapshot } from '../../../app/snapshot-file.ts';
import { EXIT, UserError } from '../../../core/model/error.ts';
import { coverageNotes, coverageSummary } from '../../../core/view/coverage.ts';
import { clean, count } from '../../../core/view/text.ts';
import { ReadingCommand } from '../../reading-command.ts';

export default class Snapshot extends ReadingCommand {
  static override summary = 'write down what can be seen, without secrets, to work on it elsewhere';
  static override description =
    'Writes everything that layers, check and debug need into one file: public data only. Whoever has the file reads it with --from; nothing else is needed, no cluster and no rights.';
  static override examples = [
    { description: 'Take a snapshot:', command: '<%= config.bin %> snapshot -f cluster.snapshot' },
    { description: 'Work on one:', command: '<%= config.bin %> check --from cluster.snapshot' },
    {
      description: 'Take one of a control-plane node, from elsewhere:',
      command: '<%= config.bin %> snapshot | ssh desk "cat > node.snapshot"',
    },
  ];
  static override flags = {
    filename: Flags.string({
      char: 'f',
      helpValue: 'FILE',
      default: '-',
      summary: 'file to write, - for standard output',
    }),
  };

  async run(): Promise<number> {
    const { flags } = await this.parse(Snapshot);
    const { terminal } = this.context;
    const toFile = flags.filename !== '-';
    if (!toFile && terminal.outIsTerminal) throw terminalRefused();
    const session = await this.openSession(flags, []);
    const { snapshot } = await session.read();
    if (!toFile) terminal.out(encodeSnapshot(snapshot));
    const bytes = toFile ? await writeSnapshot(this.context.files, flags.filename, snapshot) : 0;
    for (const { text } of coverageNotes(snapshot.coverage)) terminal.err(`${clean(text)}\n`);
    const certificates = count(Object.keys(snapshot.certificates).length, 'certificate');
    const where = toFile ? ` in ${flags.filename}, ${count(bytes, 'byte')}` : '';
    terminal.err(`${certificates}${where}; sources: ${coverageSummary(snapshot.coverage)}\n`);
    return EXIT.ok;
  }
}

function terminalRefused(): UserError {
  return new UserError('a snapshot is binary data, which a terminal cannot show', {
    exitCode: EXIT.usage,
    hints: ['name a file: kubectl certs snapshot -f FILE'],
  });
}
