import { badRequest } from './failures.ts';

/** What a path below group and version names. */
export interface ResourcePath {
  readonly apiVersion: string;
  readonly plural: string;
  readonly namespace?: string;
  readonly name?: string;
  /** Subresource. */
  readonly part?: string;
}

/** The group and version of `/api/v1/...` or `/apis/GROUP/VERSION/...`, and what follows. */
export function splitVersion(path: readonly string[]): {
  readonly apiVersion: string;
  readonly rest: readonly string[];
} {
  return path[0] === 'api'
    ? { apiVersion: path[1] ?? '', rest: path.slice(2) }
    : { apiVersion: `${path[1]}/${path[2]}`, rest: path.slice(3) };
}

/** What follows group and version; `namespaces/NAME` is a Namespace itself. @throws PortFailure (400) */
export function readPath(apiVersion: string, rest: readonly string[]): ResourcePath {
  const [first = '', second, third] = rest;
  const scoped = first === 'namespaces' && third !== undefined;
  const [plural = '', name, part, more] = scoped ? rest.slice(2) : [first, second, third, rest[3]];
  if (more !== undefined) throw badRequest(`the path has parts after the subresource ${part}`);
  return {
    apiVersion,
    plural,
    ...(scoped && { namespace: second ?? '' }),
    ...(name !== undefined && { name: decodeURIComponent(name) }),
    ...(part !== undefined && { part }),
  };
}
