import { type Explored, explore } from '../../src/app/explore.ts';
import type { Opened } from '../../src/app/open-inventory.ts';
import { takeSnapshot } from '../../src/app/take-snapshot.ts';
import type { Snapshot } from '../../src/core/model/snapshot.ts';
import { takeInventory } from '../../src/core/snapshot/inventory.ts';
import { demoPorts } from '../../src/io/demo/ports.ts';
import { NOW } from './fake-ports.ts';
import { scopeOf } from './scope.ts';

export function openedOf(snapshot: Snapshot): Opened {
  return { snapshot, inventory: takeInventory(snapshot), now: NOW };
}

/** The demo cluster, read, listed and judged. */
export async function exploredDemo(incident = 'demo'): Promise<Explored> {
  const ports = await demoPorts({ incident, now: NOW });
  const { signal } = new AbortController();
  const tool = { name: 'kubectl-certs', version: '0.0.0' };
  return explore(openedOf(await takeSnapshot({ ports, scope: scopeOf(), timeout: 0, signal, tool })), []);
}
