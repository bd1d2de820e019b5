import type { IssuerCredentialFact, IssuerFact } from '../../../core/model/facts.ts';
import { ref } from '../../../core/model/ref.ts';
import { credentialState } from '../../../core/parse/kube/credential-state.ts';
import { at, textOf } from '../../../core/parse/kube/json.ts';
import { clusterResourceNamespace } from '../../../core/snapshot/cert-manager/namespace.ts';
import { PortFailure } from '../../ports/failure.ts';
import { asksCluster, factsIn } from '../cluster-source.ts';
import type { CollectContext, Source } from '../source.ts';

/** Requests at a time. */
const PARALLEL = 4;
const UNKNOWN = 'whether the Secrets that issuers name are there and hold what is asked of them';

type Named = Omit<IssuerCredentialFact, 'state' | 'elsewhere'>;

/**
 * Whether the Secrets with an issuer's credentials are where cert-manager looks for them: an Issuer's beside it, a
 * ClusterIssuer's in one namespace for all. Nothing of a value is kept but whether it is there.
 */
export const issuerCredentials: Source = {
  id: 'issuer-credentials',
  layer: 'ingress',
  title: 'Secrets with the credentials of issuers',
  needs: [
    { kind: 'rbac', group: '', resource: 'secrets', verb: 'get' },
    { kind: 'rbac', group: '', resource: 'secrets', verb: 'list' },
  ],
  after: ['issuers', 'controllers', 'cabundles'],
  inScope: asksCluster('ingress'),
  command: 'kubectl get secret NAME -n NAMESPACE',
  unknown: UNKNOWN,
  collect: async (context) => {
    const named = await namedByIssuers(context);
    if (named.length === 0) return;
    const reading = context.begin({ command: commandOf(named), unknown: UNKNOWN });
    const failures: PortFailure[] = [];
    const queue = named.values();
    const work = async () => {
      for (const credential of queue) {
        const found = await look(context, credential);
        if (found instanceof PortFailure) failures.push(found);
        else reading.fact('issuerCredential', found);
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
    const [first] = failures;
    if (!first) reading.complete();
    else
      reading.end(
        failures.length === named.length ? first.state : 'partial',
        `${failures.length} of ${named.length} Secrets of issuers could not be read: ${first.message}`,
      );
  },
};

async function namedByIssuers(context: CollectContext): Promise<Named[]> {
  const [issuers, controllers, bundles] = await Promise.all([
    context.from('issuers'),
    context.from('controllers'),
    context.from('cabundles'),
  ]);
  const shared = clusterResourceNamespace(factsIn(controllers, 'controller'), factsIn(bundles, 'caBundle'));
  const all = factsIn(issuers, 'issuer').flatMap((issuer) => credentialsOf(issuer, shared));
  const { namespaces } = context.scope;
  return all.filter(
    ({ namespace }) => namespaces.length === 0 || namespaces.includes(namespace) || namespace === shared,
  );
}

function credentialsOf({ kind, namespace, name, credentials = [] }: IssuerFact, shared: string): Named[] {
  return credentials.map((credential) => ({
    ...credential,
    issuer: ref.object(kind, name, namespace),
    namespace: namespace ?? shared,
  }));
}

async function look(context: CollectContext, credential: Named): Promise<IssuerCredentialFact | PortFailure> {
  const { ports, signal, answered } = context;
  const [namespace, name] = [credential.namespace, credential.name].map(encodeURIComponent);
  try {
    const { body } = await ports.kube.request({ path: `/api/v1/namespaces/${namespace}/secrets/${name}`, signal });
    answered();
    return { ...credential, state: credentialState(body, credential.key) };
  } catch (error) {
    if (signal.aborted || !(error instanceof PortFailure)) throw error;
    if (error.state !== 'absent') return error;
    answered();
    const elsewhere = await namespacesWith(context, credential);
    return { ...credential, state: 'secret-missing', ...(elsewhere.length > 0 && { elsewhere }) };
  }
}

/** Namespaces that have a Secret of this name: metadata alone is asked for; none where that may not be listed. */
async function namespacesWith({ ports, signal }: CollectContext, { name }: Named): Promise<string[]> {
  try {
    const { body } = await ports.kube.request({
      path: '/api/v1/secrets',
      query: { fieldSelector: `metadata.name=${name}`, limit: '20' },
      accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json',
      signal,
    });
    const items = at(body, 'items');
    return Array.isArray(items) ? items.flatMap((item) => textOf(at(item, 'metadata', 'namespace')) ?? []) : [];
  } catch (error) {
    if (signal.aborted || !(error instanceof PortFailure)) throw error;
    return [];
  }
}

const MOST_COMMANDS = 3;

function commandOf(named: readonly Named[]): string {
  const commands = [...new Set(named.map(({ namespace, name }) => `kubectl get secret ${name} -n ${namespace}`))];
  return [...commands.slice(0, MOST_COMMANDS), ...(commands.length > MOST_COMMANDS ? ['...'] : [])].join('; ');
}
