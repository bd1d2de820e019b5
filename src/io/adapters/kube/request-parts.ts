import type { OutgoingHttpHeaders } from 'node:http';
import type { KubeRequest } from '../../ports/kube-api.ts';
import type { Answer } from './exchange.ts';
/** A request as it is sent. */
export interface Asked extends Omit<KubeRequest, 'query'> {
  readonly query?: Query;
  /** Events of a watch would wait in the packer for more. */
  readonly packed?: boolean;
  /** Headers that ask for another protocol. */
  readonly upgrade?: OutgoingHttpHeaders;
}

/** Parameters that may come several times need the second form. */
type Query = Readonly<Record<string, string>> | URLSearchParams;

export function addressOf(server: URL): { host: string; port: number } {
  const host = server.hostname.replace(/^\[|\]$/g, '');
  return { host, port: Number(server.port) || (server.protocol === 'https:' ? 443 : 80) };
}

/** A server behind a path, as Rancher's are, keeps it. */
export function urlOf(server: URL, path: string, query: Query): URL {
  const url = new URL(server);
  url.pathname = `${server.pathname.replace(/\/+$/, '')}${path}`;
  url.search = new URLSearchParams(query as Record<string, string>).toString();
  return url;
}

export function podPath(namespace: string, pod: string, part: string): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/${part}`;
}

export function loggedPath({ path, query = {} }: Asked): string {
  const shown = new URLSearchParams(query as Record<string, string>);
  shown.delete('continue');
  return shown.size === 0 ? path : `${path}?${shown}`;
}

export function bodyOf({ headers, text }: Answer): unknown {
  if (!/\bjson\b/.test(headers['content-type'] ?? '')) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
