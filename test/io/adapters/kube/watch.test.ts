import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { RequestListener, ServerResponse } from 'node:http';
import type { Clock } from '../../../../src/io/ports/clock.ts';
import type { KubeApi, WatchEvent, WatchRequest } from '../../../../src/io/ports/kube-api.ts';
import { apiOf, failureOf, json, TestServers } from './support.ts';

const servers = new TestServers();
afterEach(() => servers.close());

const object = (name: string, resourceVersion: string) => ({ metadata: { name, resourceVersion } });
const line = (type: string, value: object) => `${JSON.stringify({ type, object: value })}\n`;
const gone = line('ERROR', { kind: 'Status', code: 410, message: 'too old resource version: 5 (9)' });

/** Pauses end at once and are counted; the silence after which a connection is given up never comes. */
function hastyClock() {
  const pauses: number[] = [];
  let now = 0;
  const clock: Clock = {
    now: () => (now += 10_000),
    sleep: (ms, signal) => {
      if (ms <= 60_000) {
        pauses.push(ms);
        return Promise.resolve();
      }
      return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    },
  };
  return { clock, pauses };
}

/** Answers one request after the other; the last answer is given for ever. */
function inTurn(...answers: readonly RequestListener[]): RequestListener {
  let count = 0;
  return (request, response) => answers[Math.min(count++, answers.length - 1)]?.(request, response);
}

const stream =
  (...lines: readonly string[]) =>
  (end: (response: ServerResponse) => void = (response) => response.end()): RequestListener =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    for (const text of lines) response.write(text);
    if (lines.length === 0) response.flushHeaders();
    end(response);
  };
const open = () => {};

function watch(kube: KubeApi, more: Partial<WatchRequest> = {}) {
  return kube.watch({ path: '/api/v1/secrets', signal: AbortSignal.timeout(8000), ...more })[Symbol.asyncIterator]();
}

async function take(events: AsyncIterator<WatchEvent>, count: number): Promise<string[]> {
  const taken: string[] = [];
  while (taken.length < count) {
    const { value, done } = (await events.next()) as IteratorResult<WatchEvent, undefined>;
    if (done || !value) break;
    const name = value.type === 'RESTARTED' ? '' : (value.object as ReturnType<typeof object>).metadata.name;
    taken.push(`${value.type} ${name}`.trim());
  }
  return taken;
}

const queries = ({ requests }: { requests: readonly { url?: string | undefined }[] }) =>
  requests.map(({ url }) => Object.fromEntries(new URL(url ?? '', 'http://x').searchParams));

describe('a watch', () => {
  let { clock, pauses } = hastyClock();
  beforeEach(() => {
    ({ clock, pauses } = hastyClock());
  });

  async function serve(...answers: readonly RequestListener[]) {
    const server = await servers.https(inTurn(...answers));
    return { server, kube: apiOf(await servers.kubeconfig(server.url), { clock }) };
  }

  it('tells each change as it comes, however its lines are cut into pieces', async () => {
    const text = line('ADDED', object('ä', '7')) + line('DELETED', object('b', '8'));
    const bytes = Buffer.from(text);
    const { kube } = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      for (const byte of bytes) response.write(Buffer.of(byte));
    });
    assert.deepEqual(await take(watch(kube), 2), ['ADDED ä', 'DELETED b']);
  });

  it('asks for bookmarks, and goes on from the last one when the server ends the connection', async () => {
    const { server, kube } = await serve(
      stream(line('ADDED', object('a', '7')), line('BOOKMARK', object('', '9')))(),
      stream(line('MODIFIED', object('a', '10')))(open),
    );
    const events = watch(kube, { query: { fieldSelector: 'metadata.name=a' }, resourceVersion: '5' });
    assert.deepEqual(await take(events, 2), ['ADDED a', 'MODIFIED a']);
    const common = {
      fieldSelector: 'metadata.name=a',
      watch: 'true',
      allowWatchBookmarks: 'true',
      timeoutSeconds: '240',
    };
    assert.deepEqual(queries(server), [
      { ...common, resourceVersion: '5' },
      { ...common, resourceVersion: '9' },
    ]);
    assert.equal(server.requests[0]?.headers['accept-encoding'], 'identity', 'events would wait in a packer');
    assert.deepEqual(pauses, []);
  });

  it('drops a line that a broken connection cut short, and connects anew after a pause', async () => {
    const { server, kube } = await serve(
      stream(
        line('ADDED', object('a', '7')),
        '{"type":"MODIFIED","obj',
      )((response) => setImmediate(() => response.socket?.end())),
      stream(line('MODIFIED', object('a', '8')))(open),
    );
    assert.deepEqual(await take(watch(kube), 2), ['ADDED a', 'MODIFIED a']);
    assert.deepEqual([queries(server)[1]?.resourceVersion, pauses], ['7', [500]]);
  });

  for (const [how, refusal] of [
    ['in an event', stream(gone)()],
    ['by its status', json(410, { kind: 'Status', code: 410, message: 'Expired' })],
  ] as const) {
    it(`says that it starts over when the server has forgotten the point, told ${how}`, async () => {
      const { server, kube } = await serve(refusal, stream(line('ADDED', object('a', '12')))(open));
      assert.deepEqual(await take(watch(kube, { resourceVersion: '5' }), 2), ['RESTARTED', 'ADDED a']);
      assert.deepEqual(
        queries(server).map(({ resourceVersion }) => resourceVersion),
        ['5', undefined],
      );
    });
  }

  it('tries a server that does not answer for half a minute, then says why it gives up', async () => {
    const { kube } = await serve(json(503, { kind: 'Status', message: 'etcd is down' }));
    const failure = await failureOf(take(watch(kube), 1));
    assert.match(failure.message, /etcd is down/);
    assert.equal(
      pauses.reduce((sum, pause) => sum + pause, 0),
      31_500,
    );
  });

  it('counts failures anew once something has come', async () => {
    const down = json(503, {});
    const { kube } = await serve(down, down, stream(line('ADDED', object('a', '1')))(), down, stream()(open));
    const events = watch(kube);
    assert.deepEqual(await take(events, 1), ['ADDED a']);
    const next = events.next();
    next.catch(() => {});
    while (pauses.length < 3) await new Promise(setImmediate);
    assert.deepEqual(pauses, [500, 1000, 500]);
  });

  it('ends at once when it is refused', async () => {
    const { kube } = await serve(json(403, { kind: 'Status', message: 'User "dev" cannot watch resource "secrets"' }));
    const failure = await failureOf(take(watch(kube), 1));
    assert.deepEqual([failure.state, failure.code, pauses], ['denied', '403', []]);
  });

  it('does not run in circles when connections end at once without a word', async () => {
    let now = 0;
    const still: Clock = { ...clock, now: () => now++ };
    const server = await servers.https(stream()());
    const failure = await failureOf(take(watch(apiOf(await servers.kubeconfig(server.url), { clock: still })), 1));
    assert.deepEqual([failure.message, server.requests.length], ['the watch ended at once', 8]);
  });

  it('gives up a connection on which nothing comes', async () => {
    const { clock: base } = hastyClock();
    let silence = () => {};
    const server = await servers.https(inTurn(stream()(open), stream(line('ADDED', object('a', '1')))(open)));
    const deaf: Clock = {
      ...base,
      sleep: (ms, signal) =>
        ms < 60_000 || server.requests.length > 0
          ? base.sleep(ms, signal)
          : new Promise((resolve) => {
              silence = resolve;
            }),
    };
    const events = watch(apiOf(await servers.kubeconfig(server.url), { clock: deaf }));
    const first = take(events, 1);
    while (server.requests.length === 0) await new Promise(setImmediate);
    silence();
    assert.deepEqual(await first, ['ADDED a']);
    assert.equal(server.requests.length, 2);
  });

  it('ends at once when the signal aborts, and closes its connection', async () => {
    const { server, kube } = await serve(stream(line('ADDED', object('a', '1')))(open));
    const abort = new AbortController();
    const events = watch(kube, { signal: abort.signal });
    await take(events, 1);
    const next = events.next();
    const closed = once(server.connections[0]!, 'close');
    abort.abort(new Error('interrupted'));
    await assert.rejects(next, /^Error: interrupted$/);
    await closed;
  });

  it('closes its connection when nobody reads on', async () => {
    const { server, kube } = await serve(stream(line('ADDED', object('a', '1')))(open));
    for await (const event of kube.watch({ path: '/x', signal: AbortSignal.timeout(8000) })) {
      assert.equal(event.type, 'ADDED');
      break;
    }
    await once(server.connections[0]!, 'close');
  });
});
