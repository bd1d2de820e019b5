import assert from 'node:assert/strict';
import { sandboxesIn } from '../../../src/core/parse/crictl.ts';

const container = (podSandboxId: unknown, name: string, namespace = 'kube-system') => ({
  id: 'c',
  podSandboxId,
  labels: { 'io.kubernetes.container.name': name, 'io.kubernetes.pod.namespace': namespace },
});

describe('the sandboxes that crictl ps shows', () => {
  const cases: readonly [string, string, readonly string[] | undefined][] = [
    ['are those of the container, each once', answer(container('p1', 'etcd'), container('p1', 'etcd')), ['p1']],
    ['are not those of others', answer(container('p1', 'etcd-backup'), container('p2', 'etcd', 'default')), []],
    ['are none where there is none', answer(), []],
    ['are unknown where the answer is a table', 'CONTAINER  IMAGE  CREATED', undefined],
    ['are unknown where the answer has no list', '{"items": []}', undefined],
    ['are unknown where the list is none', '{"containers": null}', undefined],
    ['leave out what has no id or no labels', answer(container(7, 'etcd'), { id: 'c' }, null), []],
  ];
  for (const [title, text, expected] of cases) it(title, () => assert.deepEqual(sandboxesIn(text, 'etcd'), expected));

  function answer(...containers: unknown[]): string {
    return JSON.stringify({ containers });
  }
});
