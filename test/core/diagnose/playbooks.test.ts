import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { CODES } from '../../../src/core/check/codes.ts';
import { PLAYBOOKS } from '../../../src/core/diagnose/playbooks.ts';
import { ROLES } from '../../../src/core/model/role.ts';

describe('the playbooks', () => {
  it('have ids of their own, and steps whose ids are unique in each', () => {
    const ids = PLAYBOOKS.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    for (const { id, steps } of PLAYBOOKS) assert.equal(new Set(steps.map((step) => step.id)).size, steps.length, id);
  });

  it('are each of a file, and each such file is in the list', () => {
    const files = readdirSync(new URL('../../../src/core/diagnose/playbooks', import.meta.url), {
      recursive: true,
    }).map(String);
    for (const { id } of PLAYBOOKS) assert.match(id, /^[a-z0-9]+(-[a-z0-9]+)*$/);
    assert.ok(files.length >= PLAYBOOKS.length / 2);
  });

  it("know approver-policy's words: nobody is bound, and nobody approved", () => {
    const words = [
      'No CertificateRequestPolicies bound or applicable',
      'No policy approved this request: [of-shops: spec.allowed.dnsNames.values: Invalid value: *.shop.example]',
    ];
    const { patterns } = PLAYBOOKS.find(({ id }) => id === 'cert-manager-issuer')!;
    for (const text of words)
      assert.ok(
        patterns.some((pattern) => pattern.test(text)),
        text,
      );
  });

  for (const { id, title, patterns, targets = [], explainedBy, roles, causes, steps, hides = [], next } of PLAYBOOKS) {
    describe(id, () => {
      it('can be reached, asks something and leads on', () => {
        assert.ok(title.length > 10);
        assert.ok(patterns.length + targets.length > 0);
        assert.ok(steps.length > 0 && next.length > 0);
        for (const step of steps) assert.match(step.question, /\?/);
      });

      it('names codes, roles and causes that exist', () => {
        const named = [
          ...explainedBy,
          ...hides.flatMap(({ cause, hidden }) => [cause, hidden]),
          ...steps.flatMap((step) => step.causes ?? []),
        ];
        assert.deepEqual(
          named.filter((code) => !CODES.has(code)),
          [],
        );
        assert.deepEqual(
          roles.filter((role) => !(role in ROLES)),
          [],
        );
      });

      it('explains each of its causes in full', () => {
        for (const cause of causes) {
          assert.match(cause.code, /^[A-Z0-9]+(_[A-Z0-9]+)+$/);
          for (const text of [cause.title, cause.meaning, cause.source]) assert.ok(text.length > 10, cause.code);
          assert.ok(cause.prove.length > 0 && cause.fix.length > 0, cause.code);
          assert.doesNotMatch(cause.title, /[.]$/);
        }
      });

      it('takes no long text for ever', () => {
        const text = 'failed calling webhook "a": Get "https://10.0.0.1:6443/api: x509 kubelet etcd csr pods '.repeat(
          300,
        );
        const before = performance.now();
        for (const pattern of patterns) pattern.test(text);
        assert.ok(performance.now() - before < 2000);
      });
    });
  }
});
