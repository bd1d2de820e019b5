import type { ExternalIssuerFact, IssuerReference } from '../../../core/model/facts.ts';
import { at, compact, recordsOf, textOf } from '../../../core/parse/kube/json.ts';
import { conditionOf } from '../../../core/parse/kube/meta.ts';
import { issuerRef } from '../../../core/snapshot/links.ts';
import { PortFailure } from '../../ports/failure.ts';
import { asksCluster, factsIn } from '../cluster-source.ts';
import type { CollectContext, Source } from '../source.ts';

/** Requests at a time, and issuers at most: they are few where there are any. */
const PARALLEL = 4;
const MOST = 100;
const UNKNOWN = 'whether issuers of other groups are there and ready';

/** Kinds of cert-manager's documentation, External issuers; others are found by what the API server serves. */
const KNOWN: readonly (readonly [group: string, ...resources: string[]])[] = [
  ['awspca.cert-manager.io', 'awspcaissuers', 'awspcaclusterissuers'],
  ['cas-issuer.jetstack.io', 'googlecasissuers', 'googlecasclusterissuers'],
  ['certmanager.step.sm', 'stepissuers', 'stepclusterissuers'],
  ['cert-manager.k8s.cloudflare.com', 'originissuers', 'clusteroriginissuers'],
];

/** An issuer that something names, of the namespace of what names it. */
interface Named extends IssuerReference {
  readonly namespace: string;
}

/** Issuers of other groups that Certificates and requests name: whether they are there, and what they say of themselves. */
export const externalIssuers: Source = {
  id: 'external-issuers',
  layer: 'ingress',
  title: 'issuers of other groups',
  needs: KNOWN.flatMap(([group, ...resources]) =>
    resources.map((resource) => ({ kind: 'rbac', group, resource, verb: 'get' }) as const),
  ),
  after: ['certificates', 'certificaterequests'],
  inScope: asksCluster('ingress'),
  command: 'kubectl get KIND.GROUP NAME -n NAMESPACE -o yaml',
  unknown: UNKNOWN,
  collect: async (context) => {
    const named = await namedIssuers(context);
    if (named.length === 0) return;
    const reading = context.begin({ command: commandOf(named), unknown: UNKNOWN });
    const served = new ServedKinds(context);
    const failures: string[] = [];
    const queue = named.values();
    const work = async () => {
      for (const issuer of queue) {
        const fact = await look(context, served, issuer);
        reading.fact('externalIssuer', fact);
        if (fact.state === 'unread') failures.push(fact.reason ?? '');
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
    if (failures.length === 0) reading.complete();
    else reading.end('partial', `${failures.length} of ${named.length} could not be read: ${failures[0]}`);
  },
};

async function namedIssuers(context: CollectContext): Promise<Named[]> {
  const [certificates, requests] = await Promise.all([
    context.from('certificates'),
    context.from('certificaterequests'),
  ]);
  const all = [...factsIn(certificates, 'certificate'), ...factsIn(requests, 'certificateRequest')];
  const others = all
    .map(({ issuer, namespace }) => ({ ...issuer, namespace }))
    .filter(({ group, name }) => group !== 'cert-manager.io' && name !== '');
  const unique = new Map(others.map((one) => [issuerRef(one, one.namespace), one]));
  return [...unique.values()].slice(0, MOST);
}

function commandOf([first]: readonly Named[]): string {
  return first
    ? `kubectl get ${first.kind.toLowerCase()}.${first.group} ${first.name} -n ${first.namespace} -o yaml`
    : '';
}

interface ServedKind {
  /** `/apis/GROUP/VERSION`. */
  readonly root: string;
  readonly resource: string;
  readonly namespaced: boolean;
}

/** What the API server serves of a group, each asked once. */
class ServedKinds {
  readonly #context: CollectContext;
  readonly #answers = new Map<string, Promise<unknown>>();

  constructor(context: CollectContext) {
    this.#context = context;
  }

  /** Undefined: it is not served. @throws PortFailure where the server does not say */
  async find({ group, kind }: IssuerReference): Promise<ServedKind | undefined> {
    const groups = recordsOf(at(await this.#ask('/apis'), 'groups'));
    const found = groups.find(({ name }) => name === group);
    const version = textOf(at(found, 'preferredVersion', 'version'));
    if (version === undefined) return undefined;
    const root = `/apis/${encodeURIComponent(group)}/${encodeURIComponent(version)}`;
    const resources = recordsOf(at(await this.#ask(root), 'resources'));
    const one = resources.find((each) => each.kind === kind && !String(each.name).includes('/'));
    const resource = textOf(one?.name);
    return resource === undefined ? undefined : { root, resource, namespaced: one?.namespaced === true };
  }

  #ask(path: string): Promise<unknown> {
    const { ports, signal } = this.#context;
    const asked = this.#answers.get(path) ?? ports.kube.request({ path, signal }).then(({ body }) => body);
    this.#answers.set(path, asked);
    return asked;
  }
}

async function look(context: CollectContext, served: ServedKinds, named: Named): Promise<ExternalIssuerFact> {
  const { kind, group, name, namespace } = named;
  const reference = { kind, group, name };
  try {
    const type = await served.find(named);
    const unserved = `the server does not serve ${kind} of ${group}`;
    if (!type) return { ...reference, namespace, state: 'missing', reason: unserved };
    const within = type.namespaced ? `/namespaces/${encodeURIComponent(namespace)}` : '';
    const found = await get(context, `${type.root}${within}/${type.resource}/${encodeURIComponent(name)}`);
    context.answered();
    return compact<ExternalIssuerFact>({
      ...reference,
      namespace: type.namespaced ? namespace : undefined,
      state: found === undefined ? 'missing' : 'found',
      reason: found === undefined ? 'does not exist' : undefined,
      ready: conditionOf(at(found, 'status'), 'Ready'),
    });
  } catch (error) {
    if (context.signal.aborted || !(error instanceof PortFailure)) throw error;
    return { ...reference, namespace, state: 'unread', reason: error.message };
  }
}

/** Undefined where there is no such object. */
async function get({ ports, signal }: CollectContext, path: string): Promise<unknown> {
  try {
    return (await ports.kube.request({ path, signal })).body;
  } catch (error) {
    if (error instanceof PortFailure && error.state === 'absent') return undefined;
    throw error;
  }
}
