import assert from 'node:assert/strict';
import fc from 'fast-check';
import { check } from '../../src/app/check.ts';
import { layers } from '../../src/app/layers.ts';
import { takeSnapshot } from '../../src/app/take-snapshot.ts';
import { UserError } from '../../src/core/model/error.ts';
import { DEFAULT_POLICY } from '../../src/core/model/policy.ts';
import type { Snapshot } from '../../src/core/model/snapshot.ts';
import { printSnapshot, readSnapshotText } from '../../src/core/snapshot/format.ts';
import { takeInventory } from '../../src/core/snapshot/inventory.ts';
import { demoPorts } from '../../src/io/demo/ports.ts';
import { NOW } from '../support/fake-ports.ts';
import { scopeOf } from '../support/scope.ts';

type Path = readonly (string | number)[];

/** Every place in a document but the certificates' bytes, which are judged by themselves. */
function pathsIn(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null || at[0] === 'certificates') return [at];
  const keys = Array.isArray(value) ? [...value.keys()].slice(0, 3) : Object.keys(value);
  return [at, ...keys.flatMap((key) => pathsIn((value as Record<string | number, unknown>)[key], [...at, key]))];
}

function replace(document: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  const copy = (Array.isArray(document) ? [...document] : { ...(document as object) }) as Record<
    string | number,
    unknown
  >;
  copy[key] = replace(copy[key], rest, by);
  return copy;
}

describe('a snapshot in which one thing was changed', function () {
  this.timeout(30_000);
  let document: Snapshot;
  before(async () => {
    const ports = await demoPorts({ now: NOW, flags: {} });
    const snapshot = await takeSnapshot({
      ports,
      scope: scopeOf({ cluster: true }),
      timeout: 5000,
      signal: new AbortController().signal,
      tool: { name: 'kubectl-certs', version: '0' },
    });
    document = JSON.parse(printSnapshot(snapshot));
  });

  it('is refused or worked on, whatever the change: it never crashes', () => {
    const paths = pathsIn(document);
    fc.assert(
      fc.property(
        fc.nat(paths.length - 1),
        fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constant(undefined)),
        (index, value) => {
          const text = JSON.stringify(replace(document, paths[index] ?? [], value)) ?? '';
          let snapshot: Snapshot;
          try {
            snapshot = readSnapshotText(text, 'snap');
          } catch (error) {
            assert.ok(error instanceof UserError, String(error));
            return;
          }
          const opened = { snapshot, inventory: takeInventory(snapshot), now: Date.parse(snapshot.takenAt) };
          layers(opened, { targets: [] });
          check(opened, { targets: [], policy: DEFAULT_POLICY });
        },
      ),
      { numRuns: 400 },
    );
  });
});
