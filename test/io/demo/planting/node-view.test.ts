import assert from 'node:assert/strict';
import { seenFrom } from '../../../../src/io/demo/planting/node-view.ts';
import { parsePlanting } from '../../../../src/io/demo/planting/parse.ts';

const [incident] = parsePlanting(
  `- id: two-machines
  layer: cluster
  title: A title
  symptom: what is seen
  objects: [{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop}}]
  files: {/root/.kube/config: mine, /etc/hostname: cp-1}
  processes: [{argv: etcd, start: now-2d}]
  tools: [{argv: kubeadm version}]
  logs: [{pod: shop/web, lines: [x]}, {unit: kubelet, lines: [of cp-1]}]
  nodes:
    cp-3: {files: {/etc/hostname: cp-3}, logs: [{unit: kubelet, lines: [of cp-3]}]}
`,
  { file: 'test.yaml' },
);

describe('an incident seen from another of its machines', () => {
  it("has that machine's files, processes, tools and units, and the user's home", () => {
    const { files, processes, tools } = seenFrom(incident!, 'cp-3');
    assert.deepEqual(files, { '/root/.kube/config': { content: 'mine' }, '/etc/hostname': { content: 'cp-3' } });
    assert.deepEqual([processes, tools], [[], []]);
  });

  it('keeps the cluster: objects and the logs of Pods', () => {
    const { objects, logs } = seenFrom(incident!, 'cp-3');
    assert.equal(objects, incident!.objects);
    assert.deepEqual(
      logs?.map(({ pod, unit, lines }) => [pod ?? unit, lines[0]?.text]),
      [
        ['shop/web', 'x'],
        ['kubelet', 'of cp-3'],
      ],
    );
  });

  it('is refused for a machine that it does not have', () => {
    assert.throws(() => seenFrom(incident!, 'cp-9'), /two-machines has no node cp-9/);
  });
});
