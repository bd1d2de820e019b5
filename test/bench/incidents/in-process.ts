import { debugLive, type Round } from '../../../src/app/debug.ts';
import { diagnose } from '../../../src/core/diagnose/diagnose.ts';
import type { Diagnosis } from '../../../src/core/model/diagnosis.ts';
import { DEFAULT_POLICY } from '../../../src/core/model/policy.ts';
import type { Snapshot } from '../../../src/core/model/snapshot.ts';
import { takeInventory } from '../../../src/core/snapshot/inventory.ts';
import type { Incident } from '../../../src/io/demo/planting/form.ts';
import { demoPorts } from '../../../src/io/demo/ports.ts';
import { probesOf } from '../../support/corpus.ts';
import { scopeOf } from '../../support/scope.ts';

/** The use case of `debug` on the demo's ports, as the command runs it, without a process of its own. */
export async function debugDemo(
  incident: Incident,
  text: string,
  now = Date.now(),
  signal: AbortSignal = new AbortController().signal,
): Promise<Round> {
  const ports = await demoPorts({ incident, now });
  return debugLive({
    ports,
    scope: scopeOf({ layers: ['cluster', 'ingress', 'mesh', 'none'], probes: probesOf(incident) }),
    timeout: 0,
    signal,
    tool: { name: 'bench', version: '0' },
    policy: DEFAULT_POLICY,
    symptom: { text, targets: [] },
  });
}

/** What the engine says of a snapshot, with nothing more to ask. */
export function diagnoseSnapshot(snapshot: Snapshot, text: string, now: number): Diagnosis {
  return diagnose({ inventory: takeInventory(snapshot), policy: DEFAULT_POLICY, now, symptom: { text, targets: [] } })
    .diagnosis;
}
