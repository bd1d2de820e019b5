import type { ControllerFact } from '../../../core/model/facts.ts';
import { readController, readIngressClass } from '../../../core/parse/kube/controllers.ts';
import { asksCluster, listFacts, listNeeds } from '../cluster-source.ts';
import { type ListOptions, listCommand } from '../list.ts';
import type { Source } from '../source.ts';

const DEPLOYMENTS: ListOptions = {
  group: 'apps',
  versions: ['v1'],
  resource: 'deployments',
  namespaced: true,
  unknown: 'which ingress controller and which parts of cert-manager run here, with which flags',
};
const DAEMON_SETS: ListOptions = { ...DEPLOYMENTS, resource: 'daemonsets' };
const CLASSES: ListOptions = {
  group: 'networking.k8s.io',
  versions: ['v1'],
  resource: 'ingressclasses',
  namespaced: false,
  unknown: 'which classes of Ingress there are, and who serves them',
};

const WORKLOADS: readonly (readonly [ListOptions, ControllerFact['kind']])[] = [
  [DEPLOYMENTS, 'Deployment'],
  [DAEMON_SETS, 'DaemonSet'],
];

/**
 * Controllers of ingress and certificates among the workloads, by their images, and the IngressClasses. They stand in
 * namespaces of their own, so that neither namespaces nor a selector narrow this; nothing is kept of other workloads.
 */
export const controllers: Source = {
  id: 'controllers',
  layer: 'ingress',
  title: 'ingress controllers and the parts of cert-manager',
  needs: listNeeds(DEPLOYMENTS, DAEMON_SETS, CLASSES),
  inScope: asksCluster('ingress'),
  command: listCommand(DEPLOYMENTS),
  unknown: DEPLOYMENTS.unknown,
  collect: async (context) => {
    const list = ([options, kind]: (typeof WORKLOADS)[number]) =>
      listFacts(
        context,
        { ...options, namespaces: [] },
        { kind: 'controller', read: (item) => readController(item, kind) },
      );
    await Promise.all([
      ...WORKLOADS.map(list),
      listFacts(context, CLASSES, { kind: 'ingressClass', read: readIngressClass }),
    ]);
  },
};
