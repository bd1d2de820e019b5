import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
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

  it('takes over the lock of a process whose number another one has now', async function () {
    if (process.platform !== 'linux') this.skip();
    await store().lock('k', holder(process.pid));
    const file = join(folder, 'state/locks/k.lock');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"identity":"[^"]*"/, '"identity":"boot/1"'));
    assert.equal(await store().lock('k', holder(process.pid, 'r2')), undefined);
  });

  it('gives a lock to one of many that find it stale at the same time', async () => {
    await store().lock('k', holder(2 ** 22 + 1));
    const script = `import { localStateStore } from '${new URL('../../../src/io/adapters/state-store.ts', import.meta.url)}';
      const holder = { pid: process.pid, run: 'r', since: '' };
      const taken = (await localStateStore(${JSON.stringify(join(folder, 'state'))}).lock('k', holder)) === undefined;
      process.stdout.write(taken ? 'x' : '.');
      process.stdin.resume(); process.stdin.on('end', () => process.exit());`;
    const children = Array.from({ length: 6 }, () => spawn(process.execPath, ['--input-type=module', '-e', script]));
    const answers = await Promise.all(
      children.map((child) => once(child.stdout, 'data').then(([said]) => String(said))),
    );
    for (const child of children) child.stdin.end();
    assert.equal(answers.filter((said) => said === 'x').length, 1, answers.join(''));
  }).timeout(20_000);

  it('does not let a name lead out of the folder', async () => {
    await store().startJournal('../../evil', '{}');
    assert.deepEqual(readdirSync(folder), ['state']);
  });
});
