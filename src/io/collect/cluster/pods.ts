import { readPod } from '../../../core/parse/kube/pod.ts';
import { asksCluster, listFacts, listNeeds } from '../cluster-source.ts';
import { type ListOptions, listCommand } from '../list.ts';
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
    await listFacts(context, PODS, { kind: 'pod', read: readPod });
  },
};
