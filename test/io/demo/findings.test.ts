import assert from 'node:assert/strict';
import { type CheckResult, check } from '../../../src/core/check/check.ts';
import { DEFAULT_POLICY } from '../../../src/core/model/policy.ts';
import { fold } from '../../../src/core/snapshot/fold.ts';
import { takeInventory } from '../../../src/core/snapshot/inventory.ts';
import { collect } from '../../../src/io/collect/run.ts';
import { SOURCES } from '../../../src/io/collect/sources.ts';
import { BUILT_IN_IDS, builtInIncident } from '../../../src/io/demo/incidents/catalogue.ts';
import { demoPorts } from '../../../src/io/demo/ports.ts';
import { NOW } from '../../support/fake-ports.ts';
import { scopeOf } from '../../support/scope.ts';
import { never } from './plant.ts';

/** What the collectors and the checks make of an incident, with a handshake with one public host where it is served. */
async function judge(incident: string): Promise<CheckResult> {
  const host = 'app.example.com';
  const isServed = builtInIncident(incident).servers?.some(({ listen }) => listen.includes(`${host}:443`));
  const scope = scopeOf({
    layers: ['cluster', 'ingress', 'mesh', 'none'],
    probes: isServed ? [{ scheme: 'https', host, port: 443, sni: host }] : [],
  });
  const ports = await demoPorts({ incident, now: NOW });
  const observations = await collect({ sources: SOURCES, ports, scope, timeout: 0, signal: never });
  const snapshot = fold(observations, {
    takenAt: new Date(NOW).toISOString(),
    tool: { name: 'test', version: '0' },
    scope: { namespaces: [], layers: scope.layers, targets: [] },
  });
  return check(takeInventory(snapshot), DEFAULT_POLICY, NOW);
}

describe("what is found in the demo's incidents", () => {
  for (const id of BUILT_IN_IDS) {
    const { expect } = builtInIncident(id);
    it(`${id}: all that the incident expects`, async () => {
      const { findings } = await judge(id);
      const missing = (expect?.findings ?? []).filter(
        (wanted) =>
          !findings.some(
            ({ code, placement }) => code === wanted.code && (wanted.placement ?? placement) === placement,
          ),
      );
      assert.deepEqual(missing, []);
    });
  }

  for (const id of ['kubeadm', 'cert-manager', 'istio', 'linkerd', 'healthy']) {
    it(`${id}: nothing that would disturb anybody, with every source read`, async () => {
      const { status, findings } = await judge(id);
      assert.equal(status, 'ok', JSON.stringify(findings.map(({ code, placement }) => `${code} ${placement}`)));
    });
  }

  it('demo: something critical, several warnings, and five things due for renewal', async () => {
    const { status, summary, findings } = await judge('demo');
    assert.equal(status, 'critical');
    assert.ok(summary.critical >= 1 && summary.warning >= 5, JSON.stringify(summary));
    assert.ok(findings.filter(({ code }) => code === 'CERT_EXPIRING').length >= 5);
  });
});
