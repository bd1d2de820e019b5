import assert from 'node:assert/strict';
import { parseCron } from '../../../src/core/parse/cron.ts';

const at = (text: string) => Date.parse(text);
const DAY = 86_400_000;

describe('a crontab line', () => {
  const cases: [line: string, zone: string | undefined, from: string, first: string][] = [
    ['30 2 * * *', undefined, '2026-11-24T02:30:00Z', '2026-11-24T02:30:00Z'],
    ['30 2 * * *', undefined, '2026-11-24T02:30:01Z', '2026-11-25T02:30:00Z'],
    ['0 22 * * sat,sun', undefined, '2026-11-24T00:00:00Z', '2026-11-28T22:00:00Z'],
    ['*/20 9-17 * * 1-5', undefined, '2026-11-27T17:41:00Z', '2026-11-30T09:00:00Z'],
    // Both days restricted: either will do.
    ['0 0 13 * fri', undefined, '2026-11-24T00:00:00Z', '2026-11-27T00:00:00Z'],
    ['0 0 13 * ?', undefined, '2026-11-24T00:00:00Z', '2026-12-13T00:00:00Z'],
    ['0 0 29 feb *', undefined, '2026-11-24T00:00:00Z', '2028-02-29T00:00:00Z'],
    ['@weekly', undefined, '2026-11-24T00:00:00Z', '2026-11-29T00:00:00Z'],
    ['0 1 * * *', 'Asia/Kolkata', '2026-11-24T00:00:00Z', '2026-11-24T19:30:00Z'],
    ['0 1 * * *', 'Pacific/Auckland', '2026-11-24T00:00:00Z', '2026-11-24T12:00:00Z'],
    // Europe's clocks go on at 01:00Z on 28 March 2027: there is no 02:30 in Berlin on that day.
    ['30 2 * * *', 'Europe/Berlin', '2027-03-27T12:00:00Z', '2027-03-28T01:30:00Z'],
    // They go back on 31 October 2027: the first of two is taken.
    ['30 2 * * *', 'Europe/Berlin', '2027-10-30T12:00:00Z', '2027-10-31T00:30:00Z'],
  ];
  for (const [line, zone, from, first] of cases) {
    it(`${line} in ${zone ?? 'UTC'} comes first after ${from} at ${first}`, () => {
      assert.equal(parseCron(line, zone)?.first(at(from), at(from) + 3 * 365 * DAY), at(first));
    });
  }

  it('has no moment that is not before the end, and looks no further than five years', () => {
    const never = parseCron('0 0 31 feb *');
    assert.equal(never?.first(at('2026-11-24T00:00:00Z'), at('9999-12-31T00:00:00Z')), undefined);
    assert.equal(parseCron('0 2 * * *')?.first(at('2026-11-24T03:00:00Z'), at('2026-11-25T01:59:00Z')), undefined);
  });

  for (const wrong of [
    '',
    '* * * *',
    '60 * * * *',
    '5-2 * * * *',
    '*/0 * * * *',
    '@every 5h',
    '0 0 * * 8',
    'x * * * *',
  ])
    it(`is not "${wrong}"`, () => assert.equal(parseCron(wrong), undefined));

  it('needs a time zone that there is', () => assert.equal(parseCron('0 0 * * *', 'Mars/Olympus'), undefined));
});
