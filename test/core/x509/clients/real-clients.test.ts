import assert from 'node:assert/strict';
import { validate } from '../../../../src/core/x509/validate.ts';
import { askOpenSsl, buildGoPeer, isAtHand, type OpenSslFlavour } from '../../../conformance/peers.ts';
import { caseOf } from '../support/peer-case.ts';
import { inputOf, NOW, scenarios } from '../support/scenarios.ts';

describe('what families of clients are said to do, beside what the real ones do', () => {
  for (const flavour of ['openssl', 'openssl-strict'] as OpenSslFlavour[]) {
    describe(`openssl verify as ${flavour}`, () => {
      before(function skipWithoutOpenSsl() {
        if (!isAtHand('openssl')) this.skip();
      });
      for (const { title, make } of scenarios) {
        it(`agrees where ${title}`, async () => {
          const input = inputOf(await make());
          const said = validate(input).acceptedBy[flavour];
          const done = askOpenSsl(caseOf(title, input), flavour, NOW);
          assert.equal(said.accepted, done.accepted, `${done.error} ${JSON.stringify(said.reasons)}`);
        });
      }
    });
  }

  describe('Go', () => {
    it('agrees on every chain', async function compareWithGo() {
      if (!isAtHand('go')) this.skip();
      this.timeout(120_000);
      const inputs = await Promise.all(
        scenarios.map(async ({ title, make }) => ({ title, input: inputOf(await make()) })),
      );
      const peer = buildGoPeer();
      const answers = peer.judge(inputs.map(({ title, input }) => caseOf(title, input)));
      peer.remove();
      const differ = inputs
        .map(({ title, input }) => ({ title, said: validate(input).acceptedBy.go, done: answers.get(title) }))
        .filter(({ said, done }) => said.accepted !== done?.accepted);
      assert.deepEqual(differ, []);
    });
  });
});
