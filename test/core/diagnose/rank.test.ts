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

  it('is said across layers of what rests on the same words', () => {
    const evidence = [{ fact: 'denied the request', source: 'symptom', at: '', command: '' }];
    const both = [
      { ...candidate('DEEP', 'certificate/a/b', 'ingress'), evidence },
      { ...candidate('SHALLOW', 'webhook/c', 'cluster'), evidence },
    ];
    assert.deepEqual(codes(...both), ['DEEP']);
  });

  it('is said across layers where the cause names the host of the effect', () => {
    const effect = candidate('SHALLOW', 'tls://pay.example.net:443#pay.example.net', 'none');
    const deep = { ...candidate('DEEP', 'destinationrule/web/b', 'mesh'), message: 'it verifies pay.example.net' };
    assert.deepEqual(codes(deep, effect), ['DEEP']);
    assert.deepEqual(codes(candidate('DEEP', 'destinationrule/web/b', 'mesh'), effect), ['DEEP', 'SHALLOW']);
  });

  it('is said of the same thing alone where the edge says so', () => {
    const narrow = [playbookOf({ id: 'edge', hides: [{ cause: 'DEEP', hidden: 'SHALLOW', sameThing: true }] })];
    const roots = (...all: Candidate[]) => rank(all, narrow).map((root) => root.candidate.code);
    const deep = candidate('DEEP', 'issuer/a/b', 'ingress', ['secret/a/b']);
    assert.deepEqual(roots(deep, candidate('SHALLOW', 'secret/a/b', 'ingress')), ['DEEP']);
    assert.deepEqual(roots(deep, candidate('SHALLOW', 'secret/a/c', 'ingress')), ['DEEP', 'SHALLOW']);
  });

  it('is said across layers of the same thing', () => {
    const deep = candidate('DEEP', 'certificate/web/b', 'cluster', ['secret/web/b']);
    assert.deepEqual(codes(deep, candidate('SHALLOW', 'secret/web/b', 'ingress')), ['DEEP']);
  });
});
