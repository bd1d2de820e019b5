import type {
  CertificateMaterial,
  Kubeconfig,
  KubeconfigCluster,
  KubeconfigContext,
  KubeconfigUser,
} from './kubeconfig.ts';

/** kubectl's own connection flags, as they were given. */
export interface KubeFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly cluster?: string;
  readonly user?: string;
  readonly namespace?: string;
  readonly server?: string;
  readonly token?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
  readonly certificateAuthority?: string;
  readonly insecureSkipTlsVerify?: boolean;
  readonly tlsServerName?: string;
  readonly as?: string;
  readonly asGroups?: readonly string[];
  readonly asUid?: string;
}

/** Several kubeconfigs as one. */
export interface MergedKubeconfig {
  readonly currentContext?: string;
  readonly users: ReadonlyMap<string, KubeconfigUser>;
  readonly clusters: ReadonlyMap<string, KubeconfigCluster>;
  readonly contexts: ReadonlyMap<string, KubeconfigContext>;
}

/** What is in force: names are empty where nothing names one. */
export interface Resolution {
  readonly context: string;
  readonly namespace: string;
  readonly cluster: {
    readonly name: string;
    /** Empty: no kubeconfig and no flag names one. */
    readonly server: string;
    readonly ca?: CertificateMaterial;
    readonly insecure: boolean;
    readonly tlsServerName?: string;
    /** The kubeconfig whose entry it is, for what the public facts leave out. */
    readonly path?: string;
  };
  /** `entry` is absent when no kubeconfig entry is used. */
  readonly user: { readonly name: string; readonly entry?: KubeconfigUser };
}

/** The files that kubectl reads: --kubeconfig alone, else the KUBECONFIG list, else the home's. */
export function kubeconfigPaths(
  flag: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  separator: string,
): string[] {
  if (flag) return [flag];
  const listed = (env.KUBECONFIG ?? '').split(separator).filter((path) => path !== '');
  if (listed.length > 0) return [...new Set(listed)];
  const home = env.HOME || env.USERPROFILE;
  return home ? [`${home}/.kube/config`] : [];
}

/**
 * Merges as kubectl does (client-go tools/clientcmd/loader.go): the first file to set a value or a map key wins, an
 * entry of the same name in a later file is ignored as a whole.
 */
export function mergeKubeconfigs(files: readonly Kubeconfig[]): MergedKubeconfig {
  const currentContext = files.find((file) => file.currentContext !== undefined)?.currentContext;
  return {
    ...(currentContext !== undefined && { currentContext }),
    users: firstByName(files.flatMap(({ users }) => users)),
    clusters: firstByName(files.flatMap(({ clusters }) => clusters)),
    contexts: firstByName(files.flatMap(({ contexts }) => contexts)),
  };
}

function firstByName<T extends { readonly name: string }>(entries: readonly T[]): Map<string, T> {
  return new Map(entries.toReversed().map((entry) => [entry.name, entry]));
}

/**
 * Which cluster, user, context and namespace are in force (client-go tools/clientcmd/client_config.go). Returns a
 * sentence instead when a name is asked for that no kubeconfig has.
 */
export function resolveKubeconfig(
  merged: MergedKubeconfig,
  flags: KubeFlags,
): Resolution | { readonly problem: string } {
  const contextName = flags.context || merged.currentContext || '';
  const context = merged.contexts.get(contextName);
  if (!context && contextName !== '') {
    const source = flags.context ? '--context' : 'current-context';
    return { problem: `context ${contextName} (${source}) does not exist; there ${known(merged.contexts)}` };
  }
  const clusterName = flags.cluster || context?.cluster || '';
  const cluster = merged.clusters.get(clusterName);
  if (!cluster && clusterName !== '') {
    const source = flags.cluster ? '--cluster' : `context ${contextName}`;
    return { problem: `cluster ${clusterName} (${source}) does not exist; there ${known(merged.clusters)}` };
  }
  const userName = flags.user || context?.user || '';
  const entry = merged.users.get(userName);
  if (!entry && userName !== '') {
    const source = flags.user ? '--user' : `context ${contextName}`;
    return { problem: `user ${userName} (${source}) does not exist; there ${known(merged.users)}` };
  }
  return {
    context: contextName,
    namespace: flags.namespace || context?.namespace || 'default',
    cluster: overrideCluster(cluster, flags),
    user: { name: userName, ...(entry && { entry }) },
  };
}

/** A sentence about the first name that a flag gives and no kubeconfig has; undefined when all are there. */
export function unknownName(merged: MergedKubeconfig, flags: KubeFlags): string | undefined {
  const names = [
    ['context', flags.context, merged.contexts],
    ['cluster', flags.cluster, merged.clusters],
    ['user', flags.user, merged.users],
  ] as const;
  for (const [kind, name, entries] of names) {
    if (name && !entries.has(name)) return `--${kind} ${name} does not exist; there ${known(entries)}`;
  }
  return undefined;
}

function known(entries: ReadonlyMap<string, unknown>): string {
  const names = [...entries.keys()].sort();
  if (names.length === 0) return 'is none';
  return `${names.length === 1 ? 'is' : 'are'} ${names.slice(0, 10).join(', ')}${names.length > 10 ? ', ...' : ''}`;
}

/**
 * --certificate-authority and --insecure-skip-tls-verify replace CA and verification together; --server takes the
 * entry's tls-server-name away (getCluster in client_config.go).
 */
function overrideCluster(cluster: KubeconfigCluster | undefined, flags: KubeFlags): Resolution['cluster'] {
  const replacesTrust = Boolean(flags.certificateAuthority || flags.insecureSkipTlsVerify);
  const ca = flags.certificateAuthority
    ? { path: flags.certificateAuthority }
    : replacesTrust
      ? undefined
      : cluster?.ca;
  const tlsServerName = flags.tlsServerName || (flags.server ? undefined : cluster?.tlsServerName);
  const insecure = replacesTrust ? flags.insecureSkipTlsVerify === true : cluster?.insecure === true;
  return {
    name: cluster?.name ?? '',
    server: flags.server || cluster?.server || '',
    ...(ca && { ca }),
    insecure,
    ...(tlsServerName && { tlsServerName }),
    ...(cluster && { path: cluster.path }),
  };
}
