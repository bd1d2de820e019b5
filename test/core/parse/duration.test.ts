import assert from 'node:assert/strict';
import { UserError } from '../../../src/core/model/error.ts';
import { parseDuration, parseDurationFlag, parseMoment } from '../../../src/core/parse/duration.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.parse('2026-11-24T12:00:00Z');

describe('durations', () => {
  const good: [string, number][] = [
    ['30d', 30 * DAY],
    ['720h', 30 * DAY],
    ['1w', 7 * DAY],
    ['1y', 365 * DAY],
    ['1h30m', 1.5 * HOUR],
    ['2160h0m0s', 90 * DAY],
    ['1.5h', 1.5 * HOUR],
    ['90s', 90_000],
    ['250ms', 250],
    ['0', 0],
    [' 7d ', 7 * DAY],
  ];
  for (const [text, expected] of good) {
    it(`reads ${JSON.stringify(text)}`, () => assert.equal(parseDuration(text), expected));
  }

  for (const text of ['', '30', 'd', '30 d', '-30d', '1mo', '30D', '1e3d', '30d!', '99999999999999y']) {
    it(`does not read ${JSON.stringify(text)}`, () => assert.equal(parseDuration(text), undefined));
  }

  it('names the flag, shows the form and exits 64 when a flag holds none', () => {
    assert.throws(
      () => parseDurationFlag('soon', '--warn'),
      (error) => error instanceof UserError && error.exitCode === 64 && error.message === '--warn soon: not a duration',
    );
  });
});

describe('points in time', () => {
  const good: [string, string][] = [
    ['+90d', '2027-02-22T12:00:00.000Z'],
    ['-1h', '2026-11-24T11:00:00.000Z'],
    ['+0', '2026-11-24T12:00:00.000Z'],
    ['2027-01-31T12:00:00Z', '2027-01-31T12:00:00.000Z'],
    ['2027-01-31T12:00:00.5+02:00', '2027-01-31T10:00:00.500Z'],
    ['2027-01-31 12:00:00z', '2027-01-31T12:00:00.000Z'],
    ['2027-01-31', '2027-01-31T00:00:00.000Z'],
    ['2028-02-29', '2028-02-29T00:00:00.000Z'],
  ];
  for (const [text, expected] of good) {
    it(`reads ${text}`, () =>
      assert.equal(new Date(parseMoment(text, { now: NOW, flag: '--at' })).toISOString(), expected));
  }

  for (const text of ['90d', 'tomorrow', '2027-02-30', '2027-13-01', '2027-01-31T12:00:00', '+', '+9999999y', '']) {
    it(`refuses ${JSON.stringify(text)} with the form to use`, () => {
      assert.throws(
        () => parseMoment(text, { now: NOW, flag: '--at' }),
        (error) => error instanceof UserError && error.exitCode === 64 && error.hints.length === 1,
      );
    });
  }
});
