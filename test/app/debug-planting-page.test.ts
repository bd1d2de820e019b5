import { readFileSync } from 'node:fs';
import { BUILT_IN_IDS, builtInIncident } from '../../src/io/demo/incidents/catalogue.ts';
import { parsePlanting } from '../../src/io/demo/planting/parse.ts';
import { assertSolved, debugIncident, symptomOf } from '../support/debug-incident.ts';

const PAGE = 'test/testbed/PLANTING.md';
const EXAMPLES = [...readFileSync(PAGE, 'utf8').matchAll(/```yaml\n(.*?)```/gs)].flatMap(([, yaml = '']) =>
  parsePlanting(yaml, { file: PAGE, known: BUILT_IN_IDS.map(builtInIncident) }),
);

describe('the worked examples of the page on planting', () => {
  for (const example of EXAMPLES) {
    it(`${example.id} is solved by its symptom`, async () =>
      assertSolved(example, await debugIncident(example, await symptomOf(example))));
  }
});
