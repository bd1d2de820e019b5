import type { Layer } from '../../../core/model/layer.ts';
import type { ManagerId } from '../../../core/model/manager.ts';
import { ref } from '../../../core/model/ref.ts';
import { type Csr, readCsr } from '../../../core/parse/kube/csr.ts';
import { asksCluster, listNeeds, selected } from '../cluster-source.ts';
import { type KubeObject, type ListOptions, listCommand } from '../list.ts';
import { listPages } from '../pages.ts';
import type { Reading } from '../reading.ts';
import type { Source } from '../source.ts';

const CSRS: ListOptions = {
  group: 'certificates.k8s.io',
  versions: ['v1'],
  resource: 'certificatesigningrequests',
  namespaced: false,
  unknown: 'which certificates were asked of the cluster, and which requests wait',
};

/** CertificateSigningRequests: what was asked, decided and issued. */
export const csrs: Source = {
  id: 'csrs',
  layer: 'cluster',
  title: 'CertificateSigningRequests',
  needs: listNeeds(CSRS),
  inScope: asksCluster('cluster'),
  command: listCommand(CSRS),
  unknown: CSRS.unknown,
  collect: async (context) => {
    await listPages<KubeObject>(context, selected(CSRS, context.scope), (items, reading) => {
      for (const csr of items.flatMap((item) => readCsr(item) ?? [])) keepCsr(reading, csr);
    });
  },
};

function keepCsr(reading: Reading, { fact, certificates }: Csr): void {
  reading.fact('csr', fact);
  if (certificates.length === 0) return;
  reading.place({
    ref: ref.csr(fact.name),
    ...ownerOf(fact.signerName),
    role: 'csr-issued',
    chain: reading.chain(certificates.map(({ der }) => der)),
  });
}

interface Owner {
  readonly layer: Layer;
  readonly manager: ManagerId;
}

/** Who asks the built-in signers by itself, and cert-manager's signers (`issuers.cert-manager.io/NS.NAME`). */
const OWNERS: readonly (readonly [signer: RegExp, owner: Owner])[] = [
  [/^kubernetes\.io\/(kube-apiserver-client-kubelet|kubelet-serving)$/, { layer: 'cluster', manager: 'kubelet' }],
  [/^(cluster)?issuers\.cert-manager\.io\//, { layer: 'ingress', manager: 'unknown' }],
];

function ownerOf(signerName: string): Owner {
  const found = OWNERS.find(([signer]) => signer.test(signerName));
  return found?.[1] ?? { layer: 'cluster', manager: 'unknown' };
}
