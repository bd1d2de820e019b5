/** What a step may do to a running cluster. */
export type Risk = 'none' | 'restart' | 'outage';

/**
 * One step of a fix or a plan. A fix in a finding is a list of steps of kind `manual`, which a person runs; a plan's
 * steps have handlers. Params carry hashes and resourceVersions, never secrets.
 */
export interface Step {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  /** argv; empty where there is nothing to type. */
  readonly command: readonly string[];
  readonly risk: Risk;
  readonly params?: Readonly<Record<string, string>>;
  readonly after?: readonly string[];
}

/** A step that a person runs. `id` is unique within its list. */
export function manualStep(id: string, title: string, command: readonly string[] = [], risk: Risk = 'none'): Step {
  return { id, kind: 'manual', title, command, risk };
}

/** `kubectl -n NAMESPACE edit KIND NAME` */
export function kubectlEdit(kind: string, name: string, namespace: string): string[] {
  return ['kubectl', '-n', namespace, 'edit', kind, name];
}
