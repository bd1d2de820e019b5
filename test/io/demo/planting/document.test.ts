// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the form's references are written so
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { builtInIncident } from '../../../../src/io/demo/incidents/catalogue.ts';
import { parsePlanting } from '../../../../src/io/demo/planting/parse.ts';
import { REFERENCE_FILTERS, REFERENCE_KINDS } from '../../../../src/io/demo/planting/reference.ts';
import { demoPorts } from '../../../../src/io/demo/ports.ts';
import { createWorld } from '../../../../src/io/demo/world/world.ts';
import { NOW } from '../../../support/fake-ports.ts';

const PAGE = 'test/testbed/PLANTING.md';
const page = readFileSync(PAGE, 'utf8');
const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text!);

describe('the page about planting', () => {
  it('has an example for each layer, and each can be planted', async () => {
    const known = [builtInIncident('kubeadm')];
    const incidents = examples.flatMap((text) => parsePlanting(text, { file: PAGE, known }));
    assert.deepEqual(
      incidents.map(({ layer }) => layer),
      ['cluster', 'ingress', 'mesh'],
    );
    for (const incident of incidents) {
      const { objects, files } = await createWorld(incident, NOW).render(incident);
      assert.doesNotMatch(JSON.stringify({ objects, files }), /\$\{/);
      await demoPorts({ incident, now: NOW });
    }
  });

  it('names every kind of reference and every filter', () => {
    for (const kind of Object.keys(REFERENCE_KINDS)) {
      assert.ok(page.includes(kind === 'moment' ? '${now-3d}' : `\${${kind}:`), kind);
    }
    for (const filter of REFERENCE_FILTERS) assert.ok(page.includes(`|${filter}`), filter);
  });
});
