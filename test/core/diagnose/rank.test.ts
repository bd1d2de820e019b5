import assert from 'node:assert/strict';
import type { Candidate } from '../../../src/core/diagnose/candidate.ts';
import { rank } from '../../../src/core/diagnose/rank.ts';
import type { Layer } from '../../../src/core/model/layer.ts';
import { playbookOf } from './engine.ts';

function candidate(code: string, object: string, layer: Layer, also: readonly string[] = []): Candidate {
  const texts = { title: code, message: code, impact: '' };
  const lists = { evidence: [], fix: [], verify: [], prevent: [], explains: [] };
  const weight = { decisive: true, effect: false, fault: true, critical: true, relevance: 3, named: false };
  return { ...texts, ...lists, ...weight, code, object, layer, also };
}

describe('which cause hides which', () => {
  const edges = [playbookOf({ id: 'edge', hides: [{ cause: 'DEEP', hidden: 'SHALLOW' }] })];
  const codes = (...all: Candidate[]) => rank(all, edges).map(({ candidate: { code } }) => code);

  it('is said within a layer', () => {
    assert.deepEqual(codes(candidate('DEEP', 'node/a', 'cluster'), candidate('SHALLOW', 'file:/b', 'cluster')), [
      'DEEP',
    ]);
  });

  it('is not said of a fault in another layer: that one stands beside it', () => {
    const both = codes(candidate('DEEP', 'node/a', 'cluster'), candidate('SHALLOW', 'secret/web/b', 'ingress'));
    assert.deepEqual(both, ['DEEP', 'SHALLOW']);
  });

  it('is said across layers of the same thing', () => {
    const deep = candidate('DEEP', 'certificate/web/b', 'cluster', ['secret/web/b']);
    assert.deepEqual(codes(deep, candidate('SHALLOW', 'secret/web/b', 'ingress')), ['DEEP']);
  });
});
