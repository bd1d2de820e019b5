import { Args } from '@oclif/core';
import { diffSnapshotFiles } from '../../../app/diff-snapshots.ts';
import { EXIT } from '../../../core/model/error.ts';
import { BaseCommand } from '../../base-command.ts';
import { OUTPUT_FLAGS } from '../../flags/output.ts';
import { printReport } from '../../print.ts';

export default class SnapshotDiff extends BaseCommand {
  static override summary = 'what changed between two snapshots';
  static override description = 'Says which certificates were renewed, replaced, added or lost between two snapshots.';
  static override examples = [
    {
      description: 'What a renewal did:',
      command: '<%= config.bin %> snapshot diff before.snapshot after.snapshot',
    },
  ];
  static override args = {
    before: Args.string({ ignoreStdin: true, required: true, description: 'the older snapshot' }),
    after: Args.string({ ignoreStdin: true, required: true, description: 'the newer one' }),
  };
  static override flags = { ...OUTPUT_FLAGS };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(SnapshotDiff);
    const { terminal } = this.context;
    const report = await diffSnapshotFiles(this.context, args);
    const { out, err } = printReport(report, flags, terminal);
    terminal.out(out);
    terminal.err(err);
    return EXIT.ok;
  }
}
