import { stringify } from 'yaml';
import type { Denial } from '../../src/io/demo/planting/form.ts';
import type { Bed } from './bed.ts';

type Rule = Extract<Denial, { resource: string }>;

interface Resource {
  /** Plural. */
  readonly name: string;
  readonly group: string;
}

const VERBS = ['get', 'list', 'watch'];
const USER = 'planted-user';
const HOME = 'default';
/** Not in discovery's list of names. */
const SUBRESOURCES = ['pods/log', 'pods/portforward', 'pods/exec'];
/** Connections are got, and since Kubernetes 1.35 created too. */
const CONNECTIONS: ReadonlySet<string> = new Set(['pods/portforward', 'pods/exec']);

/**
 * Makes a service account that may read all but what the rules deny, and a kubeconfig for it.
 * @returns the kubeconfig's path, or undefined when nothing of the API is denied
 */
export async function plantAccess(bed: Bed, name: string, denied: readonly Denial[]): Promise<string | undefined> {
  const rules = denied.filter((rule) => 'resource' in rule);
  if (rules.length === 0) return undefined;
  const resources = (await words(bed, ['api-resources', '--verbs=list', '-o', 'name'])).concat(SUBRESOURCES).map(split);
  const namespaces = await words(bed, ['get', 'namespaces', '-o', 'jsonpath={.items[*].metadata.name}']);
  const account = { kind: 'ServiceAccount', name: USER, namespace: HOME };
  const everywhere = [...(await grants(bed, resources, rules)), { nonResourceURLs: ['*'], verbs: ['get'] }];
  const objects: object[] = [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: USER, namespace: HOME } },
    { ...rbac('ClusterRole', USER), rules: everywhere },
    { ...rbac('ClusterRoleBinding', USER), subjects: [account], roleRef: roleRef('ClusterRole') },
  ];
  const scoped = resources.filter((resource) => rules.some((rule) => rule.namespace && isAbout(rule, resource)));
  for (const namespace of scoped.length > 0 ? namespaces : []) {
    objects.push({ ...rbac('Role', USER, namespace), rules: await grants(bed, scoped, rules, namespace) });
    objects.push({ ...rbac('RoleBinding', USER, namespace), subjects: [account], roleRef: roleRef('Role') });
  }
  await bed.apply(...objects);
  return writeKubeconfig(bed, name);
}

/** RBAC only allows: what is denied nowhere that counts here. Without a namespace, what is denied nowhere at all. */
async function grants(
  bed: Bed,
  resources: readonly Resource[],
  rules: readonly Rule[],
  namespace?: string,
): Promise<object[]> {
  const made: object[] = [];
  for (const resource of resources) {
    const counting = rules.filter(
      (rule) =>
        isAbout(rule, resource) &&
        (namespace === undefined || rule.namespace === undefined || rule.namespace === namespace),
    );
    const denying = (verb: string) => counting.filter((rule) => rule.verb === '*' || rule.verb === verb);
    const rule = { apiGroups: [resource.group], resources: [resource.name] };
    const all = CONNECTIONS.has(resource.name) ? [...VERBS, 'create'] : VERBS;
    const verbs = all.filter((verb) => denying(verb).length === 0);
    if (verbs.length > 0) made.push({ ...rule, verbs });
    const named = denying('get').map(({ name }) => name);
    const isHere = namespace !== undefined || counting.every((each) => each.namespace === undefined);
    if (named.length === 0 || named.includes(undefined) || !isHere) continue;
    const others = (await namesOf(bed, resource, namespace)).filter((name) => !named.includes(name));
    if (others.length > 0) made.push({ ...rule, resourceNames: others, verbs: ['get'] });
  }
  return made;
}

function isAbout(rule: Rule, { name, group }: Resource): boolean {
  return (rule.resource === '*' || rule.resource === name) && (rule.group === undefined || rule.group === group);
}

function split(full: string): Resource {
  const [name = '', ...group] = full.split('.');
  return { name, group: group.join('.') };
}

function namesOf(bed: Bed, { name, group }: Resource, namespace: string | undefined): Promise<string[]> {
  const kind = [name.split('/')[0], group].filter((part) => part !== '').join('.');
  const scope = namespace === undefined ? [] : ['-n', namespace];
  return words(bed, ['get', kind, ...scope, '-o', 'jsonpath={.items[*].metadata.name}']);
}

async function writeKubeconfig(bed: Bed, name: string): Promise<string> {
  const token = (await bed.kubectl(['-n', HOME, 'create', 'token', USER, '--duration=24h'])).trim();
  const ca = (
    await bed.kubectl(['config', 'view', '--raw', '-o', 'jsonpath={.clusters[0].cluster.certificate-authority-data}'])
  ).trim();
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': USER,
    clusters: [{ name: 'bed', cluster: { server: bed.server, 'certificate-authority-data': ca } }],
    contexts: [{ name: USER, context: { cluster: 'bed', user: USER } }],
    users: [{ name: USER, user: { token } }],
  };
  return bed.write(`planted/${name}-access.conf`, stringify(config));
}

async function words(bed: Bed, args: readonly string[]): Promise<string[]> {
  return (await bed.kubectl(args)).split(/\s+/).filter((word) => word !== '');
}

function rbac(kind: string, name: string, namespace?: string) {
  return { apiVersion: 'rbac.authorization.k8s.io/v1', kind, metadata: { name, ...(namespace && { namespace }) } };
}

function roleRef(kind: string) {
  return { apiGroup: 'rbac.authorization.k8s.io', kind, name: USER };
}
