import type { PodFact } from '../../../core/model/facts.ts';
import { ref } from '../../../core/model/ref.ts';
import { readComponent } from '../../../core/parse/kube/component.ts';
import { readIstiod } from '../../../core/parse/kube/istiod.ts';
import { AnchorReader, TRUST_ANCHORS, trustAnchorsOf } from '../../../core/parse/kube/linkerd.ts';
import { readPod } from '../../../core/parse/kube/pod.ts';
import { labelsSelecting } from '../../../core/parse/kube/selecting-labels.ts';
import { asksCluster, factsIn, listNeeds } from '../cluster-source.ts';
import { type KubeObject, type ListOptions, listCommand } from '../list.ts';
import { listPages } from '../pages.ts';
import { placeBundle } from '../place-bundle.ts';
import type { Reading } from '../reading.ts';
import type { CollectContext, Source } from '../source.ts';

const PODS: ListOptions = {
  group: '',
  versions: ['v1'],
  resource: 'pods',
  namespaced: true,
  unknown: 'which Pods mount which Secrets, since when they run, and which are in a mesh',
};

/**
 * Pods: who consumes what, and which trust anchors a proxy of Linkerd got at its injection. No selector narrows them,
 * for any Pod may mount a selected Secret.
 */
export const pods: Source = {
  id: 'pods',
  layer: 'cluster',
  title: 'Pods',
  needs: listNeeds(PODS),
  after: ['istio-config', 'mesh-services'],
  inScope: asksCluster('cluster', 'ingress', 'mesh'),
  command: listCommand(PODS),
  unknown: PODS.unknown,
  collect: async (context) => {
    const anchors = context.scope.layers.includes('mesh') ? new AnchorReader() : undefined;
    const labels = await selectingLabels(context);
    let untold = labels.length > 0;
    await listPages<KubeObject>(context, PODS, (items, reading) => {
      if (untold) reading.fact('podLabels', { labels });
      untold = false;
      for (const item of items) {
        const pod = readPod(item, labels);
        if (pod) reading.fact('pod', pod);
        const istiod = readIstiod(item);
        if (istiod) reading.fact('istiod', istiod);
        const component = readComponent(item);
        if (component) reading.fact('component', component);
        const pem = trustAnchorsOf(item);
        if (pod && pem !== undefined && anchors) placeAnchors(reading, pod, anchors, pem);
      }
    });
  },
};

/** Labels by which something of a mesh selects Pods: policies first, then gateways, then Services. */
async function selectingLabels(context: CollectContext): Promise<readonly string[]> {
  const config = await context.from('istio-config');
  const services = factsIn(await context.from('mesh-services'), 'service');
  return labelsSelecting([
    factsIn(config, 'peerAuthentication').map(({ selector = {} }) => selector),
    factsIn(config, 'istioGateway').map(({ selector }) => selector),
    services.map(({ selector }) => selector),
  ]);
}

function placeAnchors(reading: Reading, { namespace, name }: PodFact, anchors: AnchorReader, pem: string): void {
  placeBundle(reading, ref.podEnv(namespace, name, TRUST_ANCHORS), {
    layer: 'mesh',
    role: 'pod-env',
    certificates: anchors.read(pem),
    managerOf: () => 'unknown',
  });
}
