import { refBase } from '../../model/ref.ts';
import type { RoleId } from '../../model/role.ts';
import { manualStep } from '../../model/step.ts';
import { relativeTime } from '../../view/time.ts';
import type { Judgement, Playbook, StepContext } from '../playbook.ts';

const COMPONENTS: readonly { readonly name: string; readonly role: RoleId; readonly port: number }[] = [
  { name: 'kube-controller-manager', role: 'controller-manager-serving', port: 10257 },
  { name: 'kube-scheduler', role: 'scheduler-serving', port: 10259 },
];

/** Something that verifies waits for the controller-manager and the scheduler, whose own certificates nobody renews. */
export const healthProbes: Playbook = {
  id: 'health-probes',
  layer: 'cluster',
  title: 'An upgrade or a monitor waits for probes of the controller-manager or the scheduler',
  patterns: [
    /Waiting for probes: (?<name>[\w, -]+)/i,
    /error validating probe (?<name>[\w-]+)/i,
    /:(?:10257|10259)\b[^\n]*/,
    /(?:probe|health ?check)s?[^\n]*(?:kube-controller-manager|kube-scheduler)/i,
    /(?:kube-controller-manager|kube-scheduler)[^\n]*(?:probe|health ?check|unhealthy)/i,
  ],
  explainedBy: ['CERT_EXPIRED', 'LEADER_SILENT', 'CHAIN_UNTRUSTED', 'CERT_NOT_YET_VALID'],
  roles: ['controller-manager-serving', 'scheduler-serving'],
  kinds: ['lease'],
  reads: ['leases', 'node-handshakes'],
  causes: [],
  steps: [
    {
      id: 'self-signed',
      question: 'Have the certificates that the components made for themselves ended? Nobody else renews them.',
      command: () =>
        'openssl s_client -connect 127.0.0.1:10257 </dev/null | openssl x509 -noout -enddate; the same with 10259',
      sources: ['node-handshakes', 'rke2-files'],
      causes: ['CERT_EXPIRED'],
      judge: (context) => (isAsked(context) ? judge(context) : []),
    },
  ],
  hides: [],
  next: [
    {
      title: 'Do they lead and work?',
      command: 'kubectl -n kube-system get lease kube-controller-manager kube-scheduler',
    },
  ],
};

/** Most clusters verify these nowhere: that they have ended matters only to a probe that does. */
function isAsked({ reading }: StepContext): boolean {
  return reading.playbooks.includes('health-probes');
}

function judge({ inventory, now, reading }: StepContext): Judgement[] {
  const ended = inventory.placements.filter(
    ({ placement, leaf }) =>
      leaf &&
      leaf.notAfter < now &&
      COMPONENTS.some(
        ({ role, name, port }) =>
          placement.role === role || placement.ref.includes(`/${name}/`) || placement.ref.endsWith(`:${port}`),
      ),
  );
  const files = ended.filter(({ placement }) => placement.ref.startsWith('file:'));
  const [first, ...others] = [...files, ...ended.filter((one) => !files.includes(one))];
  if (!first?.leaf) return [];
  const paths = files.map(({ placement }) => refBase(placement.ref).slice('file:'.length));
  return [
    {
      is: 'supports',
      code: 'CERT_EXPIRED',
      object: first.placement.ref,
      also: others.map(({ placement }) => placement.ref),
      message: `the serving certificate that ${[...new Set(ended.map(({ placement }) => (/scheduler|10259/.test(placement.ref) || placement.role === 'scheduler-serving' ? 'the scheduler' : 'the controller-manager')))].join(' and ')} made for itself expired ${relativeTime(first.leaf.notAfter, now)}; it is part of no rotation, and what probes it verifies it`,
      evidence: ended
        .slice(0, 4)
        .map(({ placement, leaf }) =>
          inventory.evidence(placement.seen, `${placement.ref} ends ${new Date(leaf?.notAfter ?? 0).toISOString()}`),
        ),
      impact:
        'the components work and lead; only what verifies their ports fails, such as an upgrade that waits for them',
      fix: [
        manualStep('delete', 'delete the pair of each component on this node, which it makes anew at its start', [
          'rm',
          ...(paths.length > 0 ? paths.flatMap((path) => [path, path.replace(/\.crt$/, '.key')]) : ['CERT', 'KEY']),
        ]),
        manualStep(
          'restart',
          'remove its container, so that it starts again; node by node',
          ['crictl', 'rm', '-f', 'CONTAINER'],
          'restart',
        ),
      ],
      verify: [manualStep('ports', 'ports 10257 and 10259 show a later end, and what waited goes on')],
      named: COMPONENTS.some(({ name }) => reading.text.includes(name)),
    },
    {
      is: 'misleads',
      message: 'the list of certificates of the distribution is green',
      why: 'it does not know what the components made for themselves',
    },
  ];
}
