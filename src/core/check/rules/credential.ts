import type { CredentialFact, KubeconfigTokenFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { manualStep, type Step } from '../../model/step.ts';
import type { Inventory } from '../../snapshot/inventory.ts';
import { credentialRef } from '../credential-ref.ts';
import { draft } from '../draft.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { when } from '../words.ts';

const CREDENTIAL_EXPIRED: CodeDefinition = {
  code: 'CREDENTIAL_EXPIRED',
  severity: 'critical',
  title: 'a token that is sent to the API server has expired',
  meaning:
    'It is that of the context in use, or the one that a program of this node sends, such as a CNI plugin, whose DaemonSet writes it into a kubeconfig and renews it there. The API server answers 401 to it. The handshake still succeeds, so this looks like a problem of rights, not of time. A client certificate that has ended is CERT_EXPIRED.',
  prove: [
    'kubectl auth whoami: "You must be logged in to the server"',
    'kubectl config view --minify --raw -o jsonpath="{.users[0].user.token}" | cut -d. -f2 | base64 -d: exp, seconds since 1970, lies in the past',
  ],
  fix: [
    'log in again, or fetch a new token: kubectl create token SERVICEACCOUNT -n NS',
    'where a program keeps it, restart what writes it: kubectl -n kube-system rollout restart ds/calico-node',
  ],
  prevent: ['use an exec plugin or short-lived tokens that are fetched when needed'],
  source: 'RFC 7519 section 4.1.4',
  since: '0.1.0',
};

export const credential: Check = {
  id: 'credential',
  title: 'the tokens in use have not expired',
  codes: [CREDENTIAL_EXPIRED],
  applies: ({ inventory }) =>
    inventory.facts('credential').some(({ kind, notAfter }) => kind !== 'certificate' && notAfter) ||
    programTokens(inventory).length > 0,
  run: (input) => [
    ...input.inventory
      .facts('credential')
      .filter((fact) => hasEnded(input, fact))
      .map((fact) => report(input, fact)),
    ...programTokens(input.inventory)
      .filter(({ token }) => Date.parse(token.notAfter) < input.now)
      .map((one) => reportProgram(input, one)),
  ],
};

interface ProgramToken {
  readonly path: string;
  readonly token: KubeconfigTokenFact;
  readonly seen: number;
}

/** Tokens in kubeconfigs that programs of this node read, by the folders that these keep them in. */
function programTokens(inventory: Inventory): ProgramToken[] {
  return inventory
    .facts('kubeconfig')
    .filter(({ path }) => path.startsWith('/etc/cni/net.d/'))
    .flatMap(({ path, tokens = [], seen }) => tokens.map((token) => ({ path, token, seen })));
}

function reportProgram({ inventory, now }: CheckInput, { path, token, seen }: ProgramToken): Draft {
  const { user, notAfter, subject } = token;
  return draft(CREDENTIAL_EXPIRED, {
    layer: 'cluster',
    placement: ref.kubeconfigUser(path, user),
    message: `the token of user ${user} in ${path}, by which the CNI plugin of this node calls the API server, expired ${when(Date.parse(notAfter), now)}`,
    evidence: [
      inventory.evidence(seen, `it says it ends at ${notAfter}${subject === undefined ? '' : ` and is ${subject}'s`}`),
    ],
    impact: 'Pods on this node get no network: FailedCreatePodSandBox, Unauthorized',
    fix: restartWriter(inventory, path, subject),
  });
}

/** Its DaemonSet runs as the service account that the token is of; where it does not say, by the file's name. */
function restartWriter(inventory: Inventory, path: string, subject: string | undefined): Step[] {
  const [, namespace, account] = /^system:serviceaccount:([^:]+):(.+)$/.exec(subject ?? '') ?? [];
  const name = /([^/]+?)[-.]kubeconfig$/.exec(path)?.[1] ?? '';
  const writer = inventory
    .facts('pod')
    .find((pod) =>
      account === undefined
        ? pod.name.startsWith(`${name}-node`)
        : pod.serviceAccount === account && pod.namespace === namespace,
    );
  const owner = writer?.owner ?? `daemonset/${writer?.serviceAccount ?? (name ? `${name}-node` : 'NAME')}`;
  const command = ['kubectl', '-n', writer?.namespace ?? 'kube-system', 'rollout', 'restart', owner];
  return [
    manualStep('restart', 'restart what writes the file: it fetches a new token at its start', command, 'restart'),
  ];
}

/** What a plugin or the kubelet fetches anew counts only when it had ended at the moment it was read. */
function hasEnded({ inventory, now }: CheckInput, { kind, notAfter, seen }: Seen<CredentialFact>): boolean {
  if (!notAfter || kind === 'certificate') return false;
  const judgedAt = kind === 'token' ? now : Date.parse(inventory.coverageOf(seen).at);
  return Date.parse(notAfter) < judgedAt;
}

function report({ inventory, now }: CheckInput, fact: Seen<CredentialFact>): Draft {
  const placement = credentialRef(inventory, fact);
  const ended = when(Date.parse(fact.notAfter as string), now);
  return draft(CREDENTIAL_EXPIRED, {
    layer: 'cluster',
    placement,
    message: `the ${fact.kind} credential of user ${fact.user} (context ${fact.context}) expired ${ended}`,
    evidence: [inventory.evidence(fact.seen, `it says it ends at ${fact.notAfter}`)],
    impact: 'the API server answers 401 to every request of this context',
    fix: fixFor(fact),
  });
}

function fixFor({ kind, subject }: CredentialFact): Step[] {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):(.+)$/.exec(subject ?? '') ?? [];
  if (kind === 'exec') return [manualStep('login', 'log in again with the tool that the kubeconfig runs')];
  if (!namespace || !name) return [manualStep('login', 'log in again, or ask who gave you the token for a new one')];
  return [
    manualStep('token', 'fetch a new token and put it into the kubeconfig', [
      'kubectl',
      '-n',
      namespace,
      'create',
      'token',
      name,
    ]),
  ];
}
