import { issuedBy } from '../../check/relations.ts';
import type { PodFact } from '../../model/facts.ts';
import { ref } from '../../model/ref.ts';
import type { CauseDefinition, Judgement, Playbook, StepContext } from '../playbook.ts';
import { want } from '../requests.ts';
import { findingsStep } from '../steps.ts';

const AGENT_TOKEN_STALE: CauseDefinition = {
  code: 'AGENT_TOKEN_STALE',
  severity: 'critical',
  layer: 'mesh',
  title: 'a proxy asks for its certificate with a token that has expired',
  meaning:
    "The kubelet renews the token in the Pod's volume, and the agent beside the proxy goes on with the one that it read at its start. istiod refuses each request (Token has expired), and the workload certificate runs out. Root and CA are in order; that no verified chain was found is only the first of two ways in which istiod tries to know the caller.",
  prove: [
    'istiod logs: Authentication failed for ADDRESS: ... KubeJWTAuthenticator ... Token has expired',
    'kubectl exec POD -c istio-proxy -- cat /var/run/secrets/tokens/istio-token: the token in the volume is valid',
  ],
  fix: [
    'restart the Pods that are affected, those whose certificate ends first before the others',
    'upgrade the proxy: later agents read the file at each request',
  ],
  verify: [
    'istioctl proxy-config secret POD shows a new certificate',
    'istiod logs no more Authentication failed for it',
  ],
  source: 'istio/istio issue 26225; security/pkg/nodeagent',
  since: '0.1.0',
};

const ISTIOD_CERT_NOT_ROTATED: CauseDefinition = {
  code: 'ISTIOD_CERT_NOT_ROTATED',
  severity: 'critical',
  layer: 'mesh',
  title: 'istiod still serves a certificate of another signer that has ended',
  meaning:
    "istiod got its serving certificate from a signer of Kubernetes or a file, not from its own CA, and does not follow how long that lasts: it asked for ten years, and the signer gave less. Proxies and the API server refuse istiod since the end, and checks of the mesh's CA find nothing.",
  prove: [
    'a handshake with istiod:15012 shows the end, and an issuer that is not the CA of the mesh',
    'kubectl get csr: the last request of istiod is as old as its Pod',
  ],
  fix: [
    'restart istiod: it asks for a new one at its start',
    'restart it before the lifetime of the signer ends, each time, or let istiod sign its own',
  ],
  verify: ['a handshake with istiod:15012 shows a new certificate', 'proxies are SYNCED again (istioctl proxy-status)'],
  source: 'istio/istio issue 42170; pilot/pkg/bootstrap/certcontroller.go',
  since: '0.1.0',
};

const DATES = ['CERT_EXPIRED', 'CHAIN_EXPIRED', 'CERT_EXPIRING', 'CERT_NOT_YET_VALID', 'KEY_MISMATCH', 'CLOCK_SKEW'];
const EXPLAINED_BY = ['TOKEN_AUDIENCE_WRONG', 'NAMESPACE_ROOT_STALE', 'ROOT_REPLACED_WITHOUT_OVERLAP', ...DATES];

/** Proxies of Istio get no certificate, or no new one. */
export const istioIssuance: Playbook = {
  id: 'istio-issuance',
  layer: 'mesh',
  title:
    'Proxies of Istio get no certificate (failed to warm, failed to rotate, istio-proxy not ready, istiod refused)',
  patterns: [
    /failed to (?:rotate secret|warm certificate|generate workload certificate|sign)|create certificate: rpc error/i,
    /request authenticate failure|serverca[^\n]*Authentication failed|KubeJWTAuthenticator/i,
    /istio-proxy[^\n]*(?:startup|readiness) probe failed|Envoy proxy is NOT ready/i,
    /Init:\d+\/\d+[^\n]*istio-proxy/i,
    /istiod[^\n]*(?:x509|tls:|certificate)/i,
    /StreamAggregatedResources[^\n]*closed|CSR signing error/i,
    /incomplete signing CA bundle|cert chain has expired/i,
  ],
  sharedPatterns: [/remote error: tls: expired certificate/i],
  explainedBy: EXPLAINED_BY,
  roles: ['workload-svid', 'istiod-serving', 'istio-ca', 'istio-root'],
  kinds: ['pod', 'node'],
  reads: ['istio-proxies', 'istio-control-planes', 'pods'],
  causes: [AGENT_TOKEN_STALE, ISTIOD_CERT_NOT_ROTATED],
  steps: [
    findingsStep({
      id: 'tokens',
      question: 'Do Pods ask with a token that istiod takes?',
      command: 'kubectl get pods -A -o jsonpath=\'{.items[*].spec.volumes[?(@.name=="istio-token")]}\'',
      codes: ['TOKEN_AUDIENCE_WRONG'],
      sources: ['pods'],
    }),
    findingsStep({
      id: 'authority',
      question: 'Are the CA, the root and what istiod serves within their time, and do proxies trust them?',
      command: 'kubectl -n istio-system get secret istio-ca-secret cacerts -o yaml; istioctl version',
      codes: EXPLAINED_BY,
      roles: ['istio-ca', 'istio-root', 'istiod-serving'],
      kinds: ['node', 'configmap'],
      sources: ['istio-control-planes', 'mesh-bundles'],
    }),
    {
      id: 'istiod-serving',
      question: 'Who signed what istiod serves, and does istiod renew it?',
      command: () =>
        'kubectl port-forward -n istio-system deploy/istiod 15012; openssl s_client -connect localhost:15012 -showcerts',
      sources: ['istio-control-planes'],
      causes: [ISTIOD_CERT_NOT_ROTATED.code],
      judge: foreignServing,
    },
    {
      id: 'refused',
      question: 'Whom does istiod refuse, and why?',
      command: () =>
        'kubectl -n istio-system logs deploy/istiod -c discovery --tail=200 | grep -i "authentication failed"',
      sources: ['pods', 'pod-logs'],
      wants: ({ inventory }) =>
        inventory
          .facts('pod')
          .filter(({ labels }) => labels?.app === 'istiod')
          .slice(0, MOST_REPLICAS)
          .map(({ namespace, name }) =>
            want.podLog({ namespace, pod: name, container: 'discovery' }, 'whom istiod refuses'),
          ),
      causes: [AGENT_TOKEN_STALE.code],
      judge: staleTokens,
    },
  ],
  hides: [
    { cause: 'AGENT_TOKEN_STALE', hidden: 'CERT_EXPIRING' },
    { cause: 'TOKEN_AUDIENCE_WRONG', hidden: 'AGENT_TOKEN_STALE' },
    { cause: 'ISTIOD_CERT_NOT_ROTATED', hidden: 'CERT_EXPIRED' },
  ],
  next: [
    {
      title: 'Does istiod answer, and what does it say of the request?',
      command: 'kubectl -n istio-system logs deploy/istiod --tail=100',
    },
    { title: 'What does the agent say?', command: 'kubectl logs POD -c istio-proxy --tail=50' },
  ],
};

const MOST_REPLICAS = 3;

/** What istiod serves has ended, and none of the mesh's own CAs signed it. */
function foreignServing({ inventory, now }: StepContext): readonly Judgement[] {
  const own = inventory.placements.flatMap(({ placement, leaf }) =>
    leaf && (placement.role === 'istio-ca' || placement.role === 'istio-root') ? [leaf] : [],
  );
  return inventory.placements.flatMap((placed): Judgement[] => {
    const { placement, leaf, chain } = placed;
    const isForeign = !chain.some((one) => own.some((ca) => ca.sha256 === one.sha256 || issuedBy(one, ca)));
    if (placement.role !== 'istiod-serving' || !leaf || leaf.notAfter >= now || !isForeign) return [];
    const address = /^tls:\/\/\[?([\d.:a-f]+?)\]?:\d+/.exec(placement.ref)?.[1];
    const pod = inventory.facts('pod').find(({ ip, labels }) => ip === address && labels?.app === 'istiod');
    const object = pod ? ref.object('pod', pod.name, pod.namespace) : placement.ref;
    return [
      {
        is: 'supports',
        code: ISTIOD_CERT_NOT_ROTATED.code,
        object,
        message: `${object} still serves a certificate that ${leaf.issuer} signed and that has ended, and asks for no new one: it does not follow how long those of another signer last`,
        evidence: [
          inventory.evidence(
            placement.seen,
            `${placement.ref} ended ${new Date(leaf.notAfter).toISOString()}, issued by ${leaf.issuer}, which is no CA of the mesh`,
          ),
          ...(pod ? [inventory.evidence(pod.seen, `${object} runs since ${pod.started ?? 'an unknown time'}`)] : []),
        ],
        explains: [{ code: 'CERT_EXPIRED', placement: placement.ref }],
        also: [placement.ref],
        named: true,
      },
    ];
  });
}

/** istiod names the caller by its address. */
const EXPIRED_TOKEN = /Authentication failed for (?<address>\d+(?:\.\d+){3})[^\n]*Token has expired/i;

function staleTokens({ inventory, sayings }: StepContext): readonly Judgement[] {
  const refused = new Map<string, { pod: PodFact & { seen: number }; saying: (typeof sayings)[number] }>();
  for (const saying of sayings) {
    const address = EXPIRED_TOKEN.exec(saying.text)?.groups?.address;
    const pod = address === undefined ? undefined : inventory.facts('pod').find(({ ip }) => ip === address);
    if (pod && !refused.has(pod.name)) refused.set(pod.name, { pod, saying });
  }
  return [...refused.values()].map(({ pod, saying }): Judgement => {
    const object = ref.object('pod', pod.name, pod.namespace);
    const held = inventory.placement(ref.podSds(pod.namespace, pod.name, 'default'));
    return {
      is: 'supports',
      code: AGENT_TOKEN_STALE.code,
      object,
      message: `the agent of ${object} asks with a token that has expired, though the kubelet keeps a valid one in its volume`,
      evidence: [
        saying.evidence,
        ...(held?.leaf
          ? [
              inventory.evidence(
                held.placement.seen,
                `its certificate was last renewed ${new Date(held.leaf.notBefore).toISOString()}`,
              ),
            ]
          : []),
      ],
      explains: ['CERT_EXPIRING', 'CERT_EXPIRED'].map((code) => ({
        code,
        placement: ref.podSds(pod.namespace, pod.name, 'default'),
      })),
      named: true,
    };
  });
}
