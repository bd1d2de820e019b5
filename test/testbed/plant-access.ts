import { stringify } from 'yaml';
import type { Denial } from '../../src/io/demo/planting/form.ts';
import type { Bed } from './bed.ts';

type Rule = Extract<Denial, { resource: string }>;

const VERBS = ['get', 'list', 'watch'];
const USER = 'planted-user';
const HOME = 'default';
/** Not in discovery's list of names. */
const SUBRESOURCES = ['pods/log', 'pods/portforward', 'pods/exec'];

/**
 * Makes a service account that may read all but what the rules deny, and a kubeconfig for it.
 * @returns the kubeconfig's path, or undefined when nothing of the API is denied
 */
export async function plantAccess(bed: Bed, name: string, denied: readonly Denial[]): Promise<string | undefined> {
  const rules = denied.filter((rule) => 'resource' in rule);
  if (rules.length === 0) return undefined;
  const resources = (await words(bed, ['api-resources', '--verbs=list', '-o', 'name'])).concat(SUBRESOURCES);
  const namespaces = await words(bed, ['get', 'namespaces', '-o', 'jsonpath={.items[*].metadata.name}']);
  const account = { kind: 'ServiceAccount', name: USER, namespace: HOME };
  await bed.apply(
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: USER, namespace: HOME } },
    { ...rbac('ClusterRole', USER), rules: clusterRules(resources, rules) },
    { ...rbac('ClusterRoleBinding', USER), subjects: [account], roleRef: roleRef('ClusterRole') },
    ...namespaces.flatMap((namespace) => {
      const left = namespaceRules(namespace, rules);
      if (left.length === 0) return [];
      return [
        { ...rbac('Role', USER, namespace), rules: left },
        { ...rbac('RoleBinding', USER, namespace), subjects: [account], roleRef: roleRef('Role') },
      ];
    }),
  );
  return writeKubeconfig(bed, name);
}

/** What is denied nowhere, everywhere: RBAC only allows. */
function clusterRules(resources: readonly string[], rules: readonly Rule[]): object[] {
  const allowed = resources.map((full) => {
    const [resource = '', ...group] = full.split('.');
    const access = { resource, group: group.join('.') };
    const verbs = VERBS.filter((verb) => !rules.some((rule) => touches(rule, verb, access)));
    return { apiGroups: [access.group], resources: [resource], verbs };
  });
  return [...allowed.filter(({ verbs }) => verbs.length > 0), { nonResourceURLs: ['*'], verbs: ['get'] }];
}

function touches(rule: Rule, verb: string, { resource, group }: { resource: string; group: string }): boolean {
  const sameVerb = rule.verb === '*' || rule.verb === verb;
  const sameResource = rule.resource === '*' || rule.resource === resource;
  return sameVerb && sameResource && (rule.group === undefined || rule.group === group);
}

/** What a rule for one namespace leaves in the others. */
function namespaceRules(namespace: string, rules: readonly Rule[]): object[] {
  return rules
    .filter((rule) => rule.namespace !== undefined && rule.namespace !== namespace)
    .map(({ resource, group, verb }) => ({
      apiGroups: [group ?? '*'],
      resources: [resource],
      verbs: VERBS.filter((each) => verb === '*' || verb === each),
    }));
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
