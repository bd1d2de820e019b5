import { parseAddress } from '../../core/x509/general-name.ts';
import { PortFailure } from '../ports/failure.ts';
import type { Resolver } from '../ports/resolver.ts';
import type { PlantedServer } from './planting/form.ts';

/**
 * Names as the planted servers have them: a name leads to the addresses that its server is dialled by, to itself where
 * it has none, and one that no server has leads nowhere.
 */
export function demoResolver(servers: readonly PlantedServer[]): Resolver {
  return {
    addressesOf: async (host) => {
      const hosts = servers.map(({ listen }) => listen.map(hostOf)).filter((names) => names.includes(host));
      if (hosts.length === 0) throw unknown(host);
      const addresses = hosts.flat().filter((each) => parseAddress(each));
      return addresses.length > 0 ? [...new Set(addresses)] : [host];
    },
  };
}

function hostOf(listen: string): string {
  return listen.slice(0, listen.lastIndexOf(':')).replace(/^\[|\]$/g, '');
}

function unknown(host: string): PortFailure {
  return new PortFailure('unreachable', `${host}: no such host: the name does not resolve`, { code: 'ENOTFOUND' });
}
