import type { RenewalWords } from '../../app/renew-plan.ts';
import { unique } from '../../core/parse/kube/json.ts';
import type { Scope } from '../../io/collect/scope.ts';
import { PortFailure } from '../../io/ports/failure.ts';
import type { Ports } from '../../io/ports/ports.ts';

export interface RenewalScope {
  readonly words: RenewalWords;
  readonly allNamespaces: boolean;
  readonly fromSnapshot: boolean;
  readonly refresh: readonly string[];
}

/**
 * What a plan needs to see: always the node and the cluster, also for a TARGET that is a file; the context's namespace,
 * as kubectl has it; for managers' names nothing but their layer.
 */
export async function renewalScope(scope: Scope, ports: Ports, options: RenewalScope): Promise<Scope> {
  const { words, refresh } = options;
  const onlyNames = words.names.length > 0 && !words.all && words.targets.length === 0;
  const copies = refresh.map((path) => ({ kind: 'kubeconfig', text: path, path, ref: `kubeconfig:${path}` }) as const);
  return {
    ...scope,
    cluster: true,
    ...(onlyNames && { layers: ['cluster'] as const }),
    namespaces: await namespacesOf(scope, ports, options),
    targets: [...scope.targets, ...copies],
  };
}

/** The namespace in force, and those that TARGETs name themselves. */
async function namespacesOf(scope: Scope, ports: Ports, options: RenewalScope): Promise<readonly string[]> {
  if (options.allNamespaces || options.fromSnapshot) return scope.namespaces;
  const named = scope.targets.flatMap((target) => (target.kind === 'object' ? (target.namespace ?? []) : []));
  if (scope.namespaces.length > 0) return unique([...scope.namespaces, ...named]);
  try {
    return unique([(await ports.kube.connection()).namespace, ...named]);
  } catch (error) {
    if (error instanceof PortFailure) return named;
    throw error;
  }
}
