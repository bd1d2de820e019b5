import assert from 'node:assert/strict';
import type { Certificate } from '../../../src/core/x509/certificate.ts';
import type { PolicyFacts } from '../../../src/core/x509/extensions.ts';
import { hasValidPolicy, type PolicyInputs } from '../../../src/core/x509/policies.ts';

const ANY = '2.5.29.32.0';
type Facts = PolicyFacts & { readonly selfIssued?: boolean };

/** Only what the processing of policies reads. */
const certificate = (facts: Facts) => ({ selfIssued: false, ...facts }) as unknown as Certificate;
const anchor = certificate({});
const demanded: PolicyInputs = { requireExplicit: true };
const map = (issuer: string, subject: string) => ({ issuer, subject });

/** Paths without their anchor, intermediate first; whether a policy is valid. */
const cases: [what: string, path: Facts[], inputs: PolicyInputs, valid: boolean][] = [
  ['nobody demands a policy', [{}, {}], {}, true],
  ['the caller demands one and there is none', [{}, {}], demanded, false],
  ['the whole path has one', [{ policies: ['1.1'] }, { policies: ['1.1'] }], demanded, true],
  ['the policies differ', [{ policies: ['1.1'] }, { policies: ['1.2'] }], demanded, false],
  [
    'the caller wants that one',
    [{ policies: ['1.1'] }, { policies: ['1.1'] }],
    { ...demanded, initialPolicies: ['1.1'] },
    true,
  ],
  [
    'the caller wants another',
    [{ policies: ['1.1'] }, { policies: ['1.1'] }],
    { ...demanded, initialPolicies: ['1.2'] },
    false,
  ],
  [
    'the caller wants another but does not demand it',
    [{ policies: ['1.1'] }, { policies: ['1.1'] }],
    { initialPolicies: ['1.2'] },
    true,
  ],
  [
    'the intermediate allows any',
    [{ policies: [ANY] }, { policies: ['1.1'] }],
    { ...demanded, initialPolicies: ['1.1'] },
    true,
  ],
  [
    'the leaf allows any',
    [{ policies: ['1.1'] }, { policies: [ANY] }],
    { ...demanded, initialPolicies: ['1.1'] },
    true,
  ],
  ['both allow any', [{ policies: [ANY] }, { policies: [ANY] }], { ...demanded, initialPolicies: ['1.7'] }, true],
  [
    'any is inhibited by the caller',
    [{ policies: [ANY] }, { policies: ['1.1'] }],
    { ...demanded, inhibitAny: true },
    false,
  ],
  [
    'any is inhibited by the intermediate',
    [{ policies: ['1.1'], inhibitAny: 0 }, { policies: [ANY] }],
    demanded,
    false,
  ],
  [
    'any is inhibited one certificate later',
    [{ policies: ['1.1'], inhibitAny: 1 }, { policies: [ANY] }],
    demanded,
    true,
  ],
  [
    'a self-issued intermediate may still use any',
    [{ policies: ['1.1'], inhibitAny: 0 }, { policies: [ANY], selfIssued: true }, { policies: ['1.1'] }],
    demanded,
    true,
  ],
  ['the intermediate demands one', [{ policies: ['1.1'], requireExplicit: 0 }, {}], {}, false],
  ['the intermediate demands one two certificates later', [{ policies: ['1.1'], requireExplicit: 2 }, {}], {}, true],
  ['the leaf demands one itself', [{}, { requireExplicit: 0 }], {}, false],
  [
    'a policy is mapped',
    [{ policies: ['1.1'], mappings: [map('1.1', '2.1')] }, { policies: ['2.1'] }],
    { ...demanded, initialPolicies: ['1.1'] },
    true,
  ],
  [
    'a policy is mapped and the old name is used',
    [{ policies: ['1.1'], mappings: [map('1.1', '2.1')] }, { policies: ['1.1'] }],
    demanded,
    false,
  ],
  [
    'the new name is no name of the anchor',
    [{ policies: ['1.1'], mappings: [map('1.1', '2.1')] }, { policies: ['2.1'] }],
    { ...demanded, initialPolicies: ['2.1'] },
    false,
  ],
  [
    'mapping is inhibited',
    [{ policies: ['1.1'], mappings: [map('1.1', '2.1')] }, { policies: ['2.1'] }],
    { ...demanded, inhibitMapping: true },
    false,
  ],
  [
    'mapping is inhibited by the intermediate above',
    [
      { policies: ['1.1'], inhibitMapping: 0 },
      { policies: ['1.1'], mappings: [map('1.1', '2.1')] },
      { policies: ['2.1'] },
    ],
    demanded,
    false,
  ],
  [
    'any is mapped on',
    [{ policies: [ANY], mappings: [map('1.1', '2.1')] }, { policies: ['2.1'] }],
    { ...demanded, initialPolicies: ['1.1'] },
    true,
  ],
  [
    'two policies are mapped to one',
    [{ policies: ['1.1', '1.2'], mappings: [map('1.1', '2.1'), map('1.2', '2.1')] }, { policies: ['2.1'] }],
    { ...demanded, initialPolicies: ['1.2'] },
    true,
  ],
];

describe('certificate policies', () => {
  for (const [what, path, inputs, valid] of cases) {
    it(`${valid ? 'are fine' : 'are refused'} where ${what}`, () => {
      assert.equal(hasValidPolicy([anchor, ...path.map(certificate)], inputs), valid);
    });
  }

  it('are fine for an anchor alone', () => assert.equal(hasValidPolicy([anchor], {}), true));

  it('stay small where every level maps everything to everything', () => {
    const ids = Array.from({ length: 60 }, (_, index) => `1.${index}`);
    const mappings = ids.flatMap((issuer) => ids.map((subject) => map(issuer, subject)));
    const levels = Array.from({ length: 12 }, () => certificate({ policies: ids, mappings }));
    assert.equal(hasValidPolicy([anchor, ...levels, certificate({ policies: ['1.5'] })], demanded), true);
  });
});
