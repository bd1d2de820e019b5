import assert from 'node:assert/strict';
import { type ValidationInput, validate } from '../../../../src/core/x509/validate.ts';
import { askOpenSsl, buildGoPeer, isAtHand, type OpenSslFlavour } from '../../../conformance/peers.ts';
import { caseOf } from '../support/peer-case.ts';
import { makeRandomInputs } from '../support/random-chains.ts';
import { NOW } from '../support/scenarios.ts';

const SEED = 20_261_124;
const COUNT = 120;

describe('what families of clients are said to do with random chains, beside what the real ones do', () => {
  let inputs: ValidationInput[];
  before(async function makeChains() {
    this.timeout(60_000);
    inputs = await makeRandomInputs(SEED, COUNT);
  });

  it('covers acceptance and a good part of the rules', () => {
    const verdicts = inputs.map(validate);
    const rules = new Set(verdicts.flatMap(({ reasons }) => reasons.map(({ rule }) => rule)));
    assert.ok(verdicts.filter(({ conforms }) => conforms).length > 5);
    assert.ok(rules.size > 12, [...rules].join());
  });

  it('Go agrees', function compareWithGo() {
    if (!isAtHand('go')) this.skip();
    this.timeout(120_000);
    const peer = buildGoPeer();
    const answers = peer.judge(inputs.map((input, index) => caseOf(String(index), input)));
    peer.remove();
    const differ = inputs
      .map((input, index) => ({ index, said: validate(input).acceptedBy.go, done: answers.get(String(index)) }))
      .filter(({ said, done }) => said.accepted !== done?.accepted);
    assert.deepEqual(differ, []);
  });

  for (const flavour of ['openssl', 'openssl-strict'] as OpenSslFlavour[]) {
    it(`${flavour} agrees`, function compareWithOpenSsl() {
      if (!isAtHand('openssl')) this.skip();
      this.timeout(120_000);
      const differ = inputs
        .map((input, index) => ({
          index,
          said: validate(input).acceptedBy[flavour],
          done: askOpenSsl(caseOf(String(index), input), flavour, NOW),
        }))
        .filter(({ said }) => !said.reasons.some(({ rule }) => rule === 'depends-on-order'))
        .filter(({ said, done }) => said.accepted !== done.accepted);
      assert.deepEqual(differ, []);
    });
  }
});
