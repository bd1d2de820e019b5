import type { Layer } from '../../src/core/model/layer.ts';
import type { Snapshot, SnapshotScope } from '../../src/core/model/snapshot.ts';
import { fold } from '../../src/core/snapshot/fold.ts';
import { Reading } from '../../src/io/collect/reading.ts';
import { NOW } from './fake-ports.ts';

const DAY = 86_400_000;

/** A validity around NOW that no rule objects to. */
export const VALID = { notBefore: NOW - 10 * DAY, notAfter: NOW + 90 * DAY };

export interface ReadingSpec {
  readonly source?: string;
  readonly layer?: Layer;
  readonly command?: string;
  readonly fill?: (reading: Reading) => void;
}

/** A snapshot of readings that a test fills; each is complete unless it was ended otherwise. */
export function snapshotOf(specs: readonly ReadingSpec[], scope: Partial<SnapshotScope> = {}, takenAt = NOW): Snapshot {
  const at = new Date(takenAt).toISOString();
  const observations = specs.map(({ source = 'secrets', layer = 'ingress', command = `read ${source}`, fill }) => {
    const reading = new Reading({ source, layer, at, command, unknown: `what ${source} holds` });
    fill?.(reading);
    reading.complete();
    return reading.observation();
  });
  return fold(observations, {
    takenAt: at,
    tool: { name: 'kubectl-certs', version: '0.0.0' },
    scope: { namespaces: [], layers: ['cluster', 'ingress', 'mesh'], targets: [], ...scope },
  });
}
