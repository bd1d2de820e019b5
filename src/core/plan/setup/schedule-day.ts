import { WEEKDAYS, type Weekday } from './schedule-options.ts';

/** The first control-plane node's day; the others follow. In the middle of the week somebody is there to look. */
const FIRST = WEEKDAYS.indexOf('Tue');

/**
 * Control-plane nodes take turns, a day each, so that no two restart their API servers together.
 * @param nodes names of all control-plane nodes, this one among them or not
 */
export function dayOf(nodes: readonly string[], node: string | undefined): Weekday {
  const names = [...new Set([...nodes, ...(node === undefined ? [] : [node])])].sort();
  const turn = node === undefined ? 0 : names.indexOf(node);
  return WEEKDAYS[(FIRST + turn) % WEEKDAYS.length]!;
}

/** The day that an installed file of ours names; undefined when it names none. */
export function dayIn(content: string): Weekday | undefined {
  const calendar = /^OnCalendar=(\w{3}) /m.exec(content)?.[1];
  const cron = /^\d+ \d+ \* \* (\d) root /m.exec(content)?.[1];
  return WEEKDAYS.find((day, index) => day === calendar || String(index + 1) === cron);
}
