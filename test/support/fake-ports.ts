import type { Clock } from '../../src/io/ports/clock.ts';
import { PortFailure } from '../../src/io/ports/failure.ts';
import type { Files } from '../../src/io/ports/files.ts';
import type { KubeApi } from '../../src/io/ports/kube-api.ts';
import type { Ports } from '../../src/io/ports/ports.ts';
import type { Processes } from '../../src/io/ports/processes.ts';
import type { Resolver } from '../../src/io/ports/resolver.ts';
import type { TlsDialer } from '../../src/io/ports/tls-dialer.ts';
import type { ToolRunner } from '../../src/io/ports/tool-runner.ts';
import { noPods, quietWatch } from './fake-kube.ts';

/** A moment that every test may call now. */
export const NOW = Date.parse('2026-11-24T12:00:00Z');

const clock: Clock = { now: () => NOW, sleep: async () => {} };

const noFiles: Files = {
  stat: async () => undefined,
  list: async (directory) => {
    throw new PortFailure('absent', `${directory}: no such directory`);
  },
  read: async (path) => {
    throw new PortFailure('absent', `${path}: no such file`);
  },
  replace: async () => {},
};

const noKube: KubeApi = {
  connection: async () => {
    throw new PortFailure('absent', 'no kubeconfig');
  },
  request: async () => {
    throw new PortFailure('absent', 'no kubeconfig');
  },
  watch: quietWatch,
  ...noPods,
};

const noTls: TlsDialer = {
  dial: async ({ address, port }) => {
    throw new PortFailure('unreachable', `${address}:${port}: connection refused`);
  },
};

const noNames: Resolver = {
  addressesOf: async (host) => {
    throw new PortFailure('unreachable', `${host}: no such host: the name does not resolve`, { code: 'ENOTFOUND' });
  },
};

/** Ports that see an empty world; a test replaces those it is about. */
export function fakePorts(parts: Partial<Ports> = {}): Ports {
  const trustStore = { roots: async () => [] };
  const keystores = { open: async () => ({ groups: [], problems: [] }) };
  const tools: ToolRunner = {
    run: async ({ argv }) => {
      throw new PortFailure('absent', `${argv[0]} is not installed or not on PATH`, { code: 'ENOENT' });
    },
  };
  const processes: Processes = { named: async () => [] };
  return {
    clock,
    files: noFiles,
    kube: noKube,
    tls: noTls,
    resolver: noNames,
    trustStore,
    keystores,
    tools,
    processes,
    env: {},
    ...parts,
  };
}
