import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check } from '../../../src/core/check/check.ts';
import { DEFAULT_POLICY } from '../../../src/core/model/policy.ts';
import { takeInventory } from '../../../src/core/snapshot/inventory.ts';
import { fileKeystores } from '../../../src/io/adapters/keystore.ts';
import { BUILT_IN_IDS, builtInIncident } from '../../../src/io/demo/incidents/catalogue.ts';
import type { Incident } from '../../../src/io/demo/planting/form.ts';
import { parsePlanting } from '../../../src/io/demo/planting/parse.ts';
import { demoPorts } from '../../../src/io/demo/ports.ts';
import { probesOf } from '../../support/corpus.ts';
import { NOW } from '../../support/fake-ports.ts';
import { look } from '../../testbed/look.ts';

const FOLDER = 'test/states';
const KNOWN = BUILT_IN_IDS.map(builtInIncident);

/** Everything that is found through the real collectors; what is no more than information only where it is expected. */
async function found(incident: Incident): Promise<string[]> {
  const expected = new Set(incident.expect?.findings?.map(({ code }) => code));
  // Nobody asks for a handshake with what speaks no TLS, as pages of metrics do not.
  const servers = (incident.servers ?? []).filter(({ protocol }) => protocol !== 'plain');
  const ports = await demoPorts({ incident, now: NOW, keystores: fileKeystores });
  const snapshot = await look(ports, { probes: probesOf({ ...incident, servers }) });
  const { findings } = check(takeInventory(snapshot), DEFAULT_POLICY, NOW);
  return findings
    .filter(({ severity, code }) => severity !== 'info' || expected.has(code))
    .map(({ code, placement }) => `${code} ${placement}`)
    .sort();
}

describe('states of a cluster that a rule finds', () => {
  const states = readdirSync(FOLDER).flatMap((name) => {
    const file = join(FOLDER, name);
    return parsePlanting(readFileSync(file, 'utf8'), { file, known: KNOWN });
  });

  for (const base of new Set(states.flatMap((state) => state.extends ?? [])))
    it(`are found nowhere in ${base}, which they change`, async () => {
      assert.deepEqual(await found(builtInIncident(base)), []);
    });

  for (const state of states)
    it(`${state.id}: all that is expected, and nothing else`, async () => {
      const expected = (state.expect?.findings ?? []).map(({ code, placement }) => `${code} ${placement}`);
      assert.ok(expected.length > 0);
      assert.deepEqual(await found(state), expected.sort());
    });
});
