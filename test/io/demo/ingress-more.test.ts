import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { check } from '../../../src/core/check/check.ts';
import { DEFAULT_POLICY } from '../../../src/core/model/policy.ts';
import { fold } from '../../../src/core/snapshot/fold.ts';
import { takeInventory } from '../../../src/core/snapshot/inventory.ts';
import { collect } from '../../../src/io/collect/run.ts';
import { SOURCES } from '../../../src/io/collect/sources.ts';
import { builtInIncident } from '../../../src/io/demo/incidents/catalogue.ts';
import type { Incident } from '../../../src/io/demo/planting/form.ts';
import { parsePlanting } from '../../../src/io/demo/planting/parse.ts';
import { demoPorts } from '../../../src/io/demo/ports.ts';
import { NOW } from '../../support/fake-ports.ts';
import { scopeOf } from '../../support/scope.ts';
import { never } from './plant.ts';

const FILE = 'test/incidents/ingress-more.yaml';
const HEALTHY = builtInIncident('cert-manager');

/** Everything that is found beside what the world without the change shows, information left out. */
async function found(incident: Incident): Promise<string[]> {
  const scope = scopeOf({ layers: ['cluster', 'ingress', 'mesh', 'none'] });
  const ports = await demoPorts({ incident, now: NOW });
  const observations = await collect({ sources: SOURCES, ports, scope, timeout: 0, signal: never });
  const snapshot = fold(observations, {
    takenAt: new Date(NOW).toISOString(),
    tool: { name: 'test', version: '0' },
    scope: { namespaces: [], layers: scope.layers, targets: [] },
  });
  const { findings } = check(takeInventory(snapshot), DEFAULT_POLICY, NOW);
  return findings.filter(({ severity }) => severity !== 'info').map(({ code, placement }) => `${code} ${placement}`);
}

describe('states of the ingress layer that rules of their own find', () => {
  it('are found nowhere in the world that each of them changes', async () => {
    assert.deepEqual(await found(HEALTHY), []);
  });

  const planted = parsePlanting(readFileSync(FILE, 'utf8'), { file: FILE, known: [HEALTHY] });
  for (const incident of planted) {
    it(`${incident.id}: all that is expected, and nothing else`, async () => {
      const expected = (incident.expect?.findings ?? []).map(({ code, placement }) => `${code} ${placement}`);
      assert.ok(expected.length > 0);
      assert.deepEqual((await found(incident)).sort(), expected.sort());
    });
  }
});
