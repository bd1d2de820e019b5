import type { CertificateFact, Seen } from '../../model/facts.ts';
import { ref } from '../../model/ref.ts';
import { manualStep } from '../../model/step.ts';
import type { CauseDefinition, Judgement, Playbook, StepContext } from '../playbook.ts';
import { unreadOf } from '../run-steps.ts';

const CERTIFICATE_SPEC_REFUSED: CauseDefinition = {
  code: 'CERTIFICATE_SPEC_REFUSED',
  severity: 'warning',
  layer: 'ingress',
  title: "cert-manager's webhook refuses what a Certificate is to be changed to",
  meaning:
    'The webhook was called and trusted: it read the object and found it wrong (a renewBefore that is not shorter than the duration, a duration below an hour, two ways to say the same). Whatever applies it, a GitOps controller most often, goes on failing. The Certificate in the cluster stays as it was, and is renewed by its old spec.',
  prove: [
    'the message says "denied the request: spec.FIELD", not "failed calling webhook"',
    'kubectl -n NS get certificate NAME -o yaml: the spec is the former one, and renewalTime follows from it',
  ],
  fix: ['correct the field in the source, and apply it again'],
  verify: ['kubectl apply --dry-run=server takes the object; renewalTime is notAfter less renewBefore'],
  prevent: ['have the pipeline try each change with --dry-run=server'],
  source: 'cert-manager internal/apis/certmanager/validation/certificate.go',
  since: '0.1.0',
};

/** What the webhook says, whole or in part; the field is that of the spec which it names. */
const REFUSALS: readonly RegExp[] = [
  /admission webhook "webhook\.cert-manager\.io" denied the request: ?(?<reason>(?:\[?spec\.(?<field>\w+))?[^\n]*)/i,
  /(?<reason>\bspec\.(?<field>duration|renewBefore|renewBeforePercentage|secretName|issuerRef|dnsNames|privateKey|usages|keystores)\b[\w.[\]]*: (?:Invalid|Required|Unsupported|Forbidden|Duplicate)[^\n]*)/,
  /(?<reason>certificate duration \S+ must be greater than (?<field>renewBefore)\b[^\n]*)/,
];

/** cert-manager's webhook says no to an object. */
export const certificateRefused: Playbook = {
  id: 'certificate-refused',
  layer: 'ingress',
  title: "cert-manager's webhook denies a change (denied the request: spec...)",
  patterns: REFUSALS,
  explainedBy: [],
  roles: [],
  kinds: ['certificate'],
  reads: ['certificates'],
  causes: [CERTIFICATE_SPEC_REFUSED],
  steps: [
    {
      id: 'refused',
      question: 'Which object does it refuse, and what stands in the cluster in its place?',
      command: () => 'kubectl get certificates -A; kubectl apply --dry-run=server -f FILE',
      sources: ['certificates'],
      causes: [CERTIFICATE_SPEC_REFUSED.code],
      judge: (context) => {
        const groups = refusalIn(context.reading.text);
        if (!groups) return [];
        const refused = refusedOf(context, groups.field);
        return refused.length > 0
          ? refused.flatMap((one) => judge(one, groups.reason ?? '', context))
          : judgeUnread(context, groups);
      },
    },
  ],
  hides: [{ cause: CERTIFICATE_SPEC_REFUSED.code, hidden: 'WEBHOOK_DENIED' }],
  next: [{ title: 'Which object is it?', command: 'kubectl get certificates -A -o yaml | grep -B20 renewBefore' }],
};

function refusalIn(text: string): Readonly<Record<string, string | undefined>> | undefined {
  return REFUSALS.map((pattern) => pattern.exec(text)?.groups).find((groups) => groups !== undefined);
}

/** Certificates that the symptom names; where it names none, those that have such a field, as long as it is one. */
function refusedOf({ inventory, reading: { subjects } }: StepContext, field = ''): Seen<CertificateFact>[] {
  const all = inventory.facts('certificate');
  const named = all.filter(({ namespace, name }) => subjects.has(`${namespace}/${name}`) || subjects.has(name));
  if (named.length > 0) return named;
  const having = all.filter((one) => (one as unknown as Record<string, unknown>)[field] !== undefined);
  return having.length === 1 ? having : [];
}

/** Fields that a Certificate alone has: what is said of them is said of one. */
const OWN_FIELDS: ReadonlySet<string> = new Set(['duration', 'renewBefore', 'renewBeforePercentage', 'secretName']);

/** Where Certificates could not be read, the refusal itself still tells what is wrong, though not of which one. */
function judgeUnread(
  { inventory, sayings }: StepContext,
  { field = '', reason = '' }: Readonly<Record<string, string | undefined>>,
): Judgement[] {
  const said = sayings.find(({ text }) => refusalIn(text) !== undefined);
  if (!said || !OWN_FIELDS.has(field) || unreadOf(['certificates'], inventory).length === 0) return [];
  return [
    {
      is: 'supports',
      code: CERTIFICATE_SPEC_REFUSED.code,
      object: ref.object('crd', 'certificates.cert-manager.io'),
      message: `the change of a Certificate is refused for what it says (${reason.trim().slice(0, 200)}); which one it is could not be read`,
      evidence: [said.evidence],
      named: true,
    },
  ];
}

function judge(certificate: Seen<CertificateFact>, reason: string, { inventory, sayings }: StepContext): Judgement[] {
  const { namespace, name, seen, duration, renewBefore, notAfter, renewalTime } = certificate;
  const object = ref.object('certificate', name, namespace);
  const said = sayings.find(({ text }) => refusalIn(text) !== undefined);
  const standing = [
    ...(duration ? [`duration ${duration}`] : []),
    ...(renewBefore ? [`renewBefore ${renewBefore}`] : []),
    ...(notAfter ? [`ends ${notAfter}`] : []),
    ...(renewalTime ? [`renewed from ${renewalTime}`] : []),
  ].join(', ');
  return [
    {
      is: 'supports',
      code: CERTIFICATE_SPEC_REFUSED.code,
      object,
      message: `the change of ${object} is refused for what it says (${reason.trim().slice(0, 200)}); the one in the cluster stays as it is`,
      evidence: [...(said ? [said.evidence] : []), inventory.evidence(seen, `${object} in the cluster: ${standing}`)],
      named: true,
      fix: [
        manualStep('source', 'correct the field where the object comes from, and try it', [
          'kubectl',
          '-n',
          namespace,
          'apply',
          '--dry-run=server',
          '-f',
          'FILE',
        ]),
      ],
    },
    {
      is: 'misleads',
      message: 'a webhook stands in the error',
      why: 'it was reached and trusted, and answered: nothing is wrong with its certificate or caBundle',
    },
  ];
}
