import { readComponent } from '../../../core/parse/kube/component.ts';
import { readPod } from '../../../core/parse/kube/pod.ts';
import { asksCluster, listNeeds } from '../cluster-source.ts';
import { type KubeObject, type ListOptions, listCommand } from '../list.ts';
import { listPages } from '../pages.ts';
import type { Source } from '../source.ts';

const PODS: ListOptions = {
  group: '',
  versions: ['v1'],
  resource: 'pods',
  namespaced: true,
  unknown: 'which Pods mount which Secrets, since when they run, and which are in a mesh',
};

/** Pods: who consumes what. No selector narrows them, for any Pod may mount a selected Secret. */
export const pods: Source = {
  id: 'pods',
  layer: 'cluster',
  title: 'Pods',
  needs: listNeeds(PODS),
  inScope: asksCluster('cluster', 'ingress', 'mesh'),
  command: listCommand(PODS),
  unknown: PODS.unknown,
  collect: async (context) => {
    await listPages<KubeObject>(context, PODS, (items, reading) => {
      for (const item of items) {
        const pod = readPod(item);
        if (pod) reading.fact('pod', pod);
        const component = readComponent(item);
        if (component) reading.fact('component', component);
      }
    });
  },
};
