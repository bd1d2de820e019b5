import { when } from '../../check/words.ts';
import type { BootstrapTokenFact } from '../../model/facts.ts';
import { ref } from '../../model/ref.ts';
import { manualStep } from '../../model/step.ts';
import type { CauseDefinition, Judgement, Playbook, PlaybookStep, StepContext } from '../playbook.ts';
import { want } from '../requests.ts';
import { unreadOf } from '../run-steps.ts';

const JOIN_PIN_FOREIGN: CauseDefinition = {
  code: 'JOIN_PIN_FOREIGN',
  severity: 'critical',
  layer: 'cluster',
  title: 'a join command pins another CA than this cluster has',
  meaning:
    'kubeadm join compares the key of the CA that cluster-info shows with the one after --discovery-token-ca-cert-hash. The cluster shows its own CA, and the command was made before that CA was replaced, or by another cluster. Nothing in the cluster is wrong.',
  prove: [
    "openssl x509 -pubkey -noout -in /etc/kubernetes/pki/ca.crt | openssl pkey -pubin -outform DER | sha256sum: the hash that the error shows, and not the command's",
  ],
  fix: ['make the command anew: kubeadm token create --print-join-command'],
  verify: ['kubeadm join gets past its preflight'],
  prevent: ['make the join command when a node joins, and keep none in an image or a playbook of the machine'],
  source: 'k8s.io/kubernetes cmd/kubeadm/app/util/pubkeypin; discovery/token',
  since: '0.1.0',
};

/** What `kubeadm join` says of a token, and of the CA that it was told (cmd/kubeadm/app/discovery/token). */
const TOKEN_SAYS =
  /JWS signature[^\n]*?token ID:? "?(?<token>[a-z0-9]{6})\b|JWS signature in|token ID "(?<id>[a-z0-9]{6})"[^\n]*(?:invalid|expired)|bootstrap token[^\n]*(?:expired|not found|invalid)|JWS token[^\n]*invalid/i;
const PIN_SAYS =
  /public keys? [^\n]*?sha256:(?<hash>[0-9a-f]{64})[^\n]*pinned|sha256:(?<other>[0-9a-f]{64})[^\n]*not pinned/i;

const CLUSTER_INFO = ref.configMap('kube-public', 'cluster-info', 'kubeconfig');

const theToken: PlaybookStep = {
  id: 'token',
  question: 'Is the token that the node shows still there, and not at its end?',
  command: () => 'kubeadm token list',
  sources: ['bootstrap-tokens'],
  causes: ['CREDENTIAL_EXPIRED'],
  applies: ({ reading }) => TOKEN_SAYS.test(reading.text),
  wants: ({ reading }) =>
    TOKEN_SAYS.test(reading.text) ? [want.bootstrapTokens('whether the token of the node has ended')] : [],
  judge: judgeToken,
};

const thePin: PlaybookStep = {
  id: 'pin',
  question: 'Is the CA that the cluster shows its own, so that the pin in the command is of another one?',
  command: () =>
    'openssl x509 -pubkey -noout -in /etc/kubernetes/pki/ca.crt | openssl pkey -pubin -outform DER | sha256sum',
  sources: ['configmaps'],
  causes: [JOIN_PIN_FOREIGN.code],
  applies: ({ reading }) => PIN_SAYS.test(reading.text),
  judge: judgePin,
};

/** A new node is refused, or refuses the cluster. */
export const nodeJoin: Playbook = {
  id: 'node-join',
  layer: 'cluster',
  title: 'A node cannot join (kubeadm join: JWS signature, token, public keys are not pinned)',
  patterns: [TOKEN_SAYS, PIN_SAYS],
  explainedBy: ['CREDENTIAL_EXPIRED', 'CA_DRIFT'],
  roles: [],
  kinds: ['secret', 'configmap'],
  reads: ['configmaps'],
  causes: [JOIN_PIN_FOREIGN],
  steps: [theToken, thePin],
  next: [
    { title: 'Make a new token, and the whole command', command: 'kubeadm token create --print-join-command' },
    { title: 'Is cluster-info there?', command: 'kubectl -n kube-public get cm cluster-info -o yaml' },
  ],
};

const NEW_COMMAND = manualStep('token', 'make a token and the command to join by it', [
  'kubeadm',
  'token',
  'create',
  '--print-join-command',
]);

function judgeToken({ inventory, reading, now, sayings }: StepContext): Judgement[] {
  const groups = TOKEN_SAYS.exec(reading.text)?.groups;
  const [reads] = inventory.snapshot.coverage.filter(({ source }) => source === 'bootstrap-tokens');
  if (!TOKEN_SAYS.test(reading.text) || !reads || unreadOf(['bootstrap-tokens'], inventory).length > 0) return [];
  const id = groups?.token ?? groups?.id;
  const tokens = inventory.facts('bootstrapToken');
  const lasts = ({ expiration }: BootstrapTokenFact) => expiration === undefined || Date.parse(expiration) >= now;
  // Where the text does not say which token it is, one that lasts may be the one.
  const token = id === undefined ? (tokens.find(lasts) ?? tokens[0]) : tokens.find((one) => one.id === id);
  if (token && lasts(token)) return [];
  const name = token?.id ?? id;
  const which = name === undefined ? 'the bootstrap token' : `the bootstrap token ${name}`;
  const seen = token?.seen ?? inventory.snapshot.coverage.indexOf(reads);
  const fact = token
    ? `it says that it ends at ${token.expiration}`
    : `${name === undefined ? 'no bootstrap token' : `no bootstrap token ${name}`} is in kube-system; the controller-manager deletes those that have ended`;
  return [
    {
      is: 'supports',
      code: 'CREDENTIAL_EXPIRED',
      object: ref.object('secret', token?.name ?? `bootstrap-token-${name ?? 'ID'}`, 'kube-system'),
      message: token
        ? `${which}, by which the node joins, ended ${when(Date.parse(token.expiration!), now)}`
        : `${which}, by which the node joins, is no more: it ended and was deleted`,
      evidence: [
        ...sayings
          .filter(({ text }) => TOKEN_SAYS.test(text))
          .slice(0, 1)
          .map(({ evidence }) => evidence),
        inventory.evidence(seen, fact),
      ],
      impact: 'no node joins by it; nodes that have joined are not touched, they have certificates of their own',
      fix: [NEW_COMMAND],
      named: true,
    },
  ];
}

function judgePin({ inventory, reading, sayings }: StepContext): Judgement[] {
  const groups = PIN_SAYS.exec(reading.text)?.groups;
  const hash = groups?.hash ?? groups?.other;
  const shown = inventory.placement(ref.member(CLUSTER_INFO, 0));
  const own = inventory.placements.filter(
    ({ placement, leaf }) =>
      (placement.role === 'root-ca-bundle' || placement.role === 'cluster-ca') && leaf?.spki === hash,
  );
  const [first] = own;
  if (!shown || !first || shown.leaf?.spki !== hash) return [];
  const said = sayings.filter(({ text }) => PIN_SAYS.test(text)).slice(0, 1);
  return [
    {
      is: 'supports',
      code: JOIN_PIN_FOREIGN.code,
      object: CLUSTER_INFO,
      message: "the join command pins another CA: the key that it refuses is that of this cluster's own CA",
      evidence: [
        ...said.map(({ evidence }) => evidence),
        ...[shown, first].map(({ placement }) =>
          inventory.evidence(placement.seen, `${placement.ref} has the key sha256:${hash}`),
        ),
      ],
      fix: [NEW_COMMAND],
      named: true,
    },
  ];
}
