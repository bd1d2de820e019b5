import type { CaBundleFact } from '../../model/facts.ts';
import { ref } from '../../model/ref.ts';
import { type Encoded, problemsOf, readEncoded } from './encoded.ts';
import { at, compact, numberOf, recordsOf, textOf } from './json.ts';
import { conditionOf, type Meta, metaOf } from './meta.ts';

/** One place where the API server is told to call and whom to trust there, with the trusted certificates. */
export interface CaBundle {
  readonly fact: CaBundleFact;
  readonly bundle: Encoded;
}

type WebhookKind = 'MutatingWebhookConfiguration' | 'ValidatingWebhookConfiguration';

/** admissionregistration.k8s.io/v1: one for each webhook of the configuration, in its order. */
export function readWebhooks(object: unknown, kind: WebhookKind): CaBundle[] {
  const meta = metaOf(object);
  if (!meta) return [];
  return recordsOf(at(object, 'webhooks')).map((webhook, index) =>
    readClient(webhook.clientConfig, meta, {
      kind,
      name: meta.name,
      index,
      ref: ref.webhook(kind, meta.name, index),
      webhook: textOf(webhook.name),
      failurePolicy: textOf(webhook.failurePolicy) ?? 'Fail',
    }),
  );
}

/** apiregistration.k8s.io/v1; undefined for the groups that the API server serves itself. */
export function readApiService(object: unknown): CaBundle | undefined {
  const meta = metaOf(object);
  if (!meta || textOf(at(object, 'spec', 'service', 'name')) === undefined) return undefined;
  return readClient(at(object, 'spec'), meta, {
    kind: 'APIService',
    name: meta.name,
    ref: ref.apiService(meta.name),
    insecure: at(object, 'spec', 'insecureSkipTLSVerify') === true ? true : undefined,
    available: conditionOf(at(object, 'status'), 'Available'),
  });
}

/** apiextensions.k8s.io/v1; undefined for kinds that no webhook converts. */
export function readConversion(object: unknown): CaBundle | undefined {
  const meta = metaOf(object);
  const conversion = at(object, 'spec', 'conversion');
  if (!meta || at(conversion, 'strategy') !== 'Webhook') return undefined;
  return readClient(at(conversion, 'webhook', 'clientConfig'), meta, {
    kind: 'CustomResourceDefinition',
    name: meta.name,
    ref: ref.crd(meta.name),
  });
}

/** What the three kinds do not share. */
type Own = Pick<CaBundleFact, 'kind' | 'name' | 'ref'> & {
  readonly [K in 'index' | 'webhook' | 'failurePolicy' | 'insecure' | 'available']?: CaBundleFact[K] | undefined;
};

function readClient(client: unknown, meta: Meta, own: Own): CaBundle {
  const bundle = readEncoded(at(client, 'caBundle'));
  const problems = bundleProblems(bundle);
  const fact = compact<CaBundleFact>({
    ...own,
    service: readService(at(client, 'service')),
    url: textOf(at(client, 'url')),
    empty: bundle.kind === 'empty',
    injectedFrom: injectedFrom(meta),
    problems: problems.length > 0 ? problems : undefined,
  });
  return { fact, bundle };
}

function bundleProblems(bundle: Encoded): string[] {
  if (bundle.kind === 'empty') return [];
  if (bundle.kind === 'unreadable') return [`caBundle ${bundle.problem}`];
  if (bundle.kind === 'other') return ['caBundle holds no certificate'];
  const problems = problemsOf(bundle.contents).map((problem) => `caBundle, ${problem}`);
  return bundle.contents.certificates.length === 0 && problems.length === 0
    ? ['caBundle holds no certificate']
    : problems;
}

/** The port defaults to 443 in all three kinds. */
function readService(service: unknown): CaBundleFact['service'] {
  const name = textOf(at(service, 'name'));
  if (name === undefined) return undefined;
  return { namespace: textOf(at(service, 'namespace')) ?? '', name, port: numberOf(at(service, 'port')) ?? 443 };
}

/** cert-manager's cainjector and OpenShift's service CA say in annotations what they copy from. */
const INJECTORS: readonly (readonly [annotation: string, from: (value: string) => string])[] = [
  ['cert-manager.io/inject-ca-from', (value) => `certificate/${value}`],
  ['cert-manager.io/inject-ca-from-secret', (value) => `secret/${value}`],
  ['cert-manager.io/inject-apiserver-ca', () => 'configmap/kube-system/kube-root-ca.crt'],
  ['service.beta.openshift.io/inject-cabundle', () => 'configmap/openshift-service-ca/signing-cabundle'],
];

function injectedFrom({ annotations }: Meta): string | undefined {
  for (const [annotation, from] of INJECTORS) {
    const value = textOf(annotations[annotation]);
    if (value !== undefined && value !== 'false') return from(value);
  }
  return undefined;
}
