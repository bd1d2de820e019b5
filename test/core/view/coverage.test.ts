import assert from 'node:assert/strict';
import type { Coverage, CoverageState } from '../../../src/core/model/coverage.ts';
import { coverageNotes, coverageSection, coverageSummary } from '../../../src/core/view/coverage.ts';

const reading = (source: string, state: CoverageState, reason?: string): Coverage => ({
  source,
  layer: 'cluster',
  state,
  at: '2026-11-24T12:00:00Z',
  command: `kubectl get ${source}`,
  ...(reason && { reason, unknown: `which ${source} there are` }),
});

describe('the view of coverage', () => {
  it('says readings that failed alike once, with what is therefore unknown', () => {
    const away = ['nodes', 'pods'].map((source) => reading(source, 'unreachable', 'connection refused'));
    assert.deepEqual(
      coverageNotes([
        ...away,
        reading('secrets', 'denied', 'forbidden'),
        reading('crds', 'absent', 'no such kind'),
        reading('csrs', 'complete'),
      ]).map(({ text }) => text),
      [
        'unreachable: nodes, pods: connection refused; unknown: which nodes there are; which pods there are',
        'denied: secrets: forbidden; unknown: which secrets there are',
      ],
    );
  });

  it('does not list everything that is unknown when that is a page', () => {
    const away = ['a', 'b', 'c', 'd', 'e', 'f'].map((source) => reading(source, 'timed-out', 'no answer'));
    assert.match(coverageNotes(away)[0]?.text ?? '', /which d there are; and 2 more \(-o json lists all\)$/);
  });

  it('counts how readings ended', () => {
    assert.equal(
      coverageSummary([reading('a', 'complete'), reading('b', 'complete'), reading('c', 'denied', 'x')]),
      '2 complete, 1 denied',
    );
  });

  it('shows every reading with its command', () => {
    assert.deepEqual(coverageSection([reading('pods', 'denied', 'forbidden')]).rows[0], {
      cells: ['cluster', 'pods', 'denied', 'forbidden', 'which pods there are', 'kubectl get pods'],
      tone: 'unknown',
    });
  });
});
