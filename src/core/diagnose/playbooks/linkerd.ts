import { meshTrusts } from '../../check/mesh-trust.ts';
import { ref } from '../../model/ref.ts';
import type { RoleId } from '../../model/role.ts';
import type { Judgement, Playbook, StepContext } from '../playbook.ts';
import { want } from '../requests.ts';
import type { Saying } from '../sayings.ts';
import { findingsStep } from '../steps.ts';
import { linkerdEnding } from './linkerd-ending.ts';
import { linkerdOpinion } from './linkerd-opinion.ts';

const TRUST = [
  'ROOT_REPLACED_WITHOUT_OVERLAP',
  'OLD_ROOT_REMOVED_EARLY',
  'PROXY_TRUST_STALE',
  'ISSUER_OUTSIDE_ANCHORS',
  'MESH_ISSUER_UNFIT',
];
const ROLES: readonly RoleId[] = ['linkerd-trust-anchor', 'linkerd-issuer', 'workload-svid', 'linkerd-webhook'];

/** Proxies of Linkerd refuse each other, or get no certificate. */
export const linkerd: Playbook = {
  id: 'linkerd',
  layer: 'mesh',
  title: "Linkerd's proxies refuse each other or get no certificate (UnknownIssuer, BadCertificate, linkerd check)",
  patterns: [
    /Failed to (?:obtain|certify) identity|Waiting for identity to be initialized/i,
    /could not process CSR because of CA cert validation failure|failed to verify issuer credentials/i,
    /IssuerValidationFailed|IssuerUpdateSkipped|must use (?:P-256 curve|ECDSA) for public key/,
    /data plane proxies certificate match CA|trust (?:anchors?|roots?) (?:are|is)|Invalid (?:roots|anchors):|issuer cert(?:ificate)? (?:is|will)/i,
    /linkerd-identity(?:-issuer|-trust-roots)?|\bidentity\.linkerd\.|l5d-proxy-error/i,
    /upgrade configuration[^\n]*proxy injector/i,
    /\blinkerd\b/i,
  ],
  sharedPatterns: [/invalid peer certificate|rustls::|fatal alert:? ?(?:BadCertificate|UnknownCA|CertificateExpired)/i],
  explainedBy: [
    ...TRUST,
    'CERT_EXPIRED',
    'CLOCK_SKEW',
    'ISSUER_NOT_TAKEN_OVER',
    'CERT_NOT_YET_VALID',
    'KEY_MISMATCH',
    'SECRET_MISSING',
    'BAD_DATA',
    'MESH_ROOTS_DIFFER',
    'TRUST_ROOTS_MISSING',
  ],
  roles: ROLES,
  kinds: ['node', 'configmap'],
  reads: ['mesh-bundles', 'pods'],
  causes: [],
  steps: [
    findingsStep({
      id: 'anchors',
      question: 'Are the trust anchors and the issuer within their time, and do they belong together?',
      command:
        "kubectl -n linkerd get cm linkerd-identity-trust-roots -o jsonpath='{.data.ca-bundle\\.crt}'; kubectl -n linkerd get secret linkerd-identity-issuer -o jsonpath='{.data.tls\\.crt}' | base64 -d",
      codes: [
        'CERT_EXPIRED',
        'ISSUER_OUTSIDE_ANCHORS',
        'MESH_ISSUER_UNFIT',
        'ISSUER_NOT_TAKEN_OVER',
        'KEY_MISMATCH',
        'SECRET_MISSING',
        'TRUST_ROOTS_MISSING',
      ],
      roles: ['linkerd-trust-anchor', 'linkerd-issuer'],
      kinds: ['configmap'],
      sources: ['mesh-bundles', 'secrets'],
    }),
    findingsStep({
      id: 'trust',
      question: 'Does every proxy trust the anchor of what the others show?',
      command:
        'linkerd check --proxy; kubectl get pods -A -l linkerd.io/control-plane-ns -o yaml | grep -A20 TRUST_ANCHORS',
      codes: TRUST,
      sources: ['mesh-bundles', 'pods'],
    }),
    findingsStep({
      id: 'proxies',
      question: 'Are the certificates that proxies show within their time?',
      command: 'linkerd identity -n NAMESPACE -l linkerd.io/control-plane-ns',
      codes: ['CERT_EXPIRED', 'CERT_NOT_YET_VALID'],
      roles: ['workload-svid'],
      sources: ['linkerd-proxies'],
    }),
    {
      id: 'identity',
      question: 'What does linkerd-identity say when it is asked to sign?',
      command: () =>
        'kubectl -n linkerd logs deploy/linkerd-identity -c identity --tail=100; kubectl -n linkerd get events',
      sources: ['pod-logs', 'events'],
      wants: (context) => [
        ...identityPods(context).map(({ namespace, name }) =>
          want.podLog({ namespace, pod: name, container: 'identity' }, 'what linkerd-identity says'),
        ),
        want.events('what controllers recorded'),
      ],
      judge: loadedAnchors,
    },
    findingsStep({
      id: 'clock',
      question: 'Does every node that signs or verifies have the right time?',
      command: 'kubectl -n kube-node-lease get lease -o custom-columns=N:.metadata.name,T:.spec.renewTime; date -u',
      codes: ['CLOCK_SKEW'],
      kinds: ['node'],
      sources: ['leases', 'pod-logs'],
    }),
    linkerdEnding,
    linkerdOpinion,
  ],
  hides: [
    { cause: 'SECRET_MISSING', hidden: 'MESH_ISSUER_UNFIT', sameThing: true },
    { cause: 'MESH_ISSUER_UNFIT', hidden: 'CHAIN_NOT_CONFORMING', sameThing: true },
    { cause: 'MESH_ISSUER_UNFIT', hidden: 'CHAIN_CONSTRAINED' },
    { cause: 'MESH_ISSUER_UNFIT', hidden: 'ISSUER_OUTSIDE_ANCHORS' },
    { cause: 'CERT_EXPIRED', hidden: 'PROXY_TRUST_STALE' },
    { cause: 'ROOT_REPLACED_WITHOUT_OVERLAP', hidden: 'ISSUER_OUTSIDE_ANCHORS' },
  ],
  next: [
    { title: 'Is the peer meshed at all, and is it ready?', command: 'linkerd viz stat deploy -n NAMESPACE' },
    {
      title: 'Does a policy refuse the call (403) rather than a certificate?',
      command: 'linkerd diagnostics policy -n NAMESPACE po/POD PORT',
    },
    {
      title: 'Can the two Pods reach each other without the proxy?',
      command: 'kubectl exec POD -- curl -sv http://PEER_IP:PORT',
    },
  ],
};

function identityPods({ inventory }: StepContext): { namespace: string; name: string }[] {
  return inventory
    .facts('pod')
    .filter(({ labels }) => labels?.['linkerd.io/control-plane-component'] === 'identity')
    .slice(0, MOST_REPLICAS);
}

const MOST_REPLICAS = 3;
const NOT_VERIFIED = /failed to verify issuer credentials[^\n]*(?:unknown authority|signature)/i;

/**
 * linkerd-identity reads the anchors at its start alone. When it refuses an issuer that the published anchors verify,
 * those that it loaded are others: the bundle was changed under it.
 */
function loadedAnchors(context: StepContext): readonly Judgement[] {
  const { inventory, sayings, findings } = context;
  const refused = sayings.find(({ text, from }) => from !== 'symptom' && NOT_VERIFIED.test(text));
  const [mesh] = meshTrusts(inventory).filter((one) => one.mesh === 'linkerd');
  if (!refused || !mesh || findings.some(({ code }) => code === 'ISSUER_OUTSIDE_ANCHORS')) return [];
  const overlaps = mesh.published.length > 1;
  const [first] = mesh.published;
  return [
    {
      is: 'supports',
      code: overlaps ? 'PROXY_TRUST_STALE' : 'ROOT_REPLACED_WITHOUT_OVERLAP',
      object: mesh.bundle,
      also: identityPods(context).map(({ namespace, name }) => ref.object('pod', name, namespace)),
      message: `linkerd-identity still has the anchors that it read at its start, and refuses the issuer that those in ${mesh.bundle} verify`,
      evidence: [
        refused.evidence,
        ...(first ? [inventory.evidence(first.placement.seen, `the anchors in ${mesh.bundle} verify the issuer`)] : []),
        ...writtenBy(context, mesh.bundle),
      ],
      named: saidInSymptom(context, refused),
    },
  ];
}

/** trust-manager writes the anchors by itself, and restarts nobody. */
function writtenBy({ inventory }: StepContext, bundle: string) {
  const name = bundle.split('/')[2]?.split('#')[0];
  return inventory
    .facts('trustBundle')
    .filter((one) => one.name === name)
    .map((one) => inventory.evidence(one.seen, `trust-manager writes it from ${one.sources.join(', ')}`));
}

function saidInSymptom({ reading }: StepContext, { text }: Saying): boolean {
  return reading.text !== '' && (text.includes(reading.text.trim()) || NOT_VERIFIED.test(reading.text));
}
