import type { IssuerFact } from '../../../core/model/facts.ts';
import { readIssuer } from '../../../core/parse/kube/issuer.ts';
import { asksCluster, listFacts, listNeeds } from '../cluster-source.ts';
import { type ListOptions, listCommand } from '../list.ts';
import type { Source } from '../source.ts';

const ISSUERS: ListOptions = {
  group: 'cert-manager.io',
  versions: ['v1'],
  resource: 'issuers',
  namespaced: true,
  unknown: 'which issuers there are, whether they are ready, and where their CAs lie',
};
const CLUSTER_ISSUERS: ListOptions = { ...ISSUERS, resource: 'clusterissuers', namespaced: false };

const LISTS: readonly (readonly [ListOptions, IssuerFact['kind']])[] = [
  [ISSUERS, 'Issuer'],
  [CLUSTER_ISSUERS, 'ClusterIssuer'],
];

/** cert-manager's Issuers and ClusterIssuers; no selector narrows them, for a Certificate may name any. */
export const issuers: Source = {
  id: 'issuers',
  layer: 'ingress',
  title: "cert-manager's issuers",
  needs: listNeeds(ISSUERS, CLUSTER_ISSUERS),
  inScope: asksCluster('ingress', 'mesh'),
  command: listCommand(CLUSTER_ISSUERS),
  unknown: ISSUERS.unknown,
  collect: async (context) => {
    const list = ([options, kind]: (typeof LISTS)[number]) =>
      listFacts(context, options, { kind: 'issuer', read: (object) => readIssuer(object, kind) });
    await Promise.all(LISTS.map(list));
  },
};
