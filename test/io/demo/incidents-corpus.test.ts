import assert from 'node:assert/strict';
import { type CheckResult, check } from '../../../src/core/check/check.ts';
import { CHECKS } from '../../../src/core/check/checks.ts';
import { DEFAULT_POLICY } from '../../../src/core/model/policy.ts';
import { fold } from '../../../src/core/snapshot/fold.ts';
import { takeInventory } from '../../../src/core/snapshot/inventory.ts';
import { collect } from '../../../src/io/collect/run.ts';
import { SOURCES } from '../../../src/io/collect/sources.ts';
import type { Incident } from '../../../src/io/demo/planting/form.ts';
import { seenFrom } from '../../../src/io/demo/planting/node-view.ts';
import { demoPorts } from '../../../src/io/demo/ports.ts';
import { createWorld } from '../../../src/io/demo/world/world.ts';
import { corpusOf, forbiddenIn, missingFrom, probesOf } from '../../support/corpus.ts';
import { NOW } from '../../support/fake-ports.ts';
import { scopeOf } from '../../support/scope.ts';
import { never } from './plant.ts';

const CORPUS = corpusOf('cluster');

async function judge(incident: Incident): Promise<CheckResult> {
  const scope = scopeOf({ layers: ['cluster', 'ingress', 'mesh', 'none'], probes: probesOf(incident) });
  const ports = await demoPorts({ incident, now: NOW });
  const observations = await collect({ sources: SOURCES, ports, scope, timeout: 0, signal: never });
  const snapshot = fold(observations, {
    takenAt: new Date(NOW).toISOString(),
    tool: { name: 'test', version: '0' },
    scope: { namespaces: [], layers: scope.layers, targets: [] },
  });
  return check(takeInventory(snapshot), DEFAULT_POLICY, NOW);
}

describe("the corpus's incidents of the cluster layer", () => {
  it('are twenty, each told in its own file by cause, evidence, fix and proof', () => {
    assert.equal(new Set(CORPUS.map(({ id }) => id)).size, 20);
    for (const { id, layer, source, expect } of CORPUS) {
      assert.ok(layer === 'cluster' && source, id);
      const { rootCause, verdict, findings, not, evidence, fix, verify } = expect ?? {};
      assert.equal(verdict, id.startsWith('healthy-') ? 'no-fault' : 'root-cause-found', id);
      assert.ok(rootCause && typeof rootCause === 'object' && 'object' in rootCause && rootCause.sentence, id);
      assert.ok(findings && not?.length && evidence?.length && fix?.length && verify?.length, id);
    }
  });

  it('expect only codes that some rule gives', () => {
    const codes = new Set(CHECKS.flatMap((rule) => rule.codes.map(({ code }) => code)));
    const named = CORPUS.flatMap(({ expect }) => [
      ...(expect?.findings ?? []).map(({ code }) => code),
      ...(expect?.not ?? []),
    ]);
    assert.deepEqual(
      named.filter((code) => !codes.has(code)),
      [],
    );
  });

  for (const incident of CORPUS) {
    describe(incident.id, () => {
      it('is planted whole: every reference stands for something', async () => {
        const { objects, files, logs, tools, nodes } = await createWorld(incident, NOW).render(incident);
        assert.doesNotMatch(JSON.stringify({ objects, files, logs, tools, nodes }), /\$\{/);
      });

      const views = [undefined, ...Object.keys(incident.nodes ?? {})];
      for (const from of views) {
        it(`shows what is expected, and nothing that is not, from ${from ?? 'where it is told'}`, async () => {
          const { findings } = await judge(from === undefined ? incident : seenFrom(incident, from));
          const expected = (incident.expect?.findings ?? []).filter((finding) => finding.from === from);
          assert.deepEqual(missingFrom(findings, expected), []);
          assert.deepEqual(forbiddenIn(findings, incident), []);
        });
      }
    });
  }

  it('disturb nobody where no certificate is at fault', async () => {
    const { status, findings } = await judge(CORPUS.find(({ id }) => id === 'healthy-apiserver-tls-eof-noise')!);
    assert.equal(status, 'ok', JSON.stringify(findings.map(({ code, placement }) => `${code} ${placement}`)));
  });
});
