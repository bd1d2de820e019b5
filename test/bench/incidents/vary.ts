import type { Incident } from '../../../src/io/demo/planting/form.ts';
import { debugDemo, diagnoseSnapshot } from './in-process.ts';
import { matchOf } from './match.ts';
import type { Result, Variation } from './results.ts';
import { sourcesOf, WORDINGS, withoutSource } from './variants.ts';

/** The engine's answers when the same incident is told otherwise, and when one of its sources may not be read. */
export async function vary(incident: Incident): Promise<Pick<Result, 'words' | 'denied'>> {
  const words: Variation[] = [];
  for (const { title, say } of WORDINGS) {
    const { diagnosis } = await debugDemo(incident, say(incident.symptom));
    words.push({ title, match: matchOf(diagnosis, incident.expect) });
  }
  const { opened } = await debugDemo(incident, incident.symptom);
  const denied = sourcesOf(opened.snapshot).map((source): Variation => {
    const diagnosis = diagnoseSnapshot(withoutSource(opened.snapshot, source), incident.symptom, opened.now);
    return { title: source, match: matchOf(diagnosis, incident.expect) };
  });
  return { words, denied };
}
