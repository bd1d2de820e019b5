import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { validate } from '../../../../src/core/x509/validate.ts';
import { type Case, inputOf as conformanceInput, readCases } from '../../../conformance/cases.ts';
import { knownClientReason } from '../../../conformance/known-differences.ts';
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

  describe('on cases of public suites', () => {
    const fixture = fileURLToPath(new URL('../../../fixtures/conformance/cases.json.gz', import.meta.url));
    const beside = fileURLToPath(new URL('../../../../../shared/conformance/limbo-core.json.gz', import.meta.url));
    const cases = readCases(fixture);
    const said = (one: Case) => validate(conformanceInput(one, NOW)).acceptedBy;

    it('Go agrees', function compareWithGo() {
      if (!isAtHand('go')) this.skip();
      this.timeout(120_000);
      const peer = buildGoPeer();
      const all = existsSync(beside) ? [...cases, ...readCases(beside)] : cases;
      const answers = peer.judge(
        all.map((one) => ({ ...one, validation_time: one.validation_time ?? new Date(NOW).toISOString() })),
      );
      peer.remove();
      const differ = all.filter((one) => said(one).go.accepted !== answers.get(one.id)?.accepted);
      assert.deepEqual(
        differ.map(({ id }) => id).filter((id) => knownClientReason('go', id) === undefined),
        [],
      );
    });

    for (const flavour of ['openssl', 'openssl-strict'] as OpenSslFlavour[]) {
      it(`${flavour} agrees on every second one, where need be in one of both orders`, function compareWithOpenSsl() {
        if (!isAtHand('openssl')) this.skip();
        this.timeout(120_000);
        const differ = cases.filter((one, index) => {
          if (index % 2 > 0) return false;
          const answer = said(one)[flavour];
          if (askOpenSsl(one, flavour, NOW).accepted === answer.accepted) return false;
          const reversed = { ...one, untrusted_intermediates: one.untrusted_intermediates.toReversed() };
          const isChance = answer.reasons.some(({ rule }) => rule === 'depends-on-order');
          return !isChance || askOpenSsl(reversed, flavour, NOW).accepted !== answer.accepted;
        });
        assert.deepEqual(
          differ.map(({ id }) => id),
          [],
        );
      });
    }
  });
});
