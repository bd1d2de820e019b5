import { viewDiagnosis } from '../../../core/view/diagnosis.ts';
import { rfc3339 } from '../../../core/view/time.ts';
import { scroll } from '../cursor.ts';
import { type Line, line } from '../line.ts';
import { type Around, type ScreenKind, screenOf } from '../screen.ts';
import { reportLines } from './report-lines.ts';

/** The report that is printed when the screens are left. */
const reportScreen: ScreenKind<number> = {
  name: 'report',
  about: 'The diagnosis whole, as it is printed when the screens are left, and as debug -o md, json or html has it.',
  keys: [
    { intent: 'down', does: 'a line down', short: 'scroll' },
    { intent: 'up', does: 'a line up' },
    { intent: 'page-down', does: 'a page down' },
    { intent: 'page-up', does: 'a page up' },
    { intent: 'top', does: 'to the first line' },
    { intent: 'bottom', does: 'to the last line' },
    { intent: 'back', does: 'back', short: 'back' },
  ],
  title: () => line(' Report', { strong: true }),
  body: (top, around) => linesOf(around).slice(top),
  update: (top, intent, around) => {
    const to = scroll(top, intent, { count: linesOf(around).length, height: around.size.rows });
    return to === undefined ? undefined : { state: to };
  },
};

export function openReport() {
  return screenOf(reportScreen, 0);
}

function linesOf({ world, size }: Around): readonly Line[] {
  const round = world.case?.round;
  if (!round) return [line(' nothing is known yet', { tone: 'unknown' })];
  const { snapshot, now } = round.opened;
  const view = viewDiagnosis(round.diagnosis, { takenAt: snapshot.takenAt, evaluatedAt: rfc3339(now) });
  return reportLines(view, size.columns);
}
