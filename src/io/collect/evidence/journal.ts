import { requestCommand, want } from '../../../core/diagnose/requests.ts';
import { ref } from '../../../core/model/ref.ts';
import { readLog } from '../../../core/parse/log.ts';
import { lastWord } from '../../../core/parse/tool-output.ts';
import type { Source } from '../source.ts';

/** Bytes. */
const MAX_OUTPUT = 1 << 20;

/** What systemd kept of a unit of this machine. A machine without the journal has nothing to say. */
export function journal(unit: string): Source {
  const command = requestCommand(want.journal(unit, ''));
  const unknown = `what ${unit} of this machine says`;
  return {
    id: 'journal',
    layer: 'cluster',
    title: `journal of ${unit}`,
    needs: [{ kind: 'binary', name: 'journalctl' }],
    inScope: ({ cluster, layers }) => cluster && layers.includes('cluster'),
    command,
    unknown,
    collect: async ({ ports, signal, answered, begin }) => {
      const reading = begin({ command, unknown });
      const { exit, stdout, stderr } = await ports.tools.run({
        argv: command.split(' '),
        maxOutput: MAX_OUTPUT,
        signal,
      });
      answered();
      if (exit !== 0) return reading.end('partial', lastWord({ exit, stdout, stderr }));
      for (const message of readLog(stdout, { object: ref.object('unit', unit) })) reading.fact('message', message);
      reading.complete();
    },
  };
}
