import { ref } from '../../../core/model/ref.ts';
import { readCertificateRequest } from '../../../core/parse/kube/certificate-request.ts';
import { asksCluster, listNeeds, selected } from '../cluster-source.ts';
import { type KubeObject, type ListOptions, listCommand } from '../list.ts';
import { listPages } from '../pages.ts';
import type { Source } from '../source.ts';

const REQUESTS: ListOptions = {
  group: 'cert-manager.io',
  versions: ['v1'],
  resource: 'certificaterequests',
  namespaced: true,
  unknown: 'what cert-manager issued, and how its tries go: the record to compare its Secrets with',
};

/** cert-manager's CertificateRequests, and the chains that they were issued: readable where Secrets are not. */
export const certificateRequests: Source = {
  id: 'certificaterequests',
  layer: 'ingress',
  title: "cert-manager's CertificateRequests",
  needs: listNeeds(REQUESTS),
  inScope: asksCluster('ingress'),
  command: listCommand(REQUESTS),
  unknown: REQUESTS.unknown,
  collect: async (context) => {
    await listPages<KubeObject>(context, selected(REQUESTS, context.scope), (items, reading) => {
      for (const { fact, certificates } of items.flatMap((item) => readCertificateRequest(item) ?? [])) {
        reading.fact('certificateRequest', fact);
        if (certificates.length === 0) continue;
        reading.place({
          ref: ref.certificateRequest(fact.namespace, fact.name),
          layer: 'ingress',
          role: 'certificate-request',
          manager: 'cert-manager',
          chain: reading.chain(certificates.map(({ der }) => der)),
        });
      }
    });
  },
};
