import assert from 'node:assert/strict';
import { readCorpus } from '../../bench/incidents/corpus.ts';
import { debugDemo } from '../../bench/incidents/in-process.ts';
import { type Match, matchOf } from '../../bench/incidents/match.ts';
import { NOW } from '../../support/fake-ports.ts';

const RIGHT: readonly Match['result'][] = ['first', 'right: no fault'];

/** Incidents of further mechanisms: each once, in its own words. */
describe('debug on further incidents', function () {
  this.timeout(60_000);

  for (const { incident } of readCorpus('test/incidents/more')) {
    it(`says what is at fault, or that nothing is: ${incident.id}`, async () => {
      const { diagnosis } = await debugDemo(incident, incident.symptom, NOW);
      const match = matchOf(diagnosis, incident.expect);
      const said = diagnosis.rootCauses.map(({ code, object }) => `${code} ${object}`);
      assert.ok(RIGHT.includes(match.result), `${match.result}: ${said.join('; ')}`);
      assert.deepEqual(match.forbidden, []);
      for (const cause of diagnosis.rootCauses) assert.ok(cause.evidence.length > 0 && cause.impact, cause.code);
    });
  }
});
