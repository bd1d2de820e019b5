import { isMap, isSeq, parseDocument, type YAMLMap } from 'yaml';

export interface MergeOptions {
  /** Text of the kubeconfig that has what is new; its current context names the user. */
  readonly source: string;
  /** Text of the kubeconfig that is brought up to date. */
  readonly target: string;
  /** Name of the user in it. */
  readonly user: string;
}

const CREDENTIALS = ['client-certificate-data', 'client-key-data'] as const;
const CA = 'certificate-authority-data';

/**
 * The target's text with the source's client certificate and key for one user, and its CA for the clusters that this
 * user's contexts name. Comments, order and every other entry stay. Undefined when either lacks what is needed.
 */
export function mergeUser({ source, target, user }: MergeOptions): string | undefined {
  const from = parseDocument(source);
  const to = parseDocument(target);
  const context = entry(from.get('contexts'), String(from.get('current-context') ?? ''), 'context');
  const renewed = entry(from.get('users'), String(context?.get('user') ?? ''), 'user');
  const ca = entry(from.get('clusters'), String(context?.get('cluster') ?? ''), 'cluster')?.get(CA);
  const stale = entry(to.get('users'), user, 'user');
  if (!renewed || !stale || CREDENTIALS.some((field) => typeof renewed.get(field) !== 'string')) return undefined;
  for (const field of CREDENTIALS) {
    stale.set(field, renewed.get(field));
    stale.delete(field.replace(/-data$/, ''));
  }
  for (const name of clustersOf(to.get('contexts'), user)) {
    const cluster = entry(to.get('clusters'), name, 'cluster');
    if (cluster?.has(CA) && typeof ca === 'string') cluster.set(CA, ca);
  }
  return to.toString({ lineWidth: 0 });
}

/** The named entry of a kubeconfig's list: `{name, user: {...}}`. */
function entry(list: unknown, name: string, field: string): YAMLMap | undefined {
  if (!isSeq(list)) return undefined;
  const found = list.items.find((item) => isMap(item) && item.get('name') === name);
  const value = isMap(found) ? found.get(field) : undefined;
  return isMap(value) ? value : undefined;
}

function clustersOf(contexts: unknown, user: string): string[] {
  if (!isSeq(contexts)) return [];
  return contexts.items.flatMap((item) => {
    const context = isMap(item) ? item.get('context') : undefined;
    return isMap(context) && context.get('user') === user ? [String(context.get('cluster'))] : [];
  });
}
