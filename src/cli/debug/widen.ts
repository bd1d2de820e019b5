import type { Scope } from '../../io/collect/scope.ts';

/** Addresses stand alone for other commands; a diagnosis looks at the cluster behind them too. */
export async function widen(scope: Scope): Promise<Scope> {
  const isFile = ({ kind }: Scope['targets'][number]) => kind === 'file' || kind === 'kubeconfig';
  return scope.targets.length > 0 && scope.targets.every(isFile) ? scope : { ...scope, cluster: true };
}
