import { type KubeFlags, kubeconfigPaths } from '../../core/parse/kubeconfig-resolve.ts';
import type { Clock } from '../ports/clock.ts';
import { PortFailure } from '../ports/failure.ts';
import type { Keystores } from '../ports/keystores.ts';
import type { Ports, Story } from '../ports/ports.ts';
import { DemoKubeApi } from './api/kube-api.ts';
import { ObjectStore } from './api/store.ts';
import { CertManager } from './cert-manager/controller.ts';
import { DemoClient } from './client.ts';
import { DemoDialer } from './dialer.ts';
import { DemoFiles } from './files.ts';
import { enter } from './gate.ts';
import { builtInIncident } from './incidents/catalogue.ts';
import type { Incident } from './planting/form.ts';
import { extendIncident } from './planting/merge.ts';
import { momentOf } from './planting/moment.ts';
import { DemoProcesses } from './processes.ts';
import { demoResolver } from './resolver.ts';
import { Servers } from './servers.ts';
import { DemoSystemd } from './systemd.ts';
import { DemoTools } from './tools.ts';
import { demoWorkshop } from './workshop.ts';
import { createWorld } from './world/world.ts';

export interface DemoOptions {
  /** One of the demo's own by id, or one that was read from a file. Default: the demo cluster. */
  readonly incident?: string | Incident;
  /** Milliseconds since the epoch; an incident that states its own now has that. */
  readonly now: number;
  readonly flags?: KubeFlags;
  /** Opens planted keystores: they are bytes, as anywhere else. Default: none can be opened. */
  readonly keystores?: Keystores;
}

const NO_KEYSTORES: Keystores = {
  open: async () => Promise.reject(new PortFailure('partial', 'is a keystore, and nothing here opens one')),
};

/**
 * Ports onto a cluster in process: the same collectors run on it as on a real one. No network, no files; keys and
 * certificates are made when they are first read.
 * @throws UserError (exit 64) for an incident that the demo does not have
 */
export async function demoPorts({
  incident = 'demo',
  now,
  flags = {},
  keystores = NO_KEYSTORES,
}: DemoOptions): Promise<Ports> {
  const planted = withKubeconfig(typeof incident === 'string' ? builtInIncident(incident) : incident);
  const world = createWorld(planted, planted.now === undefined ? now : momentOf(planted.now, now));
  const env = environmentOf(planted);
  const files = new DemoFiles(world);
  const servers = new Servers(world);
  const client = new DemoClient({ files, env, flags });
  const processes = new DemoProcesses(world, files);
  const store = new ObjectStore(world);
  void new CertManager(world, store).run();
  return {
    clock: stoppedClock(world.now),
    files,
    kube: new DemoKubeApi({
      world,
      store,
      servers,
      connection: () => client.connection(),
      enter: (signal) => enter({ world, servers, client }, signal),
    }),
    tls: new DemoDialer(world, servers, files),
    resolver: demoResolver(planted.servers ?? []),
    trustStore: { roots: async () => world.factory.chain(planted.trusted ?? []) },
    keystores,
    tools: new DemoTools({ world, files, processes, systemd: new DemoSystemd(files) }),
    processes,
    workshop: demoWorkshop(files, processes),
    story: storyOf(planted),
    env,
  };
}

function storyOf({ id, title, symptom, expect }: Incident): Story {
  const causes = [expect?.rootCause ?? []].flat();
  return {
    id,
    title,
    symptom: symptom === 'none' ? '' : symptom,
    answers: causes.map((cause) => (typeof cause === 'string' ? { sentence: cause } : cause)),
  };
}

function environmentOf({ env }: Incident): Readonly<Record<string, string>> {
  return { HOME: '/root', ...env };
}

/** Whoever plants no kubeconfig wants an API server that is in order. */
function withKubeconfig(incident: Incident): Incident {
  const paths = kubeconfigPaths(undefined, environmentOf(incident), ':');
  const isPlanted = paths.some((path) => incident.files?.[path] !== undefined);
  return isPlanted ? incident : extendIncident(builtInIncident('bare'), incident);
}

/** Milliseconds. What a short wait is for has happened already: nothing in the demo takes its time. */
const SHORT = 1000;

/** Always the same moment, so that what is shown does not depend on how long it took. */
function stoppedClock(now: number): Clock {
  return { now: () => now, sleep: (ms, signal) => (ms <= SHORT ? turn(signal) : realSleep(ms, signal)) };
}

async function turn(signal?: AbortSignal): Promise<void> {
  await new Promise(setImmediate);
  signal?.throwIfAborted();
}

function realSleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', abort, { once: true });
  });
}
