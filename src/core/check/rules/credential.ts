import type { CredentialFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { manualStep, type Step } from '../../model/step.ts';
import { credentialRef } from '../credential-ref.ts';
import { draft } from '../draft.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { when } from '../words.ts';

const CREDENTIAL_EXPIRED: CodeDefinition = {
  code: 'CREDENTIAL_EXPIRED',
  severity: 'critical',
  title: 'the token that this context sends has expired',
  meaning:
    'The API server answers 401 to it. The handshake still succeeds, so this looks like a problem of rights, not of time. A client certificate that has ended is CERT_EXPIRED.',
  prove: [
    'kubectl auth whoami: "You must be logged in to the server"',
    'kubectl config view --minify --raw -o jsonpath="{.users[0].user.token}" | cut -d. -f2 | base64 -d: exp, seconds since 1970, lies in the past',
  ],
  fix: ['log in again, or fetch a new token: kubectl create token SERVICEACCOUNT -n NS'],
  prevent: ['use an exec plugin or short-lived tokens that are fetched when needed'],
  source: 'RFC 7519 section 4.1.4',
  since: '0.1.0',
};

export const credential: Check = {
  id: 'credential',
  title: 'the credential in use has not expired',
  codes: [CREDENTIAL_EXPIRED],
  applies: ({ inventory }) =>
    inventory.facts('credential').some(({ kind, notAfter }) => kind !== 'certificate' && notAfter),
  run: (input) =>
    input.inventory
      .facts('credential')
      .filter((fact) => hasEnded(input, fact))
      .map((fact) => report(input, fact)),
};

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
