/** What every API server serves, whether or not there are objects: kinds by group and version. */
const BUILT_IN: Readonly<Record<string, string>> = {
  v1: 'Node Namespace PersistentVolume ConfigMap Endpoints Event PersistentVolumeClaim Pod ReplicationController Secret Service ServiceAccount',
  'apps/v1': 'ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet',
  'batch/v1': 'CronJob Job',
  'networking.k8s.io/v1': 'IngressClass Ingress NetworkPolicy',
  'admissionregistration.k8s.io/v1': 'MutatingWebhookConfiguration ValidatingWebhookConfiguration',
  'apiregistration.k8s.io/v1': 'APIService',
  'apiextensions.k8s.io/v1': 'CustomResourceDefinition',
  'certificates.k8s.io/v1': 'CertificateSigningRequest',
  'coordination.k8s.io/v1': 'Lease',
  'discovery.k8s.io/v1': 'EndpointSlice',
  'events.k8s.io/v1': 'Event',
  'policy/v1': 'PodDisruptionBudget',
  'rbac.authorization.k8s.io/v1': 'ClusterRole ClusterRoleBinding Role RoleBinding',
};

/** Built-in kinds that belong to no namespace. */
const CLUSTER_SCOPED: ReadonlySet<string> = new Set([
  'Node',
  'Namespace',
  'PersistentVolume',
  'IngressClass',
  'MutatingWebhookConfiguration',
  'ValidatingWebhookConfiguration',
  'APIService',
  'CustomResourceDefinition',
  'CertificateSigningRequest',
  'ClusterRole',
  'ClusterRoleBinding',
]);

export interface Resource {
  /** `v1`, `apps/v1`. */
  readonly apiVersion: string;
  readonly kind: string;
  /** Lower-case plural, as in paths. */
  readonly plural: string;
  readonly namespaced: boolean;
  readonly builtIn: boolean;
}

export const BUILT_IN_RESOURCES: readonly Resource[] = Object.entries(BUILT_IN).flatMap(([apiVersion, kinds]) =>
  kinds.split(' ').map((kind) => ({
    apiVersion,
    kind,
    plural: pluralOf(kind),
    namespaced: !CLUSTER_SCOPED.has(kind),
    builtIn: true,
  })),
);

/** The plural that a kind's resource has by custom: `Ingress` ingresses, `NetworkPolicy` networkpolicies. */
export function pluralOf(kind: string): string {
  const word = kind.toLowerCase();
  if (word === 'endpoints') return word;
  if (/(s|x|ch|sh)$/.test(word)) return `${word}es`;
  return /[^aeiou]y$/.test(word) ? `${word.slice(0, -1)}ies` : `${word}s`;
}

/** The group of an apiVersion; empty for the core's. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}
