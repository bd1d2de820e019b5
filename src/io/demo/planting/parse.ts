import { isSeq } from 'yaml';
import { EXIT, UserError } from '../../../core/model/error.ts';
import type { Incident } from './form.ts';
import { extendIncident, identitiesOf } from './merge.ts';
import { checkNames } from './names.ts';
import { type IncidentLines, readIncident } from './sections.ts';
import { type Problem, ShapeSource, type Use } from './shape-source.ts';

/** Problems that one message names; the rest is counted. */
const SHOWN = 20;

export interface ParseOptions {
  /** The name of the file, for messages. */
  readonly file: string;
  /** Whole incidents that those in the text may extend. */
  readonly known?: readonly Incident[];
}

/**
 * Reads a text in the planting form: a list of incidents, each made whole with what it extends.
 * @throws UserError (exit 65) that names file, line and reason of every problem
 */
export function parsePlanting(text: string, options: ParseOptions): Incident[] {
  const source = new ShapeSource(text);
  const read = source.problems.length === 0 ? readIncidents(source) : [];
  const problems = [...source.problems];
  const whole = new Map((options.known ?? []).map((incident) => [incident.id, incident]));
  const incidents: Incident[] = [];
  if (problems.length === 0) {
    for (const part of read) {
      const incident = completeIncident(part, whole, incidents, problems);
      whole.set(incident.id, incident);
      incidents.push(incident);
    }
  }
  if (problems.length > 0) throw refusal(problems, options.file);
  return incidents;
}

interface Read {
  readonly incident: Incident;
  readonly lines: IncidentLines;
  readonly uses: readonly Use[];
}

function readIncidents(source: ShapeSource): Read[] {
  const root = source.resolve(source.root);
  if (!isSeq(root) || root.items.length === 0) {
    source.refuse(root, 'a planting file is a list of incidents (- id: ...)');
    return [];
  }
  return root.items.map((item, index) => ({
    ...readIncident(item, source, `incident ${index + 1}`),
    uses: source.takeUses(),
  }));
}

function completeIncident(
  { incident, lines, uses }: Read,
  known: ReadonlyMap<string, Incident>,
  before: readonly Incident[],
  problems: Problem[],
): Incident {
  const at = (part: string) => lines.parts.get(part) ?? lines.head;
  if (before.some(({ id }) => id === incident.id)) {
    problems.push({ line: at('id'), reason: `a second incident ${incident.id}` });
  }
  const base = incident.extends === undefined ? undefined : known.get(incident.extends);
  if (incident.extends !== undefined && !base) {
    const names = [...known.keys()].join(', ') || 'none';
    problems.push({
      line: at('extends'),
      reason: `extends: no incident ${incident.extends} before it (known: ${names})`,
    });
  }
  const there = base ? identitiesOf(base) : new Set<string>();
  for (const [index, identity] of (incident.without ?? []).entries()) {
    if (!there.has(identity)) {
      problems.push({ line: at(`without[${index}]`), reason: `without: ${identity} is not in what it extends` });
    }
  }
  const whole = base ? extendIncident(base, incident) : incident;
  problems.push(...checkNames(whole, incident, lines, uses));
  return whole;
}

function refusal(problems: readonly Problem[], file: string): UserError {
  const sorted = [...problems].sort((a, b) => a.line - b.line);
  const lines = sorted.slice(0, SHOWN).map(({ line, reason }) => `${file}:${line}: ${reason}`);
  const rest = sorted.length - lines.length;
  return new UserError([...lines, ...(rest > 0 ? [`and ${rest} more`] : [])].join('\n'), {
    exitCode: EXIT.unreadable,
    hints: ['the form is described in test/testbed/PLANTING.md'],
  });
}
