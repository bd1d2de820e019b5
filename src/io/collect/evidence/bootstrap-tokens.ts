import { readBootstrapToken } from '../../../core/parse/kube/bootstrap-token.ts';
import { asksCluster, listFacts, listNeeds } from '../cluster-source.ts';
import { type ListOptions, listCommand } from '../list.ts';
import type { Source } from '../source.ts';

const TOKENS: ListOptions = {
  group: '',
  versions: ['v1'],
  resource: 'secrets',
  namespaced: true,
  namespaces: ['kube-system'],
  fieldSelector: 'type=bootstrap.kubernetes.io/token',
  unknown: 'by which tokens nodes may join, and until when',
};

/** Tokens by which nodes join: their ids and their ends. */
export const bootstrapTokens: Source = {
  id: 'bootstrap-tokens',
  layer: 'cluster',
  title: 'bootstrap tokens',
  needs: listNeeds(TOKENS),
  inScope: asksCluster('cluster'),
  command: listCommand(TOKENS, 'kube-system'),
  unknown: TOKENS.unknown,
  collect: async (context) => {
    await listFacts(context, TOKENS, { kind: 'bootstrapToken', read: readBootstrapToken });
  },
};
