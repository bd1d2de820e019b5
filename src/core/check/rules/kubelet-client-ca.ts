import type { KubeletFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { refBase } from '../../model/ref.ts';
import { manualStep } from '../../model/step.ts';
import type { Inventory, Placed } from '../../snapshot/inventory.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { sameName } from '../../x509/name.ts';
import { draft } from '../draft.ts';
import { issuedBy } from '../relations.ts';
import { restartKubelet } from '../restart.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { newerIssuer } from '../successors.ts';
import { placementsOfRole } from '../trust.ts';
import { list } from '../words.ts';

const KUBELET_CLIENT_CA_STALE: CodeDefinition = {
  code: 'KUBELET_CLIENT_CA_STALE',
  severity: 'critical',
  title: 'a kubelet verifies its clients by a CA that was replaced',
  meaning:
    "The kubelet takes client certificates of the CA in its clientCAFile alone, and does not read that file again while it runs. The cluster's CA was replaced, and this node still has the one of before: the API server, which comes with a certificate of the new CA, gets 401 from the kubelet. The message names the login of the user, whom the API server knows well. Everything that the kubelet itself asks of the API server works.",
  prove: [
    'kubectl logs of a Pod on this node: the server has asked for the client to provide credentials; of a Pod on another node: an answer',
    'openssl x509 -noout -ext subjectKeyIdentifier -in /etc/kubernetes/pki/ca.crt on this node and on a control-plane node: the two differ',
    'journalctl -u kubelet: Unable to authenticate the request, x509: certificate signed by unknown authority',
  ],
  fix: [
    'put both CAs, later the new one alone, into the clientCAFile of every node, and restart the kubelets one by one',
  ],
  prevent: ['bring a new CA to every node before the control plane shows certificates of it'],
  source: 'kubernetes.io, Manual Rotation of CA Certificates; kubernetes/kubeadm issue 2015',
  since: '0.1.0',
};

export const kubeletClientCa: Check = {
  id: 'kubelet-client-ca',
  title: 'the kubelet verifies its clients by the CA of today',
  codes: [KUBELET_CLIENT_CA_STALE],
  applies: ({ inventory }) => inventory.facts('kubelet').some(({ clientCAFile }) => clientCAFile !== undefined),
  run: ({ inventory }) => inventory.facts('kubelet').flatMap((kubelet) => judge({ inventory }, kubelet)),
};

/** What the kubelet trusts, and a CA of the same name that has followed it: what its own certificate comes from. */
function judge({ inventory }: Pick<CheckInput, 'inventory'>, kubelet: Seen<KubeletFact>): Draft[] {
  const trusted = membersAt(inventory, kubelet.clientCAFile);
  if (trusted.length === 0) return [];
  const own = placementsOfRole(inventory, 'kubelet-client').filter(
    ({ leaf }) => leaf && !trusted.some((ca) => issuedBy(leaf, ca.leaf!)),
  );
  for (const placed of own) {
    const authorities = trusted
      .flatMap(({ leaf }) => leaf!)
      .filter((ca) => sameName(ca.subjectRaw, placed.leaf!.issuerRaw));
    const newer = newerIssuer(inventory, placed.leaf!, authorities);
    if (newer) return [report(inventory, { kubelet, trusted, own: placed, newer })];
  }
  return [];
}

function membersAt(inventory: Inventory, path: string | undefined): Placed[] {
  return inventory.placements.filter(({ placement, leaf }) => leaf && refBase(placement.ref) === `file:${path}`);
}

interface Stale {
  readonly kubelet: Seen<KubeletFact>;
  readonly trusted: readonly Placed[];
  readonly own: Placed;
  readonly newer: Certificate;
}

function report(inventory: Inventory, { kubelet, trusted, own, newer }: Stale): Draft {
  const refs = trusted.map(({ placement }) => placement.ref);
  const holders = inventory.placementsOf(newer.sha256).map(({ placement }) => placement.ref);
  const file = kubelet.clientCAFile!;
  return draft(KUBELET_CLIENT_CA_STALE, {
    layer: 'cluster',
    placement: refs[0]!,
    also: refs.slice(1),
    message: `the kubelet of this node verifies its clients by ${file}, a CA that another one of the same name has followed: ${list(holders)}`,
    evidence: [
      inventory.evidence(kubelet.seen, `${kubelet.config}: clientCAFile ${file}`),
      ...trusted.map((one) =>
        inventory.evidence(one.placement.seen, `${one.placement.ref}: key ${one.leaf?.subjectKeyId}`),
      ),
      inventory.evidence(own.placement.seen, `${own.placement.ref} was issued by key ${own.leaf?.authorityKeyId}`),
    ],
    impact: 'the API server gets 401 from this kubelet: kubectl logs, exec, attach and port-forward fail for its Pods',
    fix: [
      manualStep(
        'ca',
        `put the CA of today beside the one in ${file}: a control-plane node has it in /etc/kubernetes/pki/ca.crt`,
      ),
      restartKubelet(),
    ],
  });
}
