import { setImmediate } from 'node:timers/promises';
import { UserError } from '../../../src/core/model/error.ts';
import type { Incident } from '../../../src/io/demo/planting/form.ts';
import { toldOf } from './corpus.ts';
import { debugDemo, diagnoseSnapshot } from './in-process.ts';
import { matchOf } from './match.ts';
import type { Result, Variation } from './results.ts';
import { sourcesOf, WORDINGS, withoutSource } from './variants.ts';

type Varied = 'words' | 'untold' | 'denied';

/**
 * The engine's answers when the same incident is told otherwise, and when one of its sources may not be read.
 * @param signal ends it: what there is by then is what there is
 */
export async function vary(incident: Incident, signal: AbortSignal): Promise<Pick<Result, Varied>> {
  const words: Variation[] = [];
  const untold: Variation[] = [];
  const denied: Variation[] = [];
  try {
    const symptom = toldOf(incident);
    for (const { title, say } of symptom === '' ? [] : WORDINGS) {
      const { diagnosis } = await debugDemo(incident, say(symptom), Date.now(), signal);
      words.push({ title, match: matchOf(diagnosis, incident.expect) });
    }
    const { diagnosis: said } = await debugDemo(incident, '', Date.now(), signal);
    untold.push({ title: 'no symptom', match: matchOf(said, incident.expect) });
    const { opened } = await debugDemo(incident, symptom, Date.now(), signal);
    for (const source of sourcesOf(opened.snapshot)) {
      if (signal.aborted) break;
      const diagnosis = diagnoseSnapshot(withoutSource(opened.snapshot, source), symptom, opened.now);
      denied.push({ title: source, match: matchOf(diagnosis, incident.expect) });
      await setImmediate(); // What came meanwhile is seen: the time that is up, or the wish to end.
    }
  } catch (error) {
    if (!signal.aborted && !(error instanceof UserError)) throw error;
  }
  return { words, untold, denied };
}
