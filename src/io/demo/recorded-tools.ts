import type { RecordedTool } from './planting/form.ts';
import { momentOf } from './planting/moment.ts';
import type { World } from './world/world.ts';

/** What an incident's binaries answer: as recorded, and `journalctl -u UNIT ...` with the log of a unit. */
export function toolsOf({ incident, now }: World): readonly RecordedTool[] {
  const units = (incident.logs ?? []).flatMap(({ unit, lines }): RecordedTool[] => {
    if (unit === undefined) return [];
    const stdout = lines.map(({ at, text }) => `${journalTime(momentOf(at, now))} ${unit}: ${text}\n`).join('');
    return [{ argv: ['journalctl', '-u', unit, '...'], stdout, stderr: '', exit: 0 }];
  });
  return [...(incident.tools ?? []), ...units];
}

/** journalctl's `short-iso-precise`, in UTC. */
function journalTime(at: number): string {
  return new Date(at).toISOString().replace('Z', '000+0000');
}

/** The first answer whose words are those of the command: `*` stands for one word, a closing `...` for any more. */
export function answerTo(tools: readonly RecordedTool[], argv: readonly string[]): RecordedTool | undefined {
  return tools.find((tool) => fits(tool.argv, argv));
}

function fits(pattern: readonly string[], argv: readonly string[]): boolean {
  const isOpen = pattern.at(-1) === '...';
  const words = isOpen ? pattern.slice(0, -1) : pattern;
  if (isOpen ? argv.length < words.length : argv.length !== words.length) return false;
  return words.every((word, index) => word === '*' || word === argv[index]);
}
