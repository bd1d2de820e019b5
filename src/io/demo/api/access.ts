import type { Denial } from '../planting/form.ts';
import { forbidden } from './failures.ts';

/** What a request is about, in the words of RBAC. */
export interface Access {
  readonly verb: string;
  readonly group: string;
  /** Plural, with `/SUBRESOURCE` where there is one. */
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
}

/**
 * Refuses what a rule of the incident denies. A rule without namespace denies everywhere; one with a namespace leaves
 * the list of all namespaces alone denied too, since RBAC has no "all but".
 * @throws PortFailure (403) in the words of the API server's authorizer
 */
export function checkAccess(access: Access, denied: readonly Denial[], user: string): void {
  if (!denied.some((rule) => 'resource' in rule && denies(rule, access))) return;
  const { verb, group, resource, namespace, name } = access;
  const what = name === undefined ? resource : `${resource} "${name}"`;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const kind = group === '' ? what : what.replace(resource, `${resource}.${group}`);
  throw forbidden(
    `${kind} is forbidden: User "${user}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`,
  );
}

function denies(rule: Extract<Denial, { resource: string }>, access: Access): boolean {
  const named = rule.name === undefined || rule.name === access.name || access.name === undefined;
  return (
    (rule.verb === '*' || rule.verb === access.verb) &&
    (rule.resource === '*' || rule.resource === access.resource) &&
    (rule.group === undefined || rule.group === access.group) &&
    (rule.namespace === undefined || rule.namespace === access.namespace || access.namespace === undefined) &&
    named
  );
}
