import type { ManagerId } from '../../../core/model/manager.ts';
import type { RoleId } from '../../../core/model/role.ts';
import { type CaBundle, readApiService, readConversion, readWebhooks } from '../../../core/parse/kube/ca-bundle.ts';
import { layerOfServer, systemOf } from '../../../core/parse/kube/system.ts';
import { asksCluster, listNeeds, selected } from '../cluster-source.ts';
import { type KubeObject, type ListOptions, listCommand } from '../list.ts';
import { listPages } from '../pages.ts';
import { placeBundle } from '../place-bundle.ts';
import type { Reading } from '../reading.ts';
import type { Scope } from '../scope.ts';
import type { Source } from '../source.ts';

interface BundleList {
  readonly list: ListOptions;
  readonly role: RoleId;
  readonly read: (object: unknown) => readonly CaBundle[];
}

const clusterWide = { namespaced: false, versions: ['v1'] } as const;
const webhooks = { ...clusterWide, group: 'admissionregistration.k8s.io' } as const;

/** The kinds that tell the API server whom to call and whom to trust there. */
const LISTS: readonly BundleList[] = [
  {
    list: { ...webhooks, resource: 'mutatingwebhookconfigurations', unknown: 'the caBundles of mutating webhooks' },
    role: 'webhook-ca',
    read: (object) => readWebhooks(object, 'MutatingWebhookConfiguration'),
  },
  {
    list: { ...webhooks, resource: 'validatingwebhookconfigurations', unknown: 'the caBundles of validating webhooks' },
    role: 'webhook-ca',
    read: (object) => readWebhooks(object, 'ValidatingWebhookConfiguration'),
  },
  {
    list: {
      ...clusterWide,
      group: 'apiregistration.k8s.io',
      resource: 'apiservices',
      unknown: 'the caBundles of aggregated APIs, and whether they answer',
    },
    role: 'apiservice-ca',
    read: (object) => [readApiService(object) ?? []].flat(),
  },
  {
    list: {
      ...clusterWide,
      group: 'apiextensions.k8s.io',
      resource: 'customresourcedefinitions',
      unknown: 'the caBundles of conversion webhooks',
      // A definition carries its schemas: tenths of a megabyte each.
      pageSize: () => 50,
    },
    role: 'crd-conversion-ca',
    read: (object) => [readConversion(object) ?? []].flat(),
  },
];

/** caBundles of webhooks, aggregated APIs and conversions: by what the API server verifies the servers it calls. */
export const caBundles: Source = {
  id: 'cabundles',
  layer: 'cluster',
  title: 'caBundles',
  needs: listNeeds(...LISTS.map(({ list }) => list)),
  inScope: asksCluster('cluster', 'ingress', 'mesh'),
  command: LISTS.map(({ list }) => listCommand(list)).join('; '),
  unknown: 'by what the API server verifies webhooks, aggregated APIs and conversions',
  collect: async (context) => {
    const read = ({ list, role, read: project }: BundleList) =>
      listPages<KubeObject>(context, selected(list, context.scope), (items, reading) => {
        for (const bundle of items.flatMap(project)) keepBundle(reading, context.scope, role, bundle);
      });
    await Promise.all(LISTS.map(read));
  },
};

/** The fact is kept whatever its layer: it tells which Secrets serve whom. */
function keepBundle(reading: Reading, { layers }: Scope, role: RoleId, { fact, bundle }: CaBundle): void {
  reading.fact('caBundle', fact);
  const layer = layerOfServer(fact);
  if (!layers.includes(layer)) return;
  const certificates = bundle.kind === 'x509' ? bundle.contents.certificates.map(({ certificate }) => certificate) : [];
  const manager = managerOf(fact);
  if (certificates.length > 0) {
    placeBundle(reading, fact.ref, { layer, role, certificates, managerOf: () => manager });
  } else if (fact.problems) {
    reading.place({ ref: fact.ref, layer, role, manager, chain: [], missing: fact.problems.join('; ') });
  }
}

/**
 * Who renews the CA, where that is known: an injector only copies one. cert-manager's webhook makes its own, and so
 * does OpenShift's service CA; istiod writes its root into its webhooks.
 */
function managerOf(fact: CaBundle['fact']): ManagerId {
  if (fact.injectedFrom?.startsWith('configmap/openshift')) return 'openshift';
  if (fact.injectedFrom?.endsWith('cert-manager-webhook-ca')) return 'cert-manager';
  return systemOf(fact) === 'istio' ? 'istiod' : 'unknown';
}
