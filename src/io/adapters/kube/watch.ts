import type { Readable } from 'node:stream';
import type { Clock } from '../../ports/clock.ts';
import { PortFailure } from '../../ports/failure.ts';
import type { WatchEvent, WatchRequest } from '../../ports/kube-api.ts';

/** A line of a watch: apimachinery meta/v1 WatchEvent. */
export interface WatchLine {
  readonly type: string;
  readonly object: unknown;
}

export interface FollowOptions {
  readonly request: WatchRequest;
  /** Connects; `quiet` aborts a connection on which nothing has come for too long. */
  readonly open: (query: Readonly<Record<string, string>>, quiet: AbortSignal) => Promise<AsyncIterable<WatchLine>>;
  readonly clock: Clock;
}

/** Seconds after which the server ends a watch; with bookmarks it says something each minute. */
const WATCH_SECONDS = 240;
/** Milliseconds without a word, longer than the server's own limit: nobody is there any more. */
const QUIET = (WATCH_SECONDS + 15) * 1000;
/** Milliseconds to wait before the next connection, by failures in a row; after the last one it ends. */
const PAUSES = [500, 1000, 2000, 4000, 8000, 8000, 8000];
/** A watch that ends sooner than this and says nothing counts as failed, as client-go has it. Milliseconds. */
const TOO_SHORT = 1000;

/**
 * Follows a list through as many connections as it takes: each begins where the one before it ended, and from the
 * start where the server has forgotten that point (410, Kubernetes API concepts, "410 Gone responses").
 */
export async function* follow({ request, open, clock }: FollowOptions): AsyncGenerator<WatchEvent> {
  const { query, signal } = request;
  let position = request.resourceVersion;
  for (let failures = 0; ; ) {
    signal.throwIfAborted();
    const started = clock.now();
    try {
      let silent = true;
      for await (const { type, object } of connect(open, { ...query, ...parameters(position) }, clock)) {
        silent = false;
        failures = 0;
        if (type === 'ERROR') throw failureOfStatus(object);
        position = versionOf(object) ?? position;
        if (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED') yield { type, object };
      }
      if (silent && clock.now() - started < TOO_SHORT) throw new PortFailure('unreachable', 'the watch ended at once');
    } catch (error) {
      signal.throwIfAborted();
      if (isGone(error) && position !== undefined) {
        position = undefined;
        yield { type: 'RESTARTED' };
        continue;
      }
      const pause = PAUSES[failures++];
      if (!isPassing(error) || pause === undefined) throw error;
      await clock.sleep(pause, signal);
    }
  }
}

/** One connection. It is given up when nothing has come for too long. */
async function* connect(
  open: FollowOptions['open'],
  query: Readonly<Record<string, string>>,
  clock: Clock,
): AsyncGenerator<WatchLine> {
  const quiet = new AbortController();
  let patience = new AbortController();
  const listen = () => {
    patience.abort();
    patience = new AbortController();
    clock.sleep(QUIET, patience.signal).then(
      () => quiet.abort(new PortFailure('timed-out', 'nothing has come for too long')),
      () => {},
    );
  };
  listen();
  try {
    for await (const line of await open(query, quiet.signal)) {
      listen();
      yield line;
    }
  } finally {
    patience.abort();
  }
}

function parameters(position: string | undefined): Record<string, string> {
  return {
    watch: 'true',
    allowWatchBookmarks: 'true',
    timeoutSeconds: String(WATCH_SECONDS),
    ...(position !== undefined && { resourceVersion: position }),
  };
}

/** Reads one JSON object a line. A line that a broken connection cut short is no event. @throws as `explain` has it */
export async function* linesOf(
  stream: Readable,
  signal: AbortSignal,
  explain: (error: Error) => Error,
): AsyncGenerator<WatchLine> {
  let rest = '';
  try {
    for await (const chunk of stream.setEncoding('utf8') as AsyncIterable<string>) {
      const [first = '', ...more] = chunk.split('\n');
      for (const text of more.length > 0 ? [rest + first, ...more.slice(0, -1)] : []) {
        const line = parse(text);
        if (line) yield line;
      }
      rest = more.at(-1) ?? rest + first;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw explain(error as Error);
  }
}

function parse(text: string): WatchLine | undefined {
  try {
    const value = JSON.parse(text) as Partial<WatchLine> | null;
    return typeof value?.type === 'string' ? { type: value.type, object: value.object } : undefined;
  } catch {
    return undefined;
  }
}

function versionOf(object: unknown): string | undefined {
  return (object as { metadata?: { resourceVersion?: string } } | undefined)?.metadata?.resourceVersion;
}

function failureOfStatus(status: unknown): PortFailure {
  const { code, message } = (status ?? {}) as { code?: number; message?: string };
  const state = code === 403 || code === 401 ? 'denied' : 'unreachable';
  return new PortFailure(state, message ?? 'the API server ended the watch', { code: String(code), cause: status });
}

function isGone(error: unknown): boolean {
  return error instanceof PortFailure && error.code === '410';
}

/** Whether trying again may help. */
function isPassing(error: unknown): boolean {
  return error instanceof PortFailure && (error.state === 'unreachable' || error.state === 'timed-out');
}
