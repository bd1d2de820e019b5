import { manualStep } from '../../model/step.ts';
import { componentRef } from '../control-plane.ts';
import type { Judgement, Playbook, StepContext } from '../playbook.ts';
import { findingsOf, findingsStep } from '../steps.ts';

const EXPLAINED_BY = [
  'CA_DRIFT',
  'PROCESS_OLDER_THAN_FILE',
  'CERT_EXPIRED',
  'NAME_NOT_COVERED',
  'CHAIN_UNTRUSTED',
  'CHAIN_INCOMPLETE',
  'ISSUER_REPLACED',
  'SERVED_DIFFERS_FROM_STORED',
];

/** Pods refuse the API server by the CA that every namespace has in kube-root-ca.crt. */
export const podsAndApi: Playbook = {
  id: 'pods-and-api',
  layer: 'cluster',
  title: 'Pods refuse the API server (x509: certificate signed by unknown authority, from inside the cluster)',
  patterns: [
    /https:\/\/(?<host>10\.\d+\.\d+\.1|172\.\d+\.\d+\.1|192\.168\.\d+\.1|kubernetes\.default[\w.]*)(?::443)?\/api[^\n]*x509/i,
    /Failed to create SubnetManager[^\n]*/i,
    /(?:in-cluster|from inside|from (?:a |the )?pods?\b|kube-root-ca)[^\n]*(?:x509|unknown authority|certificate)/i,
    /pods?\b[^\n]*(?:cannot|can't|refuse|do not|don't) (?:reach|trust|verify|talk)[^\n]*api/i,
  ],
  explainedBy: EXPLAINED_BY,
  roles: ['root-ca-bundle', 'cluster-ca', 'apiserver-serving'],
  kinds: ['configmap'],
  reads: ['configmaps', 'apiserver-handshake'],
  causes: [],
  steps: [
    findingsStep({
      id: 'published',
      question: 'Is the CA that every namespace has the one that signs what the API server serves?',
      command:
        'kubectl get cm -A --field-selector metadata.name=kube-root-ca.crt -o jsonpath=\'{range .items[*]}{.metadata.namespace}{" "}{.data.ca\\.crt}{"\\n"}{end}\'',
      codes: ['CA_DRIFT', 'CHAIN_UNTRUSTED', 'ISSUER_REPLACED'],
      roles: ['root-ca-bundle', 'cluster-ca'],
      kinds: ['configmap'],
      sources: ['configmaps', 'apiserver-handshake'],
    }),
    {
      id: 'publisher',
      question: 'Has the controller-manager, which publishes it, been restarted since the CA file changed?',
      command: () => 'crictl ps --name kube-controller-manager; stat -c %y /etc/kubernetes/pki/ca.crt',
      sources: ['configmaps', 'kubeadm-files'],
      causes: ['CA_DRIFT'],
      judge: publisher,
    },
    findingsStep({
      id: 'served',
      question: 'Is what the API server serves in its time and for the address of its Service?',
      command: 'openssl s_client -connect 10.96.0.1:443 -showcerts </dev/null',
      codes: ['CERT_EXPIRED', 'NAME_NOT_COVERED', 'SERVED_DIFFERS_FROM_STORED'],
      roles: ['apiserver-serving'],
      sources: ['apiserver-handshake'],
    }),
  ],
  hides: [{ cause: 'CA_DRIFT', hidden: 'PROCESS_OLDER_THAN_FILE' }],
  next: [
    {
      title: 'Which CA has the Pod in its own file?',
      command: 'kubectl exec POD -- cat /var/run/secrets/kubernetes.io/serviceaccount/ca.crt',
    },
    { title: 'Does the network work at all?', command: 'kubectl -n kube-system get pods -o wide' },
  ],
};

/** What is published is old since its publisher has what it read at its start. */
function publisher(context: StepContext): Judgement[] {
  const drift = findingsOf(context, { codes: ['CA_DRIFT'], roles: [], kinds: ['configmap'] });
  const older = context.findings.filter(
    ({ code, message }) => code === 'PROCESS_OLDER_THAN_FILE' && message.startsWith('kube-controller-manager'),
  );
  const [first] = drift;
  if (!first) return [];
  const places = drift.flatMap(({ placement, also = [] }) => [placement, ...also]);
  const own = places.find((place) => place.startsWith('configmap/kube-system/')) ?? first.placement;
  const { inventory } = context;
  return [
    {
      is: 'supports',
      code: 'CA_DRIFT',
      object: own,
      also: [
        ...places.filter((place) => place !== own),
        ...(older.length > 0 ? [componentRef(inventory, 'kube-controller-manager')] : []),
      ],
      message: `kube-root-ca.crt in every namespace is not the CA that signs what the API server serves${older.length > 0 ? ': the controller-manager has run since before the CA file changed, and publishes the CA that it read at its start' : ''}`,
      evidence: [...first.evidence, ...older.flatMap(({ evidence }) => evidence)],
      impact: 'every Pod that verifies the API server by its own CA file refuses it: network plugins, DNS, operators',
      fix: [
        ...(older[0]?.fix ?? first.fix),
        manualStep(
          'pods',
          'when kube-root-ca.crt is the new one in all namespaces, restart the Pods that mount it, DaemonSets first',
          ['kubectl', '-n', 'kube-system', 'rollout', 'restart', 'daemonset'],
          'restart',
        ),
      ],
      explains: [...drift, ...older].map(({ code, placement }) => ({ code, placement })),
    },
  ];
}
