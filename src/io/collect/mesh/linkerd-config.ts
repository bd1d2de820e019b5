import { readLinkerdConfig, readLinkerdLink } from '../../../core/parse/kube/linkerd.ts';
import { asksCluster, listFacts, listNeeds } from '../cluster-source.ts';
import { type ListOptions, listCommand } from '../list.ts';
import type { Source } from '../source.ts';

const CONFIG: ListOptions = {
  group: '',
  versions: ['v1'],
  resource: 'configmaps',
  namespaced: true,
  fieldSelector: 'metadata.name=linkerd-config',
  unknown: 'the trust domain of Linkerd and the values that it was installed with',
};
export const LINKS: ListOptions = {
  group: 'multicluster.linkerd.io',
  versions: ['v1alpha3', 'v1alpha2', 'v1alpha1'],
  resource: 'links',
  namespaced: true,
  unknown: 'which clusters Linkerd is linked to, and whom it expects there',
};

/** Linkerd's values and its links to other clusters. */
export const linkerdConfig: Source = {
  id: 'linkerd-config',
  layer: 'mesh',
  title: "Linkerd's values and Links",
  needs: listNeeds(CONFIG, LINKS),
  inScope: asksCluster('mesh'),
  command: listCommand(CONFIG),
  unknown: CONFIG.unknown,
  collect: async (context) => {
    await Promise.all([
      listFacts(context, CONFIG, { kind: 'linkerdConfig', read: readLinkerdConfig }),
      listFacts(context, LINKS, { kind: 'linkerdLink', read: readLinkerdLink }),
    ]);
  },
};
