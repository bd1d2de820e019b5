import assert from 'node:assert/strict';
import type { Finding } from '../../../src/core/model/finding.ts';
import type { Case, Expectation } from './case.ts';
import { ALL_CASES } from './cases/all.ts';
import { World } from './world.ts';

for (const [code, cases] of Map.groupBy(ALL_CASES, (one) => one.code)) {
  describe(code, () => {
    for (const one of cases) it(one.title, () => prove(one));
  });
}

async function prove({ code, build, expect }: Case): Promise<void> {
  const world = new World();
  await build(world);
  const findings = world.check().findings.filter((finding) => finding.code === code);
  assert.deepEqual(
    findings.map(({ placement }) => placement).sort(),
    expect.map(({ placement }) => placement).sort(),
    findings.map(({ message }) => message).join('\n'),
  );
  for (const expected of expect)
    compare(findings.find(({ placement }) => placement === expected.placement) as Finding, expected);
}

function compare(finding: Finding, { severity, message, also, explainedBy, fix, impact, evidence }: Expectation): void {
  if (severity) assert.equal(finding.severity, severity);
  if (also) assert.deepEqual(finding.also, also);
  if (message) assert.equal(finding.message, message);
  if (explainedBy) assert.equal(finding.explainedBy?.code ?? 'none', explainedBy);
  if (fix) {
    const steps = finding.fix.map(({ title, command }) => `${title}: ${command.join(' ')}`);
    assert.ok(
      steps.some((step) => step.includes(fix)),
      steps.join('\n'),
    );
  }
  if (impact) assert.match(finding.impact, impact);
  if (evidence) assert.match(finding.evidence.map(({ fact }) => fact).join('\n'), evidence);
  assert.ok(finding.evidence.length > 0, 'a finding without evidence');
  assert.ok(finding.fix.length > 0, 'a finding without a fix');
  assert.doesNotMatch(finding.message, /undefined|NaN|\.$/);
}
