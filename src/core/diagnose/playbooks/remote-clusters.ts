import { when } from '../../check/words.ts';
import type { RemoteClusterFact, Seen } from '../../model/facts.ts';
import { ref } from '../../model/ref.ts';
import { manualStep, type Step } from '../../model/step.ts';
import type { Judgement, Playbook, StepContext } from '../playbook.ts';
import { want } from '../requests.ts';

/** What istiod, the service mirror of Linkerd and their tools say of a cluster that does not let them in. */
const REFUSED =
  /(?:\bUnauthorized\b|\b401\b|x509|certificate|token)[^\n]*\bcluster[=: ]+"?(?<name>[\w.-]+)|\bcluster[=: ]+"?(?<other>[\w.-]+)"?[^\n]*(?:Unauthorized|\b401\b|x509|token (?:has )?expired)/i;
const SECRETS =
  /istio-remote-secret-[\w.-]+|remote[- ]secret|cluster-credentials-[\w.-]+|service-mirror[^\n]*(?:Unauthorized|x509)/i;

/** The control plane of a mesh does not come into another cluster. */
export const remoteClusters: Playbook = {
  id: 'remote-clusters',
  layer: 'mesh',
  title: 'The mesh does not come into another cluster (Unauthorized cluster=..., remote secret)',
  patterns: [REFUSED, SECRETS],
  explainedBy: ['CREDENTIAL_EXPIRED', 'CERT_EXPIRED', 'MESH_ROOTS_DIFFER'],
  roles: [],
  kinds: ['secret'],
  reads: ['mesh-bundles'],
  causes: [],
  steps: [
    {
      id: 'credentials',
      question: 'Is the credential for the other cluster in its time?',
      command: () => 'istioctl remote-clusters; kubectl -n istio-system get secrets -l istio/multiCluster=true',
      sources: ['remote-clusters'],
      causes: ['CREDENTIAL_EXPIRED', 'CERT_EXPIRED'],
      wants: ({ reading }) =>
        isAsked(reading.text) ? [want.remoteClusters('when the credential for the other cluster ends')] : [],
      judge: (context) =>
        isAsked(context.reading.text)
          ? context.inventory.facts('remoteCluster').flatMap((secret) => judge(context, secret))
          : [],
    },
  ],
  next: [
    { title: 'Which clusters does istiod see, and since when?', command: 'istioctl remote-clusters' },
    {
      title: 'Does the account behind it still exist there?',
      command: 'kubectl --context OTHER get serviceaccounts -A',
    },
  ],
};

function isAsked(text: string): boolean {
  return REFUSED.test(text) || SECRETS.test(text);
}

/** The cluster that is named; where none is, every one whose credential has ended. */
function judge({ inventory, reading, now }: StepContext, secret: Seen<RemoteClusterFact>): Judgement[] {
  const object = ref.object('secret', secret.name, secret.namespace);
  const groups = REFUSED.exec(reading.text)?.groups;
  const named = groups?.name ?? groups?.other;
  const known = inventory.facts('remoteCluster').flatMap(({ clusters }) => clusters.map(({ name }) => name));
  return secret.clusters.flatMap(({ name, server, tokenEnds, certificateEnds }): Judgement[] => {
    if (named !== undefined && known.includes(named) && named !== name) return [];
    const [code, kind, end] =
      tokenEnds === undefined
        ? ['CERT_EXPIRED', 'client certificate', certificateEnds]
        : ['CREDENTIAL_EXPIRED', 'token', tokenEnds];
    if (end === undefined || Date.parse(end) > now) return [];
    return [
      {
        is: 'supports',
        code,
        object,
        message: `the ${kind} in ${object}, by which the mesh reaches cluster ${name} (${server}), ended ${when(Date.parse(end), now)}`,
        evidence: [inventory.evidence(secret.seen, `${object}: its ${kind} for ${name} ends at ${end}`)],
        impact: `endpoints in ${name} are no longer followed: calls go to those of before, and fail as these go`,
        fix: renew(secret, name),
        named: true,
      },
    ];
  });
}

function renew({ name: secret }: RemoteClusterFact, cluster: string): Step[] {
  return [
    manualStep(
      'credential',
      'make the Secret anew, with a token that lasts as long as the cluster is reached',
      secret.startsWith('istio-')
        ? ['istioctl', 'create-remote-secret', `--context=${cluster}`, `--name=${cluster}`]
        : ['linkerd', 'multicluster', 'link', `--context=${cluster}`, `--cluster-name=${cluster}`],
    ),
  ];
}
