import assert from 'node:assert/strict';
import { UserError } from '../../../src/core/model/error.ts';
import { DEFAULT_POLICY } from '../../../src/core/model/policy.ts';
import { applyThresholds, parsePolicy } from '../../../src/core/parse/policy.ts';

const DAY = 86_400_000;
const source = { name: 'policy.yaml', codes: new Set(['CERT_EXPIRING', 'SECRET_UNUSED']) };
const parse = (text: string) => parsePolicy(text, source);

describe('a policy file', () => {
  it('that is empty, or only a comment, is the default', () => {
    assert.deepEqual(parse(''), DEFAULT_POLICY);
    assert.deepEqual(parse('# nothing yet\n'), DEFAULT_POLICY);
  });

  it('changes only what it names', () => {
    const policy = parse('leaf:\n  warn:\n    before: 60d\n');
    assert.deepEqual(policy, {
      ...DEFAULT_POLICY,
      leaf: { ...DEFAULT_POLICY.leaf, warn: { before: 60 * DAY, share: 1 / 3 } },
    });
  });

  it('takes a lone duration as one that holds for every lifetime', () => {
    assert.deepEqual(parse('ca: {warn: 52w, critical: 720h}').ca, {
      warn: { before: 364 * DAY, share: 1 },
      critical: { before: 30 * DAY, share: 1 },
    });
  });

  const shares: [string, number][] = [
    ['1/4', 0.25],
    ['25%', 0.25],
    ['0.25', 0.25],
    ['1', 1],
  ];
  for (const [text, expected] of shares) {
    it(`reads the share ${text}`, () => {
      assert.equal(parse(`leaf: {warn: {share: ${text}}}`).leaf.warn.share, expected);
    });
  }

  it('sets the rest: self-renewal, clock skew, key sizes', () => {
    const policy = parse(
      'selfRenewing: {warnAfter: 1/2, criticalAfter: 90%}\nclockSkew: 5m\nminimumBits: {rsa: 3072, ecdsa: 384}\n',
    );
    assert.deepEqual(policy.selfRenewing, { warnAfter: 0.5, criticalAfter: 0.9 });
    assert.equal(policy.clockSkew, 300_000);
    assert.deepEqual(policy.minimumBits, { rsa: 3072, ecdsa: 384 });
  });

  it('silences a code, everywhere unless it names a placement', () => {
    const text =
      'ignore:\n- {code: SECRET_UNUSED, reason: kept as backup}\n- code: CERT_EXPIRING\n  placement: secret/dev/*\n  reason: dev\n';
    assert.deepEqual(parse(text).ignore, [
      { code: 'SECRET_UNUSED', placement: '*', reason: 'kept as backup' },
      { code: 'CERT_EXPIRING', placement: 'secret/dev/*', reason: 'dev' },
    ]);
  });

  const refused: [string, string][] = [
    ['leaf:\n  warm: 30d\n', 'policy.yaml:2:3: thresholds has no "warm": it knows warn, critical'],
    [
      '__proto__: 1',
      'policy.yaml:1:1: a policy has no "__proto__": it knows leaf, ca, selfRenewing, clockSkew, minimumBits, ignore',
    ],
    ['leaf:\n  warn: soon\n', 'policy.yaml:2:9: not a duration: write it as 30d, 720h or 1w'],
    ['leaf:\n  warn: 1d\n', 'policy.yaml:2:3: warn is shorter than critical'],
    ['clockSkew:\n', 'policy.yaml:1:1: "clockSkew" has no value'],
    ['- a\n', 'policy.yaml:1:1: a policy is a map of leaf, ca, selfRenewing, clockSkew, minimumBits, ignore'],
    ['leaf: {warn: {share: 3}}', 'policy.yaml:1:22: not a share between 0 and 1: write it as 1/3, 33% or 0.33'],
    ['minimumBits: {rsa: 2.5}', 'policy.yaml:1:20: not a number of bits'],
    ['selfRenewing: {warnAfter: 90%}', 'policy.yaml:1:15: criticalAfter comes before warnAfter'],
    [
      'ignore:\n- code: SECRET_UNSUED\n  reason: x\n',
      'policy.yaml:2:9: no code SECRET_UNSUED: kubectl certs explain --list shows all',
    ],
    [
      'ignore:\n- code: SECRET_UNUSED\n',
      'policy.yaml:2:3: an ignored finding needs a reason: whoever reads this later will ask',
    ],
    ['ignore:\n- reason: x\n', 'policy.yaml:2:3: an ignored finding needs its code'],
    ['ignore: all', 'policy.yaml:1:9: ignore is a list'],
    ['clockSkew: [1]', 'policy.yaml:1:12: a plain value is expected here'],
  ];
  for (const [text, message] of refused) {
    it(`is refused with "${message}"`, () => {
      assert.throws(
        () => parse(text),
        (error) => error instanceof UserError && error.exitCode === 65 && error.message === message,
      );
    });
  }

  for (const text of ['a: b: c', 'leaf: [', 'leaf: 1d\nleaf: 2d\n', '\t- x']) {
    it(`that is no YAML (${JSON.stringify(text)}) is refused with its line`, () => {
      assert.throws(
        () => parse(text),
        (error) => error instanceof UserError && error.exitCode === 65 && /^policy\.yaml:\d+:\d+: /.test(error.message),
      );
    });
  }
});

describe('--warn and --critical', () => {
  it('hold for every lifetime, and for CAs only where they are longer', () => {
    const policy = applyThresholds(DEFAULT_POLICY, { warn: '60d', critical: '40d' });
    assert.deepEqual(policy.leaf, { warn: { before: 60 * DAY, share: 1 }, critical: { before: 40 * DAY, share: 1 } });
    assert.deepEqual(policy.ca, { warn: DEFAULT_POLICY.ca.warn, critical: { before: 40 * DAY, share: 1 } });
  });

  it('keep their order when only one is given', () => {
    assert.equal(applyThresholds(DEFAULT_POLICY, { critical: '60d' }).leaf.warn.before, 60 * DAY);
    assert.equal(applyThresholds(DEFAULT_POLICY, { warn: '1d' }).leaf.critical.before, DAY);
  });

  it('change nothing when they are not given', () => {
    assert.deepEqual(applyThresholds(DEFAULT_POLICY, {}), DEFAULT_POLICY);
  });

  for (const flags of [{ warn: 'soon' }, { critical: '-1d' }, { warn: '1d', critical: '2d' }]) {
    it(`are refused as usage errors: ${JSON.stringify(flags)}`, () => {
      assert.throws(
        () => applyThresholds(DEFAULT_POLICY, flags),
        (error) => error instanceof UserError && error.exitCode === 64,
      );
    });
  }
});
