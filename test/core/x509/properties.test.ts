import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Certificate } from '../../../src/core/x509/certificate.ts';
import { type ValidationInput, type Verdict, validate } from '../../../src/core/x509/validate.ts';
import { mintKey } from '../../../src/io/demo/mint.ts';
import { makeRandomInputs } from './support/random-chains.ts';
import { inputOf, makeChain, makeLeaf, makeMiddle, makeRoot, NOW, scenarios } from './support/scenarios.ts';

/** The answer without the time it took. */
const answer = ({ conforms, reasons, path, acceptedBy, missingIssuer }: Verdict) => ({
  conforms,
  reasons,
  path,
  acceptedBy,
  missingIssuer,
});

/** Every scenario, a wood of roots, cross-signs and namesakes, and chains with anything in them. */
async function makeInputs(): Promise<ValidationInput[]> {
  const inputs = await Promise.all(scenarios.map(async ({ make }) => inputOf(await make())));
  const keys = Array.from({ length: 3 }, () => mintKey('ECDSA-P256'));
  const roots = await Promise.all(keys.map((key, index) => makeRoot({ key, subject: `CN=Root ${index % 2}` })));
  const crossed = await Promise.all(
    roots.flatMap((issuer) =>
      keys.map((key, index) =>
        makeMiddle(issuer, { key, subject: `CN=Middle ${index % 2}`, notAfter: NOW + (index - 1) * 1e9 }),
      ),
    ),
  );
  const leaf = await makeLeaf(crossed[2]!);
  const wood = inputOf({ leaf, intermediates: crossed, anchors: roots.slice(0, 2) });
  return [...inputs, wood, ...(await makeRandomInputs(42, 60))];
}

describe('path validation, whatever the chain', () => {
  let inputs: ValidationInput[];
  before(async function makeAll() {
    this.timeout(60_000);
    inputs = await makeInputs();
  });
  const anyInput = () => fc.integer({ min: 0, max: inputs.length - 1 }).map((index) => inputs[index]!);
  const shuffled = <T>(list: readonly T[]) =>
    fc.shuffledSubarray([...list], { minLength: list.length, maxLength: list.length });
  const someOf = <T>(list: readonly T[]) => fc.subarray([...list]);
  const strangers = (): Certificate[] => inputs.flatMap(({ leaf, intermediates }) => [leaf, ...intermediates]);

  it('gives the same answer in every order, and when certificates are given twice', () => {
    const orders = anyInput().chain((input) =>
      fc.tuple(fc.constant(input), shuffled([...input.intermediates, ...input.intermediates]), shuffled(input.anchors)),
    );
    fc.assert(
      fc.property(orders, ([input, intermediates, anchors]) => {
        assert.deepEqual(answer(validate({ ...input, intermediates, anchors })), answer(validate(input)));
      }),
      { numRuns: 150 },
    );
  }).timeout(30_000);

  it('never refuses with more certificates what it accepts with fewer', () => {
    const pools = anyInput().chain((input) =>
      fc.tuple(fc.constant(input), someOf(input.intermediates), someOf(strangers())),
    );
    fc.assert(
      fc.property(pools, ([input, some, more]) => {
        const small = validate({ ...input, intermediates: some });
        const large = validate({ ...input, intermediates: [...input.intermediates, ...more] });
        assert.ok(!small.conforms || large.conforms);
      }),
      { numRuns: 150 },
    );
  }).timeout(30_000);

  it('never refuses with more trust anchors what it accepts with fewer', () => {
    const anchors = anyInput().chain((input) => fc.tuple(fc.constant(input), someOf(strangers())));
    fc.assert(
      fc.property(anchors, ([input, more]) => {
        assert.ok(!validate(input).conforms || validate({ ...input, anchors: [...input.anchors, ...more] }).conforms);
      }),
      { numRuns: 100 },
    );
  }).timeout(30_000);

  it('refuses everything once the leaf has expired, and so does every client', () => {
    fc.assert(
      fc.property(anyInput(), fc.integer({ min: 1000, max: 1e12 }), (input, later) => {
        const { conforms, reasons, acceptedBy } = validate({ ...input, now: input.leaf.notAfter + later });
        assert.equal(conforms, false);
        assert.ok(reasons.some(({ rule, certificate }) => rule === 'expired' && certificate === input.leaf.sha256));
        assert.ok(Object.values(acceptedBy).every(({ accepted }) => !accepted));
      }),
      { numRuns: 100 },
    );
  }).timeout(30_000);

  it('has reasons exactly when it refuses, and a path from the leaf to an anchor whenever it accepts', () => {
    for (const input of inputs) {
      const { conforms, reasons, path, complete, acceptedBy } = validate(input);
      assert.equal(conforms, reasons.length === 0);
      assert.equal(path[0], input.leaf.sha256);
      if (conforms) assert.ok(complete && input.anchors.some(({ sha256 }) => sha256 === path.at(-1)));
      for (const client of Object.values(acceptedBy)) assert.equal(client.accepted, client.reasons.length === 0);
    }
  });

  it('never conforms where the signature of a link is changed', async () => {
    const chain = await makeChain();
    fc.assert(
      fc.property(
        fc.nat(chain.middle.certificate.signature.length - 1),
        fc.integer({ min: 1, max: 255 }),
        (at, change) => {
          const signature = Buffer.from(chain.middle.certificate.signature);
          signature[at]! ^= change;
          const middle = { ...chain.middle.certificate, signature, sha256: `${at} ${change}` };
          assert.equal(validate({ ...inputOf(chain), intermediates: [middle] }).conforms, false);
        },
      ),
      { numRuns: 60 },
    );
  });
});
