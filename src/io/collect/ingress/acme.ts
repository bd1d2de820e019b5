import { readChallenge, readOrder } from '../../../core/parse/kube/acme.ts';
import { asksCluster, listFacts, listNeeds } from '../cluster-source.ts';
import { type ListOptions, listCommand } from '../list.ts';
import type { Source } from '../source.ts';

const ORDERS: ListOptions = {
  group: 'acme.cert-manager.io',
  versions: ['v1'],
  resource: 'orders',
  namespaced: true,
  unknown: 'how far ACME Orders are, and why they fail',
};
const CHALLENGES: ListOptions = {
  ...ORDERS,
  resource: 'challenges',
  unknown: 'which names are being proved to the CA, and why that fails',
};

/** cert-manager's Orders and Challenges. No selector narrows them: they bear none of their Certificate's labels. */
export const acme: Source = {
  id: 'acme',
  layer: 'ingress',
  title: "cert-manager's Orders and Challenges",
  needs: listNeeds(ORDERS, CHALLENGES),
  inScope: asksCluster('ingress'),
  command: listCommand(CHALLENGES),
  unknown: CHALLENGES.unknown,
  collect: async (context) => {
    await Promise.all([
      listFacts(context, ORDERS, { kind: 'order', read: readOrder }),
      listFacts(context, CHALLENGES, { kind: 'challenge', read: readChallenge }),
    ]);
  },
};
