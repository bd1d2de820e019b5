import type { CaBundleFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition, Severity } from '../../model/finding.ts';
import { manualStep, type Step } from '../../model/step.ts';
import type { Inventory, Placed } from '../../snapshot/inventory.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { servedByName } from '../addresses.ts';
import { membersOf } from '../bundles.ts';
import { draft } from '../draft.ts';
import { coversHost } from '../host-names.ts';
import { issuedBy, servedInNamespace } from '../relations.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { list } from '../words.ts';

const CA_BUNDLE_MISMATCH: CodeDefinition = {
  code: 'CA_BUNDLE_MISMATCH',
  severity: 'critical',
  title: "a caBundle does not verify its server's certificate",
  meaning:
    'The API server calls the webhook or aggregated API and trusts the caBundle alone. None of its certificates signed what the service serves, so the call fails. With failurePolicy Fail every matching write is refused, with a failing CRD conversion reads fail too.',
  prove: [
    'kubectl get KIND NAME -o jsonpath="{.webhooks[0].clientConfig.caBundle}" | base64 -d > ca.pem',
    'openssl verify -CAfile ca.pem served.crt: "unable to get local issuer certificate"',
    'the API server says: failed calling webhook "X": ... x509: certificate signed by unknown authority',
  ],
  fix: [
    'put the CA of what is served into the caBundle; better, let cainjector or the operator do so',
    'when the injection has stopped, restart what injects',
  ],
  prevent: ['annotate the configuration with cert-manager.io/inject-ca-from instead of pasting a caBundle'],
  source: 'admissionregistration.k8s.io/v1 WebhookClientConfig; apiregistration.k8s.io/v1 APIServiceSpec',
  since: '0.1.0',
};

export const caBundle: Check = {
  id: 'ca-bundle',
  title: 'every caBundle verifies the server that it is for',
  codes: [CA_BUNDLE_MISMATCH],
  applies: ({ inventory }) => inventory.facts('caBundle').length > 0,
  run: (input) => input.inventory.facts('caBundle').flatMap((fact) => judge(input, fact)),
};

function judge(input: CheckInput, fact: Seen<CaBundleFact>): Draft[] {
  if (fact.insecure) return [];
  const members = membersOf(input.inventory, fact.ref);
  if (members.length === 0) return judgeEmpty(input, fact);
  const servers = serversOf(input.inventory, fact);
  const cas = members.flatMap(({ leaf }) => leaf ?? []);
  if (servers.length === 0 || servers.some((server) => verifies(server, cas))) return [];
  if (isProvenGood(fact, servers)) return [];
  const refs = servers.map(({ placement }) => placement.ref);
  return [
    report(input, fact, {
      severity: severityOf(fact),
      what: `does not verify ${list(refs)}, which ${nameOf(fact)} serves`,
      servers,
    }),
  ];
}

/** No public CA signs a Service's name: without a caBundle the call can only fail, until something fills it in. */
function judgeEmpty(input: CheckInput, fact: Seen<CaBundleFact>): Draft[] {
  if (!fact.empty || !fact.service || fact.available?.status === 'True') return [];
  const what = fact.injectedFrom
    ? `is empty: what should inject it from ${fact.injectedFrom} has not`
    : `is empty, and ${nameOf(fact)} has no name that a public CA signs`;
  return [report(input, fact, { severity: fact.injectedFrom ? severityOf(fact) : 'warning', what, servers: [] })];
}

/** What the service was seen serving; without a handshake, the Secrets beside it that are made for its name. */
function serversOf(inventory: Inventory, { service, url }: CaBundleFact): Placed[] {
  const host = service
    ? `${service.name}.${service.namespace}.svc`
    : url && URL.canParse(url)
      ? new URL(url).hostname
      : undefined;
  if (!host) return [];
  const served = [host, `${host}.cluster.local`].flatMap((name) => servedByName(inventory).get(name) ?? []);
  if (served.length > 0 || !service) return served;
  return servedInNamespace(inventory, service.namespace).filter(({ leaf }) => leaf && coversHost(leaf, host));
}

/** The bundle holds a certificate of the chain, or the issuer of one. */
function verifies({ chain }: Placed, cas: readonly Certificate[]): boolean {
  return chain.some((certificate) => cas.some((ca) => ca.sha256 === certificate.sha256 || issuedBy(certificate, ca)));
}

/** An aggregated API that is available verifies, whatever some Secret beside it holds. */
function isProvenGood({ available }: CaBundleFact, servers: readonly Placed[]): boolean {
  return available?.status === 'True' && !servers.some(({ placement }) => placement.ref.startsWith('tls://'));
}

function severityOf({ kind, failurePolicy }: CaBundleFact): Severity {
  return kind.endsWith('WebhookConfiguration') && failurePolicy === 'Ignore' ? 'warning' : 'critical';
}

function nameOf({ service, url }: CaBundleFact): string {
  return service ? `service ${service.namespace}/${service.name}` : (url ?? 'its server');
}

interface Mismatch {
  readonly severity: Severity;
  readonly what: string;
  readonly servers: readonly Placed[];
}

function report({ inventory }: CheckInput, fact: Seen<CaBundleFact>, { severity, what, servers }: Mismatch): Draft {
  const [first] = membersOf(inventory, fact.ref);
  return draft(CA_BUNDLE_MISMATCH, {
    severity,
    layer: first?.placement.layer ?? 'cluster',
    placement: fact.ref,
    message: `the caBundle of ${fact.ref} ${what}`,
    evidence: [
      inventory.evidence(
        fact.seen,
        `the caBundle holds ${list(membersOf(inventory, fact.ref).flatMap(({ leaf }) => leaf?.subject ?? [])) || 'nothing'}`,
      ),
      ...servers.map(({ placement, leaf }) =>
        inventory.evidence(placement.seen, `${placement.ref} was issued by ${leaf?.issuer}`),
      ),
    ],
    impact: IMPACTS[fact.kind](fact),
    fix: fixFor(fact),
    causes: servers.flatMap(({ placement }) =>
      ['ISSUER_REPLACED', 'SERVED_DIFFERS_FROM_STORED'].map((code) => ({ code, placement: placement.ref })),
    ),
  });
}

const webhookImpact = ({ failurePolicy }: CaBundleFact) =>
  failurePolicy === 'Ignore'
    ? 'the webhook is skipped: what it should change or refuse goes through'
    : 'every write that the webhook matches is refused';
const IMPACTS: Record<CaBundleFact['kind'], (fact: CaBundleFact) => string> = {
  MutatingWebhookConfiguration: webhookImpact,
  ValidatingWebhookConfiguration: webhookImpact,
  APIService: () => 'the aggregated API is unavailable; deletion of namespaces waits for it',
  CustomResourceDefinition: () => 'objects of the kind cannot be converted: reads fail too',
};

function fixFor({ kind, name, injectedFrom }: CaBundleFact): Step[] {
  if (injectedFrom) {
    const command = ['kubectl', '-n', 'cert-manager', 'rollout', 'restart', 'deploy/cert-manager-cainjector'];
    return [manualStep('inject', `restart cainjector, which should copy the CA from ${injectedFrom}`, command)];
  }
  if (/^istio/.test(name)) {
    const command = ['kubectl', '-n', 'istio-system', 'rollout', 'restart', 'deploy/istiod'];
    return [manualStep('inject', 'restart the istiod of its revision, which writes the caBundle', command, 'restart')];
  }
  return [
    manualStep('see', 'see who writes the configuration: an operator or a chart', [
      'kubectl',
      'get',
      kind,
      name,
      '-o',
      'yaml',
      '--show-managed-fields',
    ]),
    manualStep('patch', 'put the CA of what is served into the caBundle', ['kubectl', 'edit', kind, name]),
  ];
}
