import { lookup } from 'node:dns/promises';
import { proxyFor } from '../../core/parse/proxy.ts';
import type { Resolver } from '../ports/resolver.ts';
import { connectFailure, waitFailure } from './tls/failure.ts';

/**
 * The system's own resolver, with its hosts file and its search domains.
 * @param env HTTPS_PROXY and NO_PROXY are read from it, as for handshakes
 */
export function createResolver(env: Readonly<Record<string, string | undefined>>): Resolver {
  return {
    addressesOf: async (host, signal) => {
      if (proxyFor({ protocol: 'https:', host, port: 443 }, env) !== undefined) return [host];
      const found = await Promise.race([lookUp(host), aborted(host, signal)]);
      return [...new Set(found)];
    },
  };
}

async function lookUp(host: string): Promise<string[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch (error) {
    throw connectFailure(host, error);
  }
}

/** The system's call cannot be taken back: it ends by itself, and nobody listens. */
function aborted(host: string, signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = () => reject(waitFailure(host, 'the name server does not answer', signal));
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}
