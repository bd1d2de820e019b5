import assert from 'node:assert/strict';
import { builtInIncident } from '../../../src/io/demo/incidents/catalogue.ts';
import type { Incident } from '../../../src/io/demo/planting/form.ts';
import { readCorpus } from '../../bench/incidents/corpus.ts';
import { debugDemo, diagnoseSnapshot } from '../../bench/incidents/in-process.ts';
import { type Match, matchOf } from '../../bench/incidents/match.ts';
import { sourcesOf, WORDINGS, withoutSource } from '../../bench/incidents/variants.ts';
import { NOW } from '../../support/fake-ports.ts';

const CORPUS: readonly Incident[] = [
  ...readCorpus('test/incidents/cluster').map(({ incident }) => incident),
  ...['challenge', 'stale-ingress', 'upstream-connect', 'frozen'].map(builtInIncident),
];
const RIGHT: readonly Match['result'][] = ['first', 'right: no fault'];
/** What was read is the same whoever cannot read it: one incident of each sort is enough for a unit test. */
const DENIED = new Set([
  'apiserver-renewed-files-old-process',
  'kubelet-serving-csr-pending',
  'webhook-certificate-without-san',
  'healthy-apiserver-tls-eof-noise',
]);

describe('debug on the incidents of the corpus', function () {
  this.timeout(60_000);

  for (const incident of CORPUS) {
    it(`names the root cause of ${incident.id} first, and what misleads is not ranked`, async () => {
      const { diagnosis } = await debugDemo(incident, incident.symptom, NOW);
      const match = matchOf(diagnosis, incident.expect);
      const said = diagnosis.rootCauses.map(({ code, object }) => `${code} ${object}`);
      assert.ok(RIGHT.includes(match.result), `${match.result}: ${said.join('; ')}`);
      assert.deepEqual(match.forbidden, []);
      for (const cause of [...diagnosis.rootCauses, ...diagnosis.otherCauses]) {
        assert.ok(cause.evidence.length > 0, `${cause.code} has no evidence`);
        assert.ok(cause.message && cause.impact, cause.code);
      }
    });
  }

  for (const incident of CORPUS) {
    it(`says nothing wrong of ${incident.id} to someone who tells no symptom`, async () => {
      const { diagnosis } = await debugDemo(incident, '', NOW);
      const match = matchOf(diagnosis, incident.expect);
      assertNotWrong(match, 'no symptom');
      assert.deepEqual(match.forbidden, []);
    });
  }

  for (const incident of CORPUS.filter(({ id }) => DENIED.has(id))) {
    it(`is never sure of another cause of ${incident.id} in other words or with one source denied`, async () => {
      for (const { title, say } of WORDINGS) {
        const { diagnosis } = await debugDemo(incident, say(incident.symptom), NOW);
        assertNotWrong(matchOf(diagnosis, incident.expect), title);
      }
      const { opened } = await debugDemo(incident, incident.symptom, NOW);
      for (const source of sourcesOf(opened.snapshot)) {
        const diagnosis = diagnoseSnapshot(withoutSource(opened.snapshot, source), incident.symptom, opened.now);
        assertNotWrong(matchOf(diagnosis, incident.expect), `without ${source}`);
      }
    });
  }
});

function assertNotWrong({ result, isSure, sameCode, by }: Match, title: string): void {
  assert.notEqual(result, 'false alarm', title);
  assert.ok(result !== 'missed' || !isSure || sameCode, `${title}: sure of something else (${by})`);
}
