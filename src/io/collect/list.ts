/** One list of the Kubernetes API. */
export interface ListOptions {
  /** API group; empty for the core group. */
  readonly group: string;
  /** Versions to try in turn while the server says 404, the preferred one first. */
  readonly versions: readonly string[];
  /** Plural name: `secrets`. */
  readonly resource: string;
  /** False for cluster-wide kinds. */
  readonly namespaced: boolean;
  /** Instead of the scope's; empty: all namespaces, falling back to the context's. */
  readonly namespaces?: readonly string[];
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Asks for metadata alone: names, labels, annotations and owners, no content. */
  readonly metadataOnly?: true;
  /** Objects to ask for with the next page, at most 500; for kinds whose objects may be huge. */
  readonly pageSize?: () => number;
  /** What cannot be said when the list fails. */
  readonly unknown: string;
}

/** An object of the API as it streams by. Collectors project it and let it go. */
export interface KubeObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly creationTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly {
      readonly kind: string;
      readonly name: string;
      readonly controller?: boolean;
    }[];
  };
}

/** Path of a list; without a namespace it spans all of them. */
export function listPath({ group, resource }: ListOptions, version: string, namespace?: string): string {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  return namespace === undefined
    ? `${root}/${resource}`
    : `${root}/namespaces/${encodeURIComponent(namespace)}/${resource}`;
}

/** The kubectl command that asks the same. */
export function listCommand(options: ListOptions, namespace?: string): string {
  const where = namespace === undefined ? ['-A'] : ['-n', namespace];
  return [
    'kubectl get',
    resourceName(options),
    ...(options.namespaced ? where : []),
    ...(options.labelSelector ? ['-l', quote(options.labelSelector)] : []),
    ...(options.fieldSelector ? [`--field-selector=${quote(options.fieldSelector)}`] : []),
  ].join(' ');
}

/** `secrets`, `certificates.cert-manager.io`. */
export function resourceName({ group, resource }: ListOptions): string {
  return group === '' ? resource : `${resource}.${group}`;
}

function quote(text: string): string {
  return /^[\w./=,-]+$/.test(text) ? text : `'${text}'`;
}
