import assert from 'node:assert/strict';
import { parseCertificate } from '../../../src/core/x509/certificate.ts';
import { checkProfile } from '../../../src/core/x509/profile.ts';
import type { RuleCode } from '../../../src/core/x509/rules.ts';
import { der, oid, sequence, text } from '../../../src/io/demo/der-writer.ts';
import { encodeName } from '../../../src/io/demo/mint-names.ts';
import { extension, type HandMade, handMade } from './support/hand-made.ts';

const YES = der(1, Buffer.from([0xff]));
const ca = extension('2.5.29.19', true, sequence(YES));
const ski = extension('2.5.29.14', false, der(4, Buffer.from([1])));
const san = (critical: boolean) => extension('2.5.29.17', critical, sequence(text('a.example', 0x82)));
const constraints = (critical: boolean) =>
  extension('2.5.29.30', critical, sequence(der(0xa0, sequence(text('a', 0x82)))));
const usage = (...octets: number[]) => extension('2.5.29.15', true, der(3, Buffer.from(octets)));
const policy = (id: string) => sequence(oid(id));
const mapping = (from: string, to: string) => extension('2.5.29.33', true, sequence(sequence(oid(from), oid(to))));

const cases: [what: string, fields: HandMade, rules: RuleCode[]][] = [
  ['nothing wrong', {}, []],
  ['version 1', { version: 1 }, []],
  ['a proper CA', { extensions: [ca, ski] }, []],
  ['version 1 with extensions', { version: 1, extensions: [ca] }, ['extensions-without-v3']],
  ['the serial number 0', { serial: Buffer.from([0]) }, ['serial-not-positive']],
  ['a negative serial number', { serial: Buffer.from([0x80]) }, ['serial-not-positive']],
  ['a serial number of 20 octets', { serial: Buffer.alloc(20, 1) }, []],
  ['a serial number of 21 octets', { serial: Buffer.alloc(21, 1) }, ['serial-too-long']],
  [
    'a serial number of 21 octets for its sign',
    { serial: Buffer.concat([Buffer.from([0]), Buffer.alloc(20, 0x81)]) },
    ['serial-too-long'],
  ],
  ['an empty issuer', { issuer: sequence() }, ['issuer-empty', 'aki-missing']],
  ['an empty subject without names', { subject: sequence() }, ['san-missing', 'aki-missing']],
  [
    'an empty subject and names that are not critical',
    { subject: sequence(), extensions: [san(false)] },
    ['san-not-critical', 'aki-missing'],
  ],
  ['an empty subject and critical names', { subject: sequence(), extensions: [san(true)] }, ['aki-missing']],
  [
    'a CA without a subject',
    { subject: sequence(), extensions: [ca, ski, san(true)] },
    ['ca-subject-empty', 'aki-missing'],
  ],
  ['no names in subjectAltName', { extensions: [extension('2.5.29.17', false, sequence())] }, ['san-empty']],
  ['another issuer and no key id', { issuer: encodeName('CN=other') }, ['aki-missing']],
  ['a CA without key id', { extensions: [ca] }, ['ski-missing']],
  [
    'a critical key id',
    { extensions: [extension('2.5.29.14', true, der(4, Buffer.from([1])))] },
    ['must-not-be-critical'],
  ],
  [
    'a CA whose basicConstraints is not critical',
    { extensions: [extension('2.5.29.19', false, sequence(YES)), ski] },
    ['must-be-critical'],
  ],
  ['basicConstraints of a leaf that is not critical', { extensions: [extension('2.5.29.19', false, sequence())] }, []],
  ['keyCertSign without CA', { extensions: [usage(2, 0x04)] }, ['cert-sign-without-ca']],
  [
    'a path length without CA',
    { extensions: [extension('2.5.29.19', true, sequence(der(2, Buffer.from([1]))))] },
    ['path-length-without-ca'],
  ],
  ['keyUsage without a bit', { extensions: [usage(7, 0)] }, ['key-usage-empty']],
  [
    'extendedKeyUsage without a purpose',
    { extensions: [extension('2.5.29.37', false, sequence())] },
    ['purposes-empty'],
  ],
  ['constraints in a leaf', { extensions: [constraints(true)] }, ['name-constraints-in-leaf']],
  ['constraints that are not critical', { extensions: [ca, ski, constraints(false)] }, ['must-be-critical']],
  [
    'empty constraints',
    { extensions: [ca, ski, extension('2.5.29.30', true, sequence())] },
    ['name-constraints-malformed'],
  ],
  [
    'an unknown critical extension',
    { extensions: [extension('1.2.3', true, Buffer.from([5, 0]))] },
    ['unknown-critical-extension'],
  ],
  [
    'a policy twice',
    { extensions: [extension('2.5.29.32', false, sequence(policy('1.2.3'), policy('1.2.3')))] },
    ['policies-malformed'],
  ],
  ['anyPolicy mapped', { extensions: [mapping('2.5.29.32.0', '1.2.3')] }, ['policies-malformed']],
  ['empty policyConstraints', { extensions: [extension('2.5.29.36', true, sequence())] }, ['policies-malformed']],
  [
    'policyConstraints that is not critical',
    { extensions: [extension('2.5.29.36', false, sequence(der(0x80, Buffer.from([0]))))] },
    ['must-be-critical'],
  ],
  [
    'an unreadable extension',
    { extensions: [extension('2.5.29.37', false, Buffer.from([4, 0]))] },
    ['extension-unreadable'],
  ],
  ['another algorithm inside', { innerAlgorithm: sequence(oid('1.2.3')) }, ['signature-algorithm-differs']],
  ['more fields than there are', { afterwards: [der(5)] }, ['encoding']],
];

describe('the profile of RFC 5280', () => {
  for (const [what, fields, rules] of cases) {
    it(`finds ${rules.join(' and ') || 'nothing'} in a certificate with ${what}`, () => {
      assert.deepEqual(
        checkProfile(parseCertificate(handMade(fields)))
          .map(({ rule }) => rule)
          .sort(),
        rules.sort(),
      );
    });
  }
});
