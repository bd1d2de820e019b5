import { isIP } from 'node:net';
import { createContext, type Host } from '../../src/context.ts';
import type { Snapshot } from '../../src/core/model/snapshot.ts';
import { fold } from '../../src/core/snapshot/fold.ts';
import { collect } from '../../src/io/collect/run.ts';
import type { Scope } from '../../src/io/collect/scope.ts';
import { SOURCES } from '../../src/io/collect/sources.ts';
import { demoResolver } from '../../src/io/demo/resolver.ts';
import type { Context } from '../../src/io/ports/context.ts';
import { PortFailure } from '../../src/io/ports/failure.ts';
import type { Ports } from '../../src/io/ports/ports.ts';
import type { TlsDialer } from '../../src/io/ports/tls-dialer.ts';
import { scopeOf } from '../support/scope.ts';
import type { Planted } from './plant.ts';
import type { Resolved } from './plant-servers.ts';

const KUBECONFIG = '/root/.kube/config';
/** Milliseconds that each wait for an answer may take. */
const PATIENCE = 10_000;

/** What the program's own collectors see of all layers. */
export async function look(ports: Ports, parts: Partial<Scope>): Promise<Snapshot> {
  const scope = scopeOf({ layers: ['cluster', 'ingress', 'mesh', 'none'], ...parts });
  const signal = new AbortController().signal;
  const observations = await collect({ sources: SOURCES, ports, scope, timeout: PATIENCE, signal });
  return fold(observations, {
    takenAt: new Date(ports.clock.now()).toISOString(),
    tool: { name: 'test', version: '0' },
    scope: { namespaces: [], layers: scope.layers, targets: [] },
  });
}

/** This process with an environment of its own, and one context, since each listens to the streams. */
const host = Object.create(process, { env: { value: { ...process.env } } }) as Host & { env: NodeJS.ProcessEnv };
let context: Context | undefined;

/** The program's real ports, with the planted PATH. Files that are denied are so for a process of its own only. */
export function realPorts({
  kubeconfig,
  path = process.env.PATH ?? '',
}: Pick<Planted, 'kubeconfig' | 'path'>): Promise<Ports> {
  context ??= createContext(host);
  host.env.PATH = path;
  return context.openPorts({ flags: { kubeconfig }, requestTimeout: PATIENCE, verbosity: 0 });
}

/** @param parts beside what leads to the planted kubeconfig and files */
export async function lookAtBed(planted: Planted, parts: Partial<Scope>): Promise<Snapshot> {
  const { kubeconfig, pkiDir, caFile = '/none', resolve } = planted;
  const given = pkiDir === undefined ? {} : { pkiDir, pkiDirGiven: true };
  const ports = await realPorts(planted);
  const leading = { tls: leadingDialer(ports.tls, resolve), resolver: demoResolver(planted.incident.servers ?? []) };
  return look({ ...ports, ...leading }, { kubeconfig, ...given, caFile, ...parts });
}

/** The bed's own loopback addresses. */
const OF_A_BED = /^127\.1\./;

/**
 * Real handshakes with what is planted, by the addresses of the story: on this machine's network those are nobody's, or
 * somebody else's.
 */
function leadingDialer(real: TlsDialer, resolve: readonly Resolved[]): TlsDialer {
  return {
    dial: async (target) => {
      // What comes by the API server, as a Pod's forwarded port does, is led there already.
      if (target.through !== undefined) return real.dial(target);
      const { proxy, ...direct } = target;
      const { address, port } = target;
      const planted = resolve.find((each) => each.host === address && each.port === port);
      if (planted) return { ...(await real.dial({ ...direct, address: planted.address })), address };
      if (proxy !== undefined || OF_A_BED.test(address)) return real.dial(target);
      const message = `${address}:${port}: connection refused: nothing is planted there`;
      throw new PortFailure('unreachable', message, { code: 'ECONNREFUSED' });
    },
  };
}

/**
 * Gives a ref of the bed the name that it has in the demo: addresses and paths that stand for planted ones are called
 * by those. An address that was dialled without a name is the first one planted there.
 */
export function asPlanted({ incident, kubeconfig, resolve, root }: Planted): (ref: string) => string {
  return (ref) => {
    const [, host, port, sni = ''] = /^tls:\/\/([\d.]+):(\d+)(#.*)?$/.exec(ref) ?? [];
    const stands = resolve
      .filter((each) => each.address === host && each.port === Number(port))
      .find((each) => (sni === '' ? isIP(each.host) !== 0 : `#${each.host}` === sni));
    if (stands) return `tls://${stands.host}:${port}${sni}`;
    return ref.replace(kubeconfig, incident.env?.KUBECONFIG ?? KUBECONFIG).replace(root, '');
  };
}
