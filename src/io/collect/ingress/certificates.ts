import { readCertificateObject } from '../../../core/parse/kube/cert-manager.ts';
import { asksCluster, listFacts, listNeeds, selected } from '../cluster-source.ts';
import { type ListOptions, listCommand } from '../list.ts';
import type { Source } from '../source.ts';

const CERTIFICATES: ListOptions = {
  group: 'cert-manager.io',
  versions: ['v1'],
  resource: 'certificates',
  namespaced: true,
  unknown: 'which Secrets cert-manager renews, when, and what fails',
};

/** cert-manager's Certificates: who renews which Secret, when, and how it goes. */
export const certificates: Source = {
  id: 'certificates',
  layer: 'ingress',
  title: "cert-manager's Certificates",
  needs: listNeeds(CERTIFICATES),
  inScope: asksCluster('cluster', 'ingress', 'mesh'),
  command: listCommand(CERTIFICATES),
  unknown: CERTIFICATES.unknown,
  collect: async (context) => {
    const list = selected(CERTIFICATES, context.scope);
    await listFacts(context, list, { kind: 'certificate', read: readCertificateObject });
  },
};
