import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { createContext, type Host } from '../../src/context.ts';

/** A process whose signals a test sends. */
function fakeHost(input = new PassThrough()) {
  const streams = { stdin: input, stdout: new PassThrough(), stderr: new PassThrough() };
  const own = { env: { HOME: '/home/me' }, pid: 7, execPath: '/usr/bin/node', argv: ['node', '/opt/certs.cjs'] };
  return Object.assign(new EventEmitter(), { ...streams, ...own, getuid: () => 1000 });
}

describe('interrupts', () => {
  const open = () => {
    const host = fakeHost();
    return { host, context: createContext(host as unknown as Host) };
  };

  it('end a command that only reads', () => {
    const { host, context } = open();
    host.emit('SIGINT');
    assert.equal(context.signal.aborted, true);
  });

  it('are left to the system from the second on', async () => {
    const { host } = open();
    host.emit('SIGINT');
    assert.equal(host.listenerCount('SIGINT'), 1, 'the first one is nobody else’s');
    await new Promise(setImmediate);
    assert.equal(host.listenerCount('SIGINT'), 0);
  });

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    it(`ask a run that took them to stop, then to abandon its step, and then are the system's: ${signal}`, async () => {
      const { host, context } = open();
      const { stop, abandon } = context.takeInterrupts();
      host.emit(signal);
      assert.deepEqual([context.signal.aborted, stop.aborted, abandon.aborted], [false, true, false]);
      host.emit(signal);
      assert.equal(abandon.aborted, true);
      assert.equal(host.listenerCount(signal), 1, 'this one is nobody else’s');
      await new Promise(setImmediate);
      assert.equal(host.listenerCount(signal), 0);
    });
  }

  it('end a question that waits for a line', async () => {
    const { host, context } = open();
    const answer = context.terminal.readLine();
    host.emit('SIGINT');
    await assert.rejects(answer, /interrupted/);
  });
});

describe('a line that a person types', () => {
  for (const [typed, line] of [
    ['yes\nno\n', 'yes'],
    ['y', 'y'],
    ['', ''],
  ] as const) {
    it(`is ${JSON.stringify(line)} of ${JSON.stringify(typed)}`, async () => {
      const input = new PassThrough();
      const context = createContext(fakeHost(input) as unknown as Host);
      input.end(typed);
      assert.equal(await context.terminal.readLine(), line);
    });
  }
});

describe('the state folder', () => {
  for (const [title, parts, folder] of [
    ['of a user', {}, '/home/me/.local/state/kubectl-certs'],
    ['of a user who has moved it', { env: { XDG_STATE_HOME: '/x' } }, '/x/kubectl-certs'],
    ['of root', { getuid: () => 0 }, '/var/lib/kubectl-certs'],
  ] as const) {
    it(`${title} is ${folder}`, async () => {
      const context = createContext(Object.assign(fakeHost(), parts) as unknown as Host);
      assert.equal((await context.openWorkshop()).store.directory, folder);
      assert.equal((await context.openWorkshop('/given')).store.directory, '/given');
    });
  }
});
