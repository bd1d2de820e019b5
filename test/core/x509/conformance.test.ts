import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BoundedJudge } from '../../conformance/bounded.ts';
import { type Case, readCases } from '../../conformance/cases.ts';
import { judgeCase } from '../../conformance/judge.ts';
import { knownReason } from '../../conformance/known-differences.ts';
import { isAgreed, printScores, scoreGroups } from '../../conformance/score.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const own = fileURLToPath(new URL('../../fixtures/conformance/cases.json.gz', import.meta.url));
const beside = fileURLToPath(new URL('../../../../shared/conformance/', import.meta.url));
const files = [own, `${beside}limbo-core.json.gz`, `${beside}bettertls.json.gz`];

/** Cases that are answered otherwise than expected for no reviewed reason. */
function disagreements(cases: readonly Case[]) {
  return cases
    .map((one) => ({ one, result: judgeCase(one, NOW), ms: 0 }))
    .filter((judged) => !isAgreed(judged) && knownReason(judged.one.id) === undefined)
    .map(({ one, result }) => `${one.id}: ${result.context}`);
}

describe('path validation cases of public suites', () => {
  for (const file of files) {
    it(`are all answered as expected: ${file.split('/').at(-1)}`, function judgeFile() {
      if (!existsSync(file)) this.skip();
      this.timeout(60_000);
      const cases = readCases(file);
      assert.ok(cases.length > 100);
      assert.deepEqual(disagreements(cases), []);
    });
  }

  it('are read from plain files too, and other files are refused', () => {
    assert.throws(
      () => readCases(fileURLToPath(new URL('../../../package.json', import.meta.url))),
      /package\.json has no testcases/,
    );
  });
});

describe('the runner of path validation cases', () => {
  const [one] = readCases(own) as [Case];
  const script = (code: string) =>
    new URL(`data:text/javascript,import{parentPort as p}from'node:worker_threads';p.on('message',({one})=>{${code}})`);

  it('gives a case to the validator in a thread of its own', async () => {
    const judge = new BoundedJudge(20_000);
    const result = await judge.judge(one, NOW);
    await judge.close();
    assert.deepEqual(result, judgeCase(one, NOW));
  });

  it('ends a case that hangs, and goes on with the next', async () => {
    const judge = new BoundedJudge(300, script(`if(one.id==='hang')for(;;);p.postMessage({id:one.id})`));
    assert.deepEqual(await judge.judge({ ...one, id: 'hang' }, NOW), {
      id: 'hang',
      actual_result: 'SKIPPED',
      context: 'hang: no answer within 300 ms',
    });
    assert.equal((await judge.judge({ ...one, id: 'next' }, NOW)).id, 'next');
    await judge.close();
  });

  it('counts a crash as skipped', async () => {
    const judge = new BoundedJudge(20_000, script(`throw new Error('boom')`));
    const result = await judge.judge(one, NOW);
    await judge.close();
    assert.deepEqual([result.actual_result, result.context], ['SKIPPED', 'crash: boom']);
  });

  it('prints scores by group, and the peers only beside the same cases', () => {
    const judged = (
      id: string,
      expected_result: Case['expected_result'],
      actual_result: 'SUCCESS' | 'FAILURE' | 'SKIPPED',
    ) => ({
      one: { ...one, id, expected_result },
      result: { id, actual_result, context: '' },
      ms: 1,
    });
    const scores = scoreGroups([
      judged('bettertls::pathbuilding::tc1', 'SUCCESS', 'FAILURE'),
      judged('rfc5280::a', 'FAILURE', 'FAILURE'),
      judged('rfc5280::b', 'FAILURE', 'SUCCESS'),
      judged('rfc5280::c', 'FAILURE', 'SKIPPED'),
    ]);
    assert.deepEqual(
      scores.map(({ group, cases, agree, wrongAccepts, wrongRejects, skipped }) => [
        group,
        cases,
        agree,
        wrongAccepts,
        wrongRejects,
        skipped,
      ]),
      [
        ['core', 3, 1, 1, 0, 1],
        ['path building', 1, 0, 0, 1, 0],
      ],
    );
    assert.match(printScores(scores), /\| core +\| +3 \| +1 \| +33\.3 % \|.*- \| +- \|/);
    assert.match(printScores([{ ...scores[0]!, cases: 84 }]), /73 \| +58 \|/);
  });
});
