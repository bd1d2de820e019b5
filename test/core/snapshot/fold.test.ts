import assert from 'node:assert/strict';
import type { Observation } from '../../../src/core/model/observation.ts';
import { fold } from '../../../src/core/snapshot/fold.ts';

const options = {
  takenAt: '2026-11-24T12:00:00.000Z',
  tool: { name: 'kubectl-certs', version: '0.0.0' },
  scope: { namespaces: [], layers: ['cluster' as const], targets: [] },
};

function observation(source: string, parts: Partial<Observation> = {}): Observation {
  return {
    source,
    layer: 'cluster',
    state: 'complete',
    at: options.takenAt,
    command: `read ${source}`,
    certificates: {},
    crls: [],
    keys: [],
    placements: [],
    facts: {},
    handshakes: [],
    ...parts,
  };
}

const placement = (ref: string, chain: string[] = []) =>
  ({ ref, layer: 'cluster', role: 'file', manager: 'unknown', chain }) as const;

describe('folding observations into a snapshot', () => {
  it('numbers every statement with the reading it comes from', () => {
    const snapshot = fold(
      [
        observation('a', { placements: [placement('file:/b')] }),
        observation('b', { placements: [placement('file:/a')] }),
      ],
      options,
    );
    assert.deepEqual(
      snapshot.placements.map(({ ref, seen }) => [ref, seen]),
      [
        ['file:/a', 1],
        ['file:/b', 0],
      ],
    );
  });

  it('lets the first source that saw a place speak for it', () => {
    const snapshot = fold(
      [
        observation('a', { placements: [placement('file:/a', ['01'])] }),
        observation('b', { placements: [placement('file:/a', ['02'])] }),
      ],
      options,
    );
    assert.deepEqual(
      snapshot.placements.map(({ chain }) => chain),
      [['01']],
    );
  });

  it('sorts certificates and keys by identity, so the bytes do not depend on who answered first', () => {
    const one = observation('a', { certificates: { ff: 'AA==' }, keys: [{ spki: 'b', algorithm: 'RSA', bits: 2048 }] });
    const two = observation('b', {
      certificates: { '00': 'AQ==' },
      keys: [{ spki: 'a', algorithm: 'RSA', bits: 2048 }],
    });
    const snapshot = fold([one, two], options);
    assert.deepEqual(Object.keys(snapshot.certificates), ['ff', '00'].sort());
    assert.deepEqual(
      snapshot.keys.map(({ spki }) => spki),
      ['a', 'b'],
    );
  });

  it('keeps coverage as it was, with what is unknown', () => {
    const [coverage] = fold(
      [observation('a', { state: 'denied', reason: 'forbidden', unknown: 'Secrets' })],
      options,
    ).coverage;
    assert.deepEqual(coverage, {
      source: 'a',
      layer: 'cluster',
      state: 'denied',
      reason: 'forbidden',
      unknown: 'Secrets',
      at: options.takenAt,
      command: 'read a',
    });
  });
});
