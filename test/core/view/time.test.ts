import assert from 'node:assert/strict';
import { humanDuration, relativeTime, rfc3339 } from '../../../src/core/view/time.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('durations as kubectl prints them', () => {
  const cases: readonly [number, string][] = [
    [0, '0s'],
    [119 * SECOND, '119s'],
    [2 * MINUTE, '2m'],
    [5 * MINUTE + 3 * SECOND, '5m3s'],
    [10 * MINUTE + 3 * SECOND, '10m'],
    [179 * MINUTE, '179m'],
    [3 * HOUR + 5 * MINUTE, '3h5m'],
    [20 * HOUR + 5 * MINUTE, '20h'],
    [3 * DAY + 4 * HOUR, '3d4h'],
    [8 * DAY + 4 * HOUR, '8d'],
    [729 * DAY, '729d'],
    [760 * DAY, '2y30d'],
    [3650 * DAY, '10y'],
  ];
  for (const [ms, text] of cases) it(`${ms} ms is ${text}`, () => assert.equal(humanDuration(ms), text));

  it('says whether a time is to come or past', () => {
    assert.equal(relativeTime(12 * DAY, 0), 'in 12d');
    assert.equal(relativeTime(0, 3 * HOUR), '3h ago');
  });

  it('prints RFC 3339 in UTC, milliseconds only where there are any', () => {
    assert.equal(rfc3339(Date.parse('2026-11-24T12:00:00+02:00')), '2026-11-24T10:00:00Z');
    assert.equal(rfc3339(1), '1970-01-01T00:00:00.001Z');
  });
});
