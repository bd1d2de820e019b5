import assert from 'node:assert/strict';
import { systemClock } from '../../src/io/adapters/clock.ts';
import { localFiles } from '../../src/io/adapters/files.ts';
import { createKubeApi } from '../../src/io/adapters/kube/kube-api.ts';
import type { KubeApi, WatchEvent } from '../../src/io/ports/kube-api.ts';
import { useBed } from '../testbed/fixture.ts';

interface Named {
  readonly metadata: { readonly name: string; readonly resourceVersion: string };
}

const OURS = { watched: 'yes' };

describe('a watch of a real kube-apiserver', () => {
  const bed = useBed('core');
  let kube: KubeApi;
  let path = '';
  let namespace = '';
  beforeEach(async () => {
    namespace = await bed.namespace('watch');
    path = `/api/v1/namespaces/${namespace}/configmaps`;
    kube = createKubeApi({
      flags: { kubeconfig: bed.kubeconfig },
      env: process.env,
      files: localFiles,
      clock: systemClock,
      requestTimeout: 10_000,
    });
  });

  const configMap = (name: string, data: object = {}) =>
    bed.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name, labels: OURS }, data });
  const watch = (resourceVersion?: string, signal = AbortSignal.timeout(60_000)) =>
    kube
      .watch({
        path,
        // Controllers put ConfigMaps of their own into every namespace.
        query: { labelSelector: 'watched=yes' },
        signal,
        ...(resourceVersion !== undefined && { resourceVersion }),
      })
      [Symbol.asyncIterator]();
  const next = async (events: AsyncIterator<WatchEvent>) => {
    const { value } = (await events.next()) as IteratorYieldResult<WatchEvent>;
    return value.type === 'RESTARTED' ? value.type : `${value.type} ${(value.object as Named).metadata.name}`;
  };

  it('tells what is there, what changes and what goes', async () => {
    await configMap('a');
    const events = watch();
    assert.equal(await next(events), 'ADDED a');
    await configMap('b');
    assert.equal(await next(events), 'ADDED b');
    await configMap('a', { key: 'value' });
    assert.equal(await next(events), 'MODIFIED a');
    await bed.kubectl(['delete', 'configmap', '-n', namespace, 'b']);
    assert.equal(await next(events), 'DELETED b');
    await events.return?.();
  });

  it('misses nothing when the server is restarted: it goes on or starts over', async () => {
    await configMap('a');
    const { body } = await kube.request({ path, signal: AbortSignal.timeout(10_000) });
    const events = watch((body as Named).metadata.resourceVersion);
    await configMap('b');
    assert.equal(await next(events), 'ADDED b');
    await bed.restart('kube-apiserver');
    await configMap('c');
    const told = [await next(events)];
    while (told.at(-1) !== 'ADDED c') told.push(await next(events));
    // A fresh server remembers no changes from before its start, unless nothing has changed since.
    assert.deepEqual(told, told.length === 1 ? ['ADDED c'] : ['RESTARTED', 'ADDED a', 'ADDED b', 'ADDED c']);
    await events.return?.();
  });

  it('ends with its signal while it waits', async () => {
    const abort = new AbortController();
    const events = watch(undefined, abort.signal);
    await configMap('a');
    assert.equal(await next(events), 'ADDED a');
    const waiting = next(events);
    abort.abort(new Error('interrupted'));
    await assert.rejects(waiting, /^Error: interrupted$/);
  });
});
