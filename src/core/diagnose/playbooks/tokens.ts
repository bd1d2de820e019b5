import { onNode } from '../control-plane.ts';
import type { Judgement, PlaybookStep, StepContext } from '../playbook.ts';
import { findingsOf } from '../steps.ts';

const NETWORK = /cni|network plugin|sandbox|calico|cilium|flannel|multus|weave|ClusterInformation/i;
const ENDED = /token has expired|token is expired|service account token has expired/i;

/** Bearer tokens inside kubeconfigs end like certificates do, and are seen on the node alone. */
export const expiredTokens: PlaybookStep = {
  id: 'tokens',
  question: 'Has a token inside a kubeconfig expired, as the network plugin of a node holds one?',
  command: () => 'grep -h token: /etc/cni/net.d/*kubeconfig | cut -d. -f2 | base64 -d | jq .exp',
  sources: ['cni-kubeconfigs', 'kubeconfig'],
  causes: ['CREDENTIAL_EXPIRED'],
  finds: (context) => findingsOf(context, { codes: ['CREDENTIAL_EXPIRED'], roles: [], kinds: [] }),
  judge: (context) => [...ofNetwork(context), ...elsewhere(context)],
};

/** The symptom speaks of the network plugin without naming its file. */
function ofNetwork({ findings, reading }: StepContext): Judgement[] {
  if (!NETWORK.test(reading.text)) return [];
  return findings
    .filter(({ code, placement }) => code === 'CREDENTIAL_EXPIRED' && placement.includes('/cni/'))
    .flatMap(({ code, placement, message, evidence, impact, fix }): Judgement[] => [
      { is: 'supports', code, object: placement, message, evidence, impact, fix, named: true },
      {
        is: 'misleads',
        message: 'an outage of the certificates came before it',
        why: 'it brought this about, and renewing certificates once more changes nothing: what is missing is a new token',
      },
    ]);
}

/** The API server says that a token has expired; whose it is stands on a node that cannot be seen from here. */
function elsewhere({ sayings, inventory, reading }: StepContext): Judgement[] {
  if (onNode(inventory) || !NETWORK.test(reading.text) || !sayings.some(({ text }) => ENDED.test(text))) return [];
  return [
    {
      is: 'open',
      code: 'CREDENTIAL_EXPIRED',
      missing:
        "the API server refuses an expired token; when the one in the network plugin's kubeconfig ends can be read on the node alone",
      command: 'grep token: /etc/cni/net.d/*kubeconfig',
    },
  ];
}
