import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localStateStore } from '../../../src/io/adapters/state-store.ts';
import { PortFailure } from '../../../src/io/ports/failure.ts';

describe('the state folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'state-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const store = () => localStateStore(join(folder, 'state'));
  const holder = (pid: number, run = 'r1') => ({ pid, run, since: '2026-11-24T12:00:00Z' });

  it('keeps journals line by line, readable by their owner alone', async () => {
    await store().startJournal('r1', '{"id":"r1"}');
    await store().appendJournal('r1', '{"step":"a"}');
    assert.deepEqual(await store().readJournal('r1'), ['{"id":"r1"}', '{"step":"a"}']);
    assert.equal(statSync(join(folder, 'state/journals/r1.jsonl')).mode & 0o777, 0o600);
    assert.equal(statSync(join(folder, 'state/journals')).mode & 0o777, 0o700);
  });

  it('refuses to start a journal twice', async () => {
    await store().startJournal('r1', '{}');
    await assert.rejects(store().startJournal('r1', '{}'), PortFailure);
  });

  it('leaves out a last line that a crash cut short, and does not let it swallow the next', async () => {
    await store().startJournal('r1', '{"id":"r1"}');
    appendFileSync(join(folder, 'state/journals/r1.jsonl'), '{"step":"a","tra');
    assert.deepEqual(await store().readJournal('r1'), ['{"id":"r1"}']);
    await store().appendJournal('r1', '{"step":"b"}');
    assert.deepEqual((await store().readJournal('r1')).at(-1), '{"step":"b"}');
  });

  it('says that there is no such journal', async () => {
    await assert.rejects(store().readJournal('none'), (error: PortFailure) => error.state === 'absent');
    assert.deepEqual(await store().journals(), []);
  });

  it('lets one run hold a lock, and says who', async () => {
    assert.equal(await store().lock('node-cp-1', holder(process.pid)), undefined);
    assert.deepEqual(await store().lock('node-cp-1', holder(process.pid, 'r2')), holder(process.pid));
    await store().unlock('node-cp-1');
    assert.equal(await store().lock('node-cp-1', holder(process.pid, 'r2')), undefined);
  });

  it('takes over the lock of a process that has ended, and one that is damaged', async () => {
    await store().lock('k', holder(2 ** 22 + 1));
    assert.equal(await store().lock('k', holder(process.pid, 'r2')), undefined);
    writeFileSync(join(folder, 'state/locks/k.lock'), '{"pi');
    assert.equal(await store().lock('k', holder(process.pid, 'r3')), undefined);
  });

  it('does not let a name lead out of the folder', async () => {
    await store().startJournal('../../evil', '{}');
    assert.deepEqual(readdirSync(folder), ['state']);
  });
});
