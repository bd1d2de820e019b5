import { restartControllers } from '../../check/controller-steps.ts';
import type { IngressFact, Seen } from '../../model/facts.ts';
import { ref } from '../../model/ref.ts';
import { clientCaOf } from '../../parse/kube/client-ca.ts';
import { controllerLogs } from '../controller-pods.ts';
import type { CauseDefinition, Judgement, Playbook, StepContext } from '../playbook.ts';
import type { Saying } from '../sayings.ts';
import { findingsStep } from '../steps.ts';

const CRL_NOT_RELOADED: CauseDefinition = {
  code: 'CRL_NOT_RELOADED',
  severity: 'critical',
  layer: 'ingress',
  title: 'a controller verifies clients by a revocation list that was replaced long ago',
  meaning:
    'The list in the Secret is up to date, and the controller still complains of an expired one: it has kept the former in memory, since nothing made it reload. It refuses every client of that CA, revoked or not; new client certificates change nothing.',
  prove: [
    'kubectl -n NS get secret NAME -o jsonpath="{.data.ca\\.crl}" | base64 -d | openssl crl -noout -nextupdate: in the future',
    'kubectl -n ingress-nginx logs deploy/ingress-nginx-controller | grep "CRL has expired": it says so all the same',
  ],
  fix: ['have the controller reload: change an annotation of the Ingress, or restart the controller'],
  verify: ['a client gets 200, and one that was revoked still gets 400'],
  prevent: [
    'take a version of the controller that watches ca.crl',
    'let nextUpdate lie further ahead than the interval of the job that makes the list',
  ],
  source: 'kubernetes/ingress-nginx#4904; OpenSSL X509_V_ERR_CRL_HAS_EXPIRED (12)',
  since: '0.1.0',
};

const EXPLAINED_BY = ['CRL_EXPIRED', 'CERT_EXPIRED', 'CERT_REVOKED', 'CHAIN_EXPIRED', 'SECRET_MISSING', 'BAD_DATA'];
const EXPIRED_LIST = /client SSL certificate verify error: \(12:CRL has expired\)|verify error:num=12|CRL has expired/i;
const REFUSED_HOST = /\b(?:host: "|server: )(?<host>[\w.-]+)/;

/** A server refuses the certificates that clients show. */
export const clientCertificates: Playbook = {
  id: 'client-certificates',
  layer: 'ingress',
  title: 'An ingress refuses client certificates (400: The SSL certificate error, no required certificate was sent)',
  patterns: [
    /400 Bad Request[^\n]*(?:SSL certificate error|No required SSL certificate)[^\n]*?(?:https:\/\/(?<host>[\w.-]+))?/i,
    /The SSL certificate error|No required SSL certificate was sent/i,
    /client SSL certificate verify error: \(\d+:[^)]+\)(?:[^\n]*?host: "(?<host>[\w.-]+)")?/i,
    /CRL has expired/i,
  ],
  explainedBy: EXPLAINED_BY,
  roles: [],
  kinds: ['secret'],
  reads: ['ingresses', 'secrets'],
  causes: [CRL_NOT_RELOADED],
  steps: [
    findingsStep({
      id: 'stored',
      question: 'Are the CA and the revocation list that clients are verified by in order?',
      command: 'kubectl -n NAMESPACE get secret NAME -o yaml',
      codes: EXPLAINED_BY,
      sources: ['secrets'],
    }),
    {
      id: 'in-use',
      question: 'By which list does the controller verify: what does it say of the clients it refuses?',
      command: () => 'kubectl -n ingress-nginx logs deploy/ingress-nginx-controller --tail=200 | grep "verify error"',
      sources: ['ingresses', 'secrets'],
      causes: [CRL_NOT_RELOADED.code],
      applies: (context) => verifying(context).length > 0,
      wants: (context) => {
        const objects = verifying(context).map(refOf);
        return objects.length === 0 ? [] : controllerLogs(context, objects, 'why it refuses clients');
      },
      judge: (context) => verifying(context).flatMap((ingress) => judge(ingress, context)),
    },
  ],
  next: [
    {
      title: 'Does the client show a certificate of the CA that the ingress asks for, with its intermediate?',
      command: 'openssl s_client -connect HOST:443 -servername HOST -cert CLIENT.crt -key CLIENT.key </dev/null',
    },
  ],
};

/** Ingresses that verify clients: those of hosts that the symptom names, else all. */
function verifying({ inventory, reading: { names } }: StepContext): Seen<IngressFact>[] {
  const all = inventory.facts('ingress').filter((ingress) => clientCaOf(ingress) !== undefined);
  const named = all.filter(({ hosts }) => hosts.some((host) => names.has(host.toLowerCase())));
  return named.length > 0 ? named : all;
}

function refOf({ namespace, name }: IngressFact): string {
  return ref.object('ingress', name, namespace);
}

function judge(ingress: Seen<IngressFact>, { inventory, sayings, now }: StepContext): Judgement[] {
  const ca = clientCaOf(ingress)!;
  const secret = inventory.facts('secret').find((one) => one.namespace === ca.namespace && one.name === ca.name);
  const lists = secret?.crls ?? [];
  const fresh = lists.filter(({ nextUpdate }) => nextUpdate === undefined || Date.parse(nextUpdate) > now);
  const said = sayings.filter((saying) => EXPIRED_LIST.test(saying.text) && isAbout(saying, ingress));
  if (!secret || said.length === 0 || lists.length === 0 || fresh.length < lists.length) return [];
  const object = ref.object('secret', ca.name, ca.namespace);
  return [
    {
      is: 'supports',
      code: CRL_NOT_RELOADED.code,
      object,
      also: [refOf(ingress)],
      message: `the controller refuses clients of ${refOf(ingress)} by an expired revocation list, while the one in ${object} is up to date: it was not loaded`,
      evidence: [
        ...said.slice(0, 2).map(({ evidence }) => evidence),
        ...fresh.map(({ key, nextUpdate }) =>
          inventory.evidence(secret.seen, `${object}#${key}: next update ${nextUpdate ?? 'not said'}`),
        ),
      ],
      named: true,
      fix: restartControllers(inventory, [refOf(ingress)]),
    },
    {
      is: 'misleads',
      message: 'the page says no more than that there is a certificate error',
      why: 'clients that get new certificates are refused by the same list',
    },
  ];
}

/** A line that names a host is about that host alone. */
function isAbout({ text }: Saying, { hosts }: IngressFact): boolean {
  const host = REFUSED_HOST.exec(text)?.groups?.host;
  return host === undefined || hosts.includes(host);
}
