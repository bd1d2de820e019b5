import assert from 'node:assert/strict';
import { debugLive } from '../../src/app/debug.ts';
import type { Diagnosis } from '../../src/core/model/diagnosis.ts';
import { DEFAULT_POLICY } from '../../src/core/model/policy.ts';
import type { Incident } from '../../src/io/demo/planting/form.ts';
import { demoPorts } from '../../src/io/demo/ports.ts';
import { createWorld } from '../../src/io/demo/world/world.ts';
import { NOW } from './fake-ports.ts';
import { scopeOf } from './scope.ts';

/** What debug says of an incident in process, when it is given this text. */
export async function debugIncident(incident: Incident, text: string): Promise<Diagnosis> {
  const { diagnosis } = await debugLive({
    ports: await demoPorts({ incident, now: NOW }),
    scope: scopeOf({ layers: ['cluster', 'ingress', 'mesh', 'none'] }),
    timeout: 5000,
    signal: new AbortController().signal,
    tool: { name: 'test', version: '0' },
    symptom: { text, targets: [] },
    policy: DEFAULT_POLICY,
  });
  return diagnosis;
}

/** The text that a person would paste, with its references resolved. */
export const symptomOf = (incident: Incident) => createWorld(incident, NOW).render(incident.symptom);

/** The first of the causes that an incident expects. */
export function causeOf({ expect }: Incident): { code?: string; object: string } {
  const [cause] = [expect?.rootCause ?? []].flat();
  assert.ok(typeof cause === 'object');
  return cause;
}

/** The cause that was planted is the first one that is named, and it blames what is to be repaired. */
export function assertSolved(incident: Incident, { verdict, rootCauses, headline }: Diagnosis): void {
  assert.equal(verdict, incident.expect?.verdict ?? 'root-cause-found', headline);
  if (verdict === 'no-fault') {
    assert.deepEqual(rootCauses, []);
    return;
  }
  const { code, object } = causeOf(incident);
  const [first] = rootCauses;
  assert.ok(first, headline);
  assert.equal(first.code, code, headline);
  const blamed = [first.object, ...first.also].flatMap((place) => [
    place.replace(/\[\d+\]$/, ''),
    place.replace(/#.*$/, ''),
  ]);
  assert.ok(blamed.includes(object), `${object} is none of ${blamed.join(', ')}`);
  for (const forbidden of incident.expect?.not ?? [])
    assert.ok(
      rootCauses.every((cause) => cause.code !== forbidden),
      forbidden,
    );
  assert.ok(first.evidence.length > 0 && first.fix.length > 0);
}
