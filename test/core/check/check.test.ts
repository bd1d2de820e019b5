import assert from 'node:assert/strict';
import { explain } from '../../../src/core/check/check.ts';
import type { Draft } from '../../../src/core/check/rule.ts';
import { silence } from '../../../src/core/check/silence.ts';
import type { Severity } from '../../../src/core/model/finding.ts';
import { makeCA, makeServer, World } from './world.ts';

const draft = (code: string, placement: string, parts: Partial<Draft> = {}): Draft => ({
  code,
  placement,
  severity: 'warning',
  layer: 'cluster',
  message: '',
  evidence: [],
  impact: '',
  fix: [],
  ...parts,
});

describe('the verdict', () => {
  const worlds: [string, (world: World) => Promise<unknown> | unknown, string][] = [
    ['ok where nothing is wrong', async (world) => world.place('file:/a', [await makeCA('a')]), 'ok'],
    [
      'ok where there is only information',
      async (world) => world.place('csr/a', [await makeServer(['a'], { to: -1 })], { role: 'csr-issued' }),
      'ok',
    ],
    ['warning', async (world) => world.place('file:/a', [await makeCA('a', { to: 100 })]), 'warning'],
    [
      'unknown above warning',
      async (world) => world.read('x', 'denied').place('file:/a', [await makeServer(['a'], { to: 5 })]),
      'unknown',
    ],
    [
      'critical above unknown',
      async (world) => world.read('x', 'denied').place('file:/a', [await makeServer(['a'], { to: -1 })]),
      'critical',
    ],
    ['ok where a source is absent', (world) => world.read('x', 'absent'), 'ok'],
  ];
  for (const [title, build, status] of worlds) {
    it(`is ${title}`, async () => {
      const world = new World();
      await build(world);
      assert.equal(world.check().status, status);
    });
  }

  it('counts by severity and puts the worst first', async () => {
    const world = new World().read('x', 'denied');
    world.place('file:/a', [await makeCA('a', { to: 100 })]).place('file:/b', [await makeCA('b', { to: -1 })]);
    const { summary, findings } = world.check();
    assert.deepEqual(summary, { critical: 1, unknown: 1, warning: 1, info: 0 });
    assert.deepEqual(
      findings.map(({ severity }) => severity),
      ['critical', 'unknown', 'warning'] satisfies Severity[],
    );
  });

  it('says of each rule what became of it', async () => {
    const world = new World().place('file:/a', [await makeCA('a', { to: -1 })]);
    const outcomeOf = (id: string) => world.check().outcomes.find((one) => one.id === id)?.outcome;
    assert.equal(outcomeOf('expiry'), 'failed');
    assert.equal(outcomeOf('strength'), 'pass');
    assert.equal(outcomeOf('csr'), 'not applicable');
    world.read('x', 'partial');
    assert.equal(outcomeOf('strength'), 'unknown');
  });

  it('judges a snapshot of nothing', () => {
    assert.deepEqual(new World().check().findings, []);
  });
});

describe('explaining', () => {
  it('ties a finding to its first cause that was found, by any place the cause is about', () => {
    const [cause, effect] = explain([
      draft('A', 'one', { also: ['two'] }),
      draft('B', 'three', {
        causes: [
          { code: 'X', placement: 'two' },
          { code: 'A', placement: 'two' },
        ],
      }),
    ]);
    assert.equal(cause?.explainedBy, undefined);
    assert.deepEqual(effect?.explainedBy, { code: 'A', placement: 'one' });
  });

  it('leaves no circle and no finding that explains itself', () => {
    const findings = explain([
      draft('A', 'one', {
        causes: [
          { code: 'A', placement: 'one' },
          { code: 'B', placement: 'two' },
        ],
      }),
      draft('B', 'two', { causes: [{ code: 'A', placement: 'one' }] }),
    ]);
    assert.deepEqual(
      findings.map(({ explainedBy }) => explainedBy?.code),
      ['B', undefined],
    );
  });
});

describe('the ignore list', () => {
  const rule = (placement: string, code = 'A') => [{ code, placement, reason: 'because' }];

  it('takes a code away everywhere, in one place, or by a pattern', () => {
    const drafts = [
      draft('A', 'secret/dev/x#tls.crt'),
      draft('A', 'secret/prod/x#tls.crt'),
      draft('B', 'secret/dev/x#tls.crt'),
    ];
    const left = (placement: string) => silence(drafts, rule(placement)).map((one) => `${one.code} ${one.placement}`);
    assert.deepEqual(left('*'), ['B secret/dev/x#tls.crt']);
    assert.deepEqual(left('secret/dev/*'), ['A secret/prod/x#tls.crt', 'B secret/dev/x#tls.crt']);
    assert.deepEqual(left('secret/prod/x#tls.crt'), ['A secret/dev/x#tls.crt', 'B secret/dev/x#tls.crt']);
    assert.equal(left('secret.dev.x#tls.crt').length, 3);
  });

  it('keeps a finding for its other places', () => {
    const [left] = silence([draft('A', 'one', { also: ['two', 'three'] })], rule('one'));
    assert.equal(left?.placement, 'two');
    assert.deepEqual(left?.also, ['three']);
  });

  it('works through the policy', async () => {
    const world = new World().place('file:/a', [await makeCA('a', { to: -1 })]);
    world.policy = { ...world.policy, ignore: [{ code: 'CERT_EXPIRED', placement: '*', reason: 'known' }] };
    assert.equal(world.check().status, 'ok');
  });
});
