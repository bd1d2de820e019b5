import { ACME_CAUSES } from '../../check/issuance/causes/acme.ts';
import { DNS_CAUSES } from '../../check/issuance/causes/dns.ts';
import { REQUEST_CAUSES } from '../../check/issuance/causes/request.ts';
import { ref } from '../../model/ref.ts';
import { manualStep } from '../../model/step.ts';
import { judgeWords } from '../issuance-clues.ts';
import type { CauseDefinition, Judgement, Playbook, StepContext } from '../playbook.ts';
import { type LogParams, want } from '../requests.ts';
import { findingsStep } from '../steps.ts';

const DNS_CAPTURED_BY_MESH: CauseDefinition = {
  code: 'DNS_CAPTURED_BY_MESH',
  severity: 'critical',
  layer: 'ingress',
  title: "the mesh answers cert-manager's DNS queries in place of the name servers that it asks",
  meaning:
    'Pods of an ambient mesh, and sidecars with DNS capture, have their queries taken by the proxy and answered from the DNS of the cluster, whatever server they were sent to. cert-manager looks for its TXT record at the name servers of its flags and is shown another view of the zone, so that the challenge waits for ever. The flags look right, and the certificates of the mesh are healthy.',
  prove: [
    'kubectl get namespace cert-manager -o jsonpath="{.metadata.labels}": istio.io/dataplane-mode is ambient',
    'dig @SERVER TXT _acme-challenge.DOMAIN, from a Pod beside cert-manager and from one outside of the mesh: two answers',
    'kubectl -n istio-system logs ds/ztunnel | grep _acme-challenge: it answered the query itself',
  ],
  fix: [
    'take cert-manager out of the mesh: label its Pods or namespace istio.io/dataplane-mode=none, or leave its DNS out of the capture',
    'restart cert-manager',
  ],
  verify: ['dig from the Pod of cert-manager shows the TXT record', 'the Challenge turns valid'],
  source: 'cert-manager/cert-manager#5917; istio documentation, DNS Proxying',
  since: '0.1.0',
};

const EXPLAINED_BY = [
  ...[...ACME_CAUSES, ...DNS_CAUSES, ...REQUEST_CAUSES].map(({ definition }) => definition.code),
  'SELF_CHECK_WRONG_ANSWER',
  'SELF_CHECK_UNREACHABLE',
  'SELF_CHECK_CLOSED',
  'SELF_CHECK_NAME_UNRESOLVED',
  'SOLVER_CLASS_UNSERVED',
  'WILDCARD_NEEDS_DNS01',
  'ISSUANCE_FAILING',
  'ISSUANCE_STUCK',
  'ISSUER_NOT_READY',
  'ISSUER_MISSING',
  'ACME_ACCOUNT_REJECTED',
  'CERT_MANAGER_DOWN',
];
const CODES = new Set(EXPLAINED_BY);

/** "error presenting challenge" and its kin: an ACME order does not get through. */
export const acmeChallenge: Playbook = {
  id: 'acme-challenge',
  layer: 'ingress',
  title: 'An ACME challenge or order fails (error presenting challenge, not yet propagated, CAA, rate limit)',
  patterns: [
    /error presenting (?:acme )?challenge|PresentError|\bCleanUpError\b/i,
    /propagation check failed|DNS record for "(?<host>[\w.*-]+)" not yet propagated|\bDNS-01\b|_acme-challenge\.(?<host>[\w.-]+)/i,
    /Timeout (?:during|after) connect|During secondary validation|(?:Fetching|Invalid response from) https?:\/\/(?<host>[\w.-]+)\/\.well-known\/acme-challenge/i,
    /urn:ietf:params:acme:error:\w+|\bacme: (?:authorization error|certificate authority)/i,
    /(?:during|after) connect \(likely firewall problem\)|Invalid response from https?:\/\/(?<host>[\w.-]+)\/\.well-known\/acme-challenge/i,
    /authorization error for (?<host>[\w.-]+)|looking up CAA for (?<host>[\w.-]+)|CAA record for (?<host>[\w.-]+)/i,
    /challenge solvers? can be used|valid solver configuration|error (?:finalizing|creating) order|failed to (?:create|finalize) order/i,
    /(?:Route ?53|Cloudflare|Cloud ?DNS|AzureDNS|RFC2136|DigitalOcean|api\.digitalocean\.com|acme-?dns|hosted zone|TSIG)\b/i,
    /\bchallenges?\b[^\n]*\b(?:pending|invalid|fail|error|stuck|expired)/i,
  ],
  targets: ['challenge', 'order', 'certificaterequest'],
  explainedBy: EXPLAINED_BY,
  roles: [],
  kinds: ['certificate', 'certificaterequest', 'order', 'challenge', 'issuer', 'clusterissuer', 'namespace'],
  reads: ['certificates', 'acme', 'issuers'],
  causes: [DNS_CAPTURED_BY_MESH],
  steps: [
    findingsStep({
      id: 'chain',
      question: 'Which link of the issuance does not go on, and what does it say?',
      command:
        'kubectl describe challenge,order,certificaterequest -n NAMESPACE; kubectl certs layers certificate/NAME',
      codes: EXPLAINED_BY,
      sources: ['certificates', 'certificaterequests', 'acme', 'issuers'],
    }),
    findingsStep({
      id: 'credentials',
      question: "Are the solver's credentials where cert-manager looks for them?",
      command: 'kubectl get clusterissuer NAME -o yaml; kubectl -n cert-manager get secret NAME',
      codes: ['DNS_CREDENTIAL_MISSING'],
      sources: ['issuers', 'issuer-credentials'],
    }),
    {
      id: 'words',
      question: 'What do events, and the log of the controller, say of it in full?',
      command: () =>
        'kubectl get events -A --field-selector=type!=Normal; kubectl logs -n cert-manager deploy/cert-manager',
      sources: ['events'],
      wants: (context) => [
        want.events('what controllers warned of: reasons that status leaves out'),
        ...controllersOf(context).map((pod) => want.podLog(pod, 'what cert-manager says of the challenge')),
      ],
      causes: [...CODES],
      judge: (context) => judgeWords(context, CODES),
    },
    {
      id: 'mesh',
      question: "Does a mesh answer cert-manager's DNS queries?",
      command: () => "kubectl get namespace cert-manager -o jsonpath='{.metadata.labels}'",
      sources: ['pods'],
      causes: [DNS_CAPTURED_BY_MESH.code],
      applies: (context) => waitsForRecord(context).length > 0,
      wants: (context) =>
        waitsForRecord(context).length > 0
          ? ztunnelsBeside(context).map((pod) =>
              want.podLog(pod, 'whether ztunnel answers DNS queries of cert-manager'),
            )
          : [],
      judge: judgeCapture,
    },
  ],
  hides: [
    { cause: DNS_CAPTURED_BY_MESH.code, hidden: 'DNS_RECORD_NOT_SEEN' },
    { cause: DNS_CAPTURED_BY_MESH.code, hidden: 'ISSUANCE_STUCK' },
  ],
  next: [
    { title: 'What does the controller say?', command: 'kubectl logs -n cert-manager deploy/cert-manager --tail=100' },
    {
      title: 'Can the record, or the answer, be seen from outside?',
      command: 'dig TXT _acme-challenge.DOMAIN; curl -sv http://HOST/.well-known/acme-challenge/x',
    },
  ],
};

/** Pods of cert-manager's controller. */
export function controllersOf({ inventory }: StepContext): LogParams[] {
  const workloads = inventory.facts('controller').filter(({ product }) => product === 'cert-manager');
  return inventory
    .facts('pod')
    .filter(({ namespace, name, labels = {} }) =>
      workloads.length > 0
        ? workloads.some(
            (one) =>
              one.namespace === namespace && name.startsWith(`${one.name}-`) && !/-(?:webhook|cainjector)-/.test(name),
          )
        : (labels.app ?? labels['app.kubernetes.io/name']) === 'cert-manager',
    )
    .map(({ namespace, name }) => ({ namespace, pod: name }))
    .slice(0, 2);
}

function waitsForRecord({ findings, sayings }: StepContext): readonly object[] {
  const found = findings.filter(({ code }) => code === 'DNS_RECORD_NOT_SEEN');
  return found.length > 0
    ? found
    : sayings.filter(({ text }) => /not yet propagated|propagation check failed/i.test(text));
}

/** The node proxies of an ambient mesh, those on the nodes of cert-manager first. */
function ztunnelsBeside(context: StepContext): LogParams[] {
  const { inventory } = context;
  const own = new Set(controllersOf(context).map(({ pod }) => pod));
  const nodes = new Set(inventory.facts('pod').flatMap(({ name, node }) => (own.has(name) && node ? [node] : [])));
  return inventory
    .facts('pod')
    .filter(({ labels = {}, name }) => labels.app === 'ztunnel' || name.startsWith('ztunnel-'))
    .toSorted((a, b) => Number(nodes.has(b.node ?? '')) - Number(nodes.has(a.node ?? '')))
    .slice(0, 2)
    .map(({ namespace, name }) => ({ namespace, pod: name }));
}

/** ztunnel's own log of the query is proof; that cert-manager is in an ambient mesh at all is a hint. */
function judgeCapture(context: StepContext): Judgement[] {
  const { inventory, sayings, findings } = context;
  if (waitsForRecord(context).length === 0) return [];
  const own = inventory
    .facts('pod')
    .filter(({ name, namespace }) =>
      controllersOf(context).some((one) => one.pod === name && one.namespace === namespace),
    );
  const answered = sayings.filter(
    ({ from, text, object }) =>
      from === 'log' && /ztunnel|istio-proxy/.test(object) && /\bdns\b/i.test(text) && /_acme-challenge/.test(text),
  );
  const meshed = own.filter(({ mesh }) => mesh !== undefined);
  const [pod] = own;
  if (!pod || (answered.length === 0 && meshed.length === 0)) return [];
  return [
    {
      is: 'supports',
      code: DNS_CAPTURED_BY_MESH.code,
      object: ref.object('namespace', pod.namespace),
      also: own.map(({ namespace, name }) => ref.object('pod', name, namespace)),
      message: `the mesh takes the DNS queries of cert-manager in namespace ${pod.namespace} and answers them itself, so that cert-manager does not see its own TXT record`,
      evidence: [
        ...answered.slice(0, 3).map(({ evidence }) => evidence),
        ...meshed
          .slice(0, 2)
          .map(({ seen, name, mesh }) => inventory.evidence(seen, `Pod ${name} is in an ${mesh?.kind} mesh`)),
      ],
      decisive: answered.length > 0,
      explains: findings
        .filter(({ code }) => ['DNS_RECORD_NOT_SEEN', 'ISSUANCE_STUCK', 'SECRET_MISSING'].includes(code))
        .map(({ code, placement }) => ({ code, placement })),
      fix: [
        manualStep('mesh', 'take cert-manager out of the mesh', [
          'kubectl',
          'label',
          'namespace',
          pod.namespace,
          'istio.io/dataplane-mode=none',
          '--overwrite',
        ]),
        manualStep(
          'restart',
          'restart its controller',
          ['kubectl', '-n', pod.namespace, 'rollout', 'restart', 'deploy/cert-manager'],
          'restart',
        ),
      ],
      named: true,
    },
  ];
}
