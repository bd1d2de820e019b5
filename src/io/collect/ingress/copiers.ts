import { readClusterBundle, readExternalSecret, readTrustBundle } from '../../../core/parse/kube/copiers.ts';
import { asksCluster, listFacts, listNeeds } from '../cluster-source.ts';
import { type ListOptions, listCommand } from '../list.ts';
import type { Source } from '../source.ts';

const EXTERNAL_SECRETS: ListOptions = {
  group: 'external-secrets.io',
  versions: ['v1', 'v1beta1'],
  resource: 'externalsecrets',
  namespaced: true,
  unknown: 'which Secrets are copied from outside',
};
const BUNDLES: ListOptions = {
  group: 'trust.cert-manager.io',
  versions: ['v1alpha1'],
  resource: 'bundles',
  namespaced: false,
  unknown: 'which roots trust-manager copies into namespaces',
};
const CLUSTER_BUNDLES: ListOptions = {
  ...BUNDLES,
  group: 'trust-manager.io',
  versions: ['v1alpha2'],
  resource: 'clusterbundles',
};

/** What copies certificates about: external-secrets' ExternalSecrets and trust-manager's Bundles. */
export const copiers: Source = {
  id: 'copiers',
  layer: 'ingress',
  title: 'ExternalSecrets and trust-manager Bundles',
  needs: listNeeds(EXTERNAL_SECRETS, BUNDLES, CLUSTER_BUNDLES),
  inScope: asksCluster('ingress'),
  command: listCommand(EXTERNAL_SECRETS),
  unknown: EXTERNAL_SECRETS.unknown,
  collect: async (context) => {
    await Promise.all([
      listFacts(context, EXTERNAL_SECRETS, { kind: 'externalSecret', read: readExternalSecret }),
      listFacts(context, BUNDLES, { kind: 'trustBundle', read: readTrustBundle }),
      listFacts(context, CLUSTER_BUNDLES, { kind: 'trustBundle', read: readClusterBundle }),
    ]);
  },
};
