import type { ProbeAddress } from '../../../core/model/target.ts';
import { parseAddress } from '../../../core/x509/general-name.ts';
import type { Scope } from '../scope.ts';
import type { Source } from '../source.ts';
import { eachOf } from './parallel.ts';
import { servedAt } from './served.ts';
import { prepareShake, type ShakePlan } from './shake.ts';

/** Handshakes that are made at the same time. */
const PARALLEL = 32;

/** Schemes that HTTP may be spoken in: the others have a protocol of their own that would take a GET for noise. */
const HTTP_SCHEMES: ReadonlySet<string> = new Set(['tls', 'https']);

/** What `--probe`, `host:port`, URLs and host names as targets serve. */
export const probes: Source = {
  id: 'probes',
  layer: 'none',
  title: 'addresses to probe',
  needs: [{ kind: 'port', port: 'each probed address' }],
  inScope: (scope) => probesOf(scope).length > 0,
  command: 'openssl s_client -connect HOST:PORT -servername NAME -showcerts',
  unknown: 'what the probed addresses serve',
  collect: async (context) => {
    const wanted = probesOf(context.scope).map((probe) => prepareShake(context, planOf(probe, context.scope)));
    await eachOf(PARALLEL, wanted, (make) => make());
  },
};

/** In the order of the command line, each once. A wildcard is no address. */
function probesOf({ probes: given, targets }: Scope): ProbeAddress[] {
  const named = targets.flatMap((target): ProbeAddress[] => {
    if (target.kind === 'address') return [target.address];
    if (target.kind !== 'host' || target.host.startsWith('*')) return [];
    return [{ scheme: 'https', host: target.host, port: 443, ...(!parseAddress(target.host) && { sni: target.host }) }];
  });
  const all = [...given, ...named];
  return all.filter((probe, index) => all.findIndex((other) => isSame(probe, other)) === index);
}

function isSame(a: ProbeAddress, b: ProbeAddress): boolean {
  return a.scheme === b.scheme && a.host === b.host && a.port === b.port && a.sni === b.sni;
}

function planOf({ scheme, host, port, sni }: ProbeAddress, scope: Scope): ShakePlan {
  // Addresses are never sent as names (RFC 6066, section 3).
  const name = sni ?? scope.host ?? (parseAddress(host.replace(/%.*$/, '')) ? undefined : host);
  return {
    dial: {
      address: host,
      port,
      scheme,
      ...(name !== undefined && { sni: name }),
      ...(HTTP_SCHEMES.has(scheme) && { get: '/' }),
    },
    unknown: `what ${host}:${port} serves`,
    judge: (chain) => servedAt(host, port, chain),
  };
}
