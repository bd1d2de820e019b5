import { parseAddress } from '../x509/general-name.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for a connection, as kubectl chooses it: a cluster's own `proxy-url` always, else HTTPS_PROXY or
 * HTTP_PROXY unless NO_PROXY names the host (golang.org/x/net/http/httpproxy, which knows networks in CIDR form and
 * never sends loopback through a proxy). Undefined: none.
 */
export function proxyFor(
  server: { readonly protocol: string; readonly host: string; readonly port: number },
  env: Env,
  proxyUrl?: string,
): string | undefined {
  if (proxyUrl) return withScheme(proxyUrl);
  const proxy = server.protocol === 'https:' ? env.HTTPS_PROXY || env.https_proxy : env.HTTP_PROXY || env.http_proxy;
  if (!proxy || !usesProxy(server.host, server.port, env.NO_PROXY || env.no_proxy || '')) return undefined;
  return withScheme(proxy);
}

function withScheme(proxy: string): string {
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

function usesProxy(host: string, port: number, noProxy: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  const address = parseAddress(name);
  if (name === 'localhost' || (address && isLoopback(address))) return false;
  return !noProxy
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .some((entry) => entry !== '' && (entry === '*' || matches(entry, { name, address, port })));
}

function isLoopback(address: Uint8Array): boolean {
  return address.length === 4 ? address[0] === 127 : address.every((byte, index) => byte === (index === 15 ? 1 : 0));
}

interface Peer {
  readonly name: string;
  readonly address: Uint8Array | undefined;
  readonly port: number;
}

/** A network, an address or a domain, the latter two with a port or without. `.x` and `*.x` are subdomains only. */
function matches(entry: string, { name, address, port }: Peer): boolean {
  const [network, prefix] = entry.split('/');
  if (prefix !== undefined) return address !== undefined && inNetwork(address, parseAddress(network!), Number(prefix));
  const { host, port: wanted } = splitPort(entry);
  if (wanted !== undefined && wanted !== port) return false;
  const only = parseAddress(host);
  if (only) return address !== undefined && inNetwork(address, only, only.length * 8);
  const domain = host.replace(/^\*?\./, '');
  return name.endsWith(`.${domain}`) || (domain === host && name === host);
}

function splitPort(entry: string): { host: string; port?: number } {
  const found = /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(entry);
  if (!found) return { host: entry.replace(/^\[|\]$/g, '') };
  return { host: found[1] ?? found[2]!, port: Number(found[3]) };
}

function inNetwork(address: Uint8Array, network: Uint8Array | undefined, bits: number): boolean {
  if (network?.length !== address.length || !(bits >= 0 && bits <= network.length * 8)) return false;
  return network.every((byte, index) => {
    const kept = Math.min(8, Math.max(0, bits - index * 8));
    const mask = 0xff00 >> kept;
    return (byte & mask & 0xff) === (address[index]! & mask & 0xff);
  });
}
