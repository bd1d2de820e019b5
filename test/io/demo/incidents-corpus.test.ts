import assert from 'node:assert/strict';
import { type CheckResult, check } from '../../../src/core/check/check.ts';
import { CHECKS } from '../../../src/core/check/checks.ts';
import { DEFAULT_POLICY } from '../../../src/core/model/policy.ts';
import { fold } from '../../../src/core/snapshot/fold.ts';
import { printSnapshot, readSnapshotText } from '../../../src/core/snapshot/format.ts';
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

const CORPORA = [
  ['cluster', 20],
  ['ingress', 26],
  ['mesh', 25],
] as const;

/** Cases in which no certificate is at fault, by their ids. */
const HARMLESS = /^healthy-|-false-alarm$/;

/** What is found, and that the same is found in a snapshot of it. */
async function judge(incident: Incident): Promise<CheckResult> {
  const scope = scopeOf({ layers: ['cluster', 'ingress', 'mesh', 'none'], probes: probesOf(incident) });
  const ports = await demoPorts({ incident, now: NOW });
  const observations = await collect({ sources: SOURCES, ports, scope, timeout: 0, signal: never });
  const snapshot = fold(observations, {
    takenAt: new Date(NOW).toISOString(),
    tool: { name: 'test', version: '0' },
    scope: { namespaces: [], layers: scope.layers, targets: [] },
  });
  const result = check(takeInventory(snapshot), DEFAULT_POLICY, NOW);
  const again = readSnapshotText(printSnapshot(snapshot), incident.id);
  assert.deepEqual(check(takeInventory(again), DEFAULT_POLICY, NOW).findings, result.findings, 'from a snapshot');
  return result;
}

for (const [layer, count] of CORPORA)
  describe(`the corpus's incidents of the ${layer} layer`, () => {
    const corpus = corpusOf(layer);

    it(`are ${count}, each told in its own file by cause, evidence, fix and proof`, () => {
      assert.equal(new Set(corpus.map(({ id }) => id)).size, count);
      for (const { id, source, expect, ...incident } of corpus) {
        assert.ok(incident.layer === layer && source, id);
        const { rootCause, verdict, findings, not, evidence, fix, verify } = expect ?? {};
        assert.equal(verdict, HARMLESS.test(id) ? 'no-fault' : 'root-cause-found', id);
        assert.ok(rootCause && typeof rootCause === 'object' && 'object' in rootCause && rootCause.sentence, id);
        assert.ok(findings && not?.length && evidence?.length && fix?.length && verify?.length, id);
      }
    });

    it('expect findings that some rule gives, and forbid none that nobody knows', () => {
      const found = new Set<string>(CHECKS.flatMap((rule) => rule.codes.map(({ code }) => code)));
      const expected = corpus.flatMap(({ expect }) => expect?.findings ?? []);
      assert.deepEqual(
        expected.filter(({ code }) => !found.has(code)),
        [],
      );
      const causes = new Set(corpus.flatMap(causesOf));
      const forbidden = corpus.flatMap(({ expect }) => expect?.not ?? []);
      assert.deepEqual(
        forbidden.filter((code) => !found.has(code) && !causes.has(code)),
        [],
      );
    });

    for (const incident of corpus) {
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
      const healthy = corpus.filter(({ id }) => id.startsWith('healthy-'));
      assert.ok(healthy.length > 0);
      for (const incident of healthy) {
        const found = (await judge(incident)).findings.filter(({ code }) => code !== 'SOURCE_UNREAD');
        assert.deepEqual(
          found.map(({ severity, code, placement }) => `${severity} ${code} ${placement}`),
          [],
          incident.id,
        );
      }
    });
  });

function causesOf({ expect }: Incident): string[] {
  const { rootCause = [] } = expect ?? {};
  return [rootCause].flat().flatMap((cause) => (typeof cause === 'string' ? [] : (cause.code ?? [])));
}
