import assert from 'node:assert/strict';
import { systemClock } from '../../../src/io/adapters/clock.ts';

describe('the system clock', () => {
  it('tells milliseconds since the epoch', () => {
    const before = Date.now();
    const now = systemClock.now();
    assert.ok(before <= now && now <= Date.now());
  });

  it('sleeps', async () => {
    assert.equal(await systemClock.sleep(1), undefined);
  });

  it('ends the sleep with the signal, at once', async () => {
    const abort = new AbortController();
    const sleep = systemClock.sleep(2 ** 30, abort.signal);
    abort.abort(new Error('interrupted'));
    await assert.rejects(sleep, /interrupted/);
  });

  it('does not begin to sleep under a signal that has been given', async () => {
    await assert.rejects(systemClock.sleep(2 ** 30, AbortSignal.abort(new Error('too late'))), /too late/);
  });
});
