import type { AcceptanceFact, Seen } from '../../model/facts.ts';
import { manualStep } from '../../model/step.ts';
import { nodeAt } from '../control-plane.ts';
import type { Judgement, Playbook, PlaybookStep, StepContext } from '../playbook.ts';
import { findingsStep } from '../steps.ts';
import { verifiedKubelets } from './verified-kubelets.ts';
import { youngRequests } from './young-requests.ts';

/** kubectl logs, exec, attach, port-forward: the API server's call to a kubelet fails. */
export const kubeletTls: Playbook = {
  id: 'kubelet-tls',
  layer: 'cluster',
  title: 'kubectl logs and exec fail: the API server and a kubelet do not come together',
  patterns: [
    /https:\/\/(?<host>[^/":\s]+):10250\//i,
    /error dialing backend[^\n]*/i,
    /no serving certificate available for the kubelet/i,
    /unable to upgrade connection:[^\n]*(?:Unauthorized|x509|tls|certificate)/i,
    /provide credentials \( ?pods\/(?:log|exec|attach|portforward) (?<pod>[\w.-]+)\)/i,
    /kubectl (?:logs|exec|attach|port-forward)|(?:logs|exec) (?:and exec )?(?:fail|do(?:es)? ?n[o']t work|are refused|stopped)/i,
    /metrics-server[^\n]*(?:x509|10250|scrape)|Failed to scrape node|\bmetrics API not available/i,
  ],
  sharedPatterns: [/tls: internal error/i],
  explainedBy: [
    'CSR_PENDING',
    'CSR_DENIED',
    'CSR_NAMES_FOREIGN',
    'KUBELET_CLIENT_CA_STALE',
    'CLIENT_REFUSED',
    'CHAIN_WRONG_USAGE',
    'CERT_EXPIRED',
    'CHAIN_UNTRUSTED',
    'CHAIN_INCOMPLETE',
    'NAME_NOT_COVERED',
    'KUBELET_NOT_ROTATING',
    'KUBELET_SILENT',
  ],
  roles: ['kubelet-serving', 'kubelet-serving-self-signed', 'apiserver-kubelet-client', 'kubelet-client'],
  kinds: ['csr', 'node'],
  reads: ['csrs', 'nodes', 'kubelet-handshakes'],
  causes: [],
  steps: [
    findingsStep({
      id: 'serving',
      question: 'Has the kubelet a serving certificate, and is its request answered?',
      command: 'kubectl get csr; openssl s_client -connect NODE:10250 </dev/null',
      codes: ['CSR_PENDING', 'CSR_DENIED', 'CSR_NAMES_FOREIGN', 'CERT_EXPIRED', 'NAME_NOT_COVERED', 'CHAIN_UNTRUSTED'],
      roles: ['kubelet-serving'],
      kinds: ['csr'],
      sources: ['csrs', 'kubelet-handshakes'],
    }),
    youngRequests,
    verifiedKubelets,
    refusedClient(),
  ],
  hides: [{ cause: 'KUBELET_CLIENT_CA_STALE', hidden: 'CLIENT_REFUSED' }],
  next: [
    { title: 'Does the kubelet answer at its address?', command: 'curl -k https://NODE:10250/healthz' },
    {
      title: 'Is a proxy or konnectivity between them?',
      command: 'kubectl -n kube-system get pods -l k8s-app=konnectivity-agent',
    },
  ],
};

/** The API server's own client certificate, shown to the kubelet in question. */
function refusedClient(): PlaybookStep {
  return {
    id: 'client',
    question: "Does the kubelet take the API server's client certificate?",
    command: () =>
      'curl -k --cert /etc/kubernetes/pki/apiserver-kubelet-client.crt --key /etc/kubernetes/pki/apiserver-kubelet-client.key https://NODE:10250/healthz',
    sources: ['nodes', 'kubelet-clients'],
    causes: ['KUBELET_CLIENT_CA_STALE'],
    applies: ({ reading }) => !/internal error|no serving certificate/i.test(reading.text),
    judge: (context) => context.inventory.facts('acceptance').flatMap((fact) => judge(context, fact)),
  };
}

function judge(context: StepContext, fact: Seen<AcceptanceFact>): Judgement[] {
  const { inventory, now } = context;
  if (!fact.serverRole.startsWith('kubelet-serving')) return [];
  const [, address = ''] = /^tls:\/\/\[?(.*?)\]?:\d+$/.exec(fact.server) ?? [];
  const node = nodeAt(inventory, address) ?? address;
  const object = `node/${node}`;
  const evidence = [inventory.evidence(fact.seen, `${fact.server} ${fact.answer} to ${fact.client}`)];
  if (fact.accepted) {
    return [
      {
        is: 'rules-out',
        code: 'KUBELET_CLIENT_CA_STALE',
        object,
        why: `the kubelet of ${node} takes the API server's certificate`,
        evidence,
      },
    ];
  }
  const leaf = inventory.placement(fact.client)?.leaf;
  if (!leaf || leaf.notAfter < now) return [];
  return [
    {
      is: 'supports',
      code: 'KUBELET_CLIENT_CA_STALE',
      object,
      also: [fact.client, fact.server],
      message: `the kubelet of ${node} refuses the API server's client certificate ${fact.client} (${fact.answer}), which is in its time: its clientCAFile does not hold the CA of today, ${leaf.issuer}`,
      evidence,
      impact: `logs, exec, attach and port-forward fail for every Pod on ${node}`,
      fix: [
        manualStep('bundle', `on ${node}, put the CA of today beside the former one into the kubelet's clientCAFile`, [
          'cp',
          'ca-bundle.crt',
          '/etc/kubernetes/pki/ca.crt',
        ]),
        manualStep(
          'restart',
          `restart the kubelet of ${node}; then the next node`,
          ['systemctl', 'restart', 'kubelet'],
          'restart',
        ),
      ],
      explains: [{ code: 'CLIENT_REFUSED', placement: fact.client }],
    },
    {
      is: 'misleads',
      message: 'kubectl speaks of the login of its user',
      why: 'the API server knows the user; it is the API server that the kubelet refuses, and its answer is passed on',
    },
  ];
}
