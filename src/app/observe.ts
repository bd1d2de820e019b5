import { LAYERS } from '../core/model/layer.ts';
import type { Observation, ObservationRequest } from '../core/model/observation.ts';
import { fold } from '../core/snapshot/fold.ts';
import { type Inventory, takeInventory } from '../core/snapshot/inventory.ts';
import { kubeconfig } from '../io/collect/cluster/kubeconfig.ts';
import { nodes } from '../io/collect/cluster/nodes.ts';
import { EVIDENCE_SOURCES } from '../io/collect/evidence/catalogue.ts';
import { probes } from '../io/collect/handshake/probes.ts';
import { certificates } from '../io/collect/ingress/certificates.ts';
import { secrets } from '../io/collect/ingress/secrets.ts';
import { processes } from '../io/collect/local/processes.ts';
import { staticPods } from '../io/collect/local/static-pods.ts';
import { targets } from '../io/collect/local/targets.ts';
import { kubeadmFiles } from '../io/collect/local/trees.ts';
import { collect } from '../io/collect/run.ts';
import type { Scope } from '../io/collect/scope.ts';
import type { Source } from '../io/collect/source.ts';
import type { Ports } from '../io/ports/ports.ts';

/** Sources that can be asked for by themselves, and what its params change in the scope. */
interface Requestable {
  readonly sources: (params: ObservationRequest['params']) => readonly Source[];
  readonly scope: (params: ObservationRequest['params']) => Partial<Scope>;
}

/** What a verification or a diagnosis may ask for, by the word that requests use. A new one is one line here. */
const REQUESTABLE: Readonly<Record<string, Requestable>> = {
  ...Object.fromEntries(
    Object.entries(EVIDENCE_SOURCES).map(([word, sourceOf]) => [
      word,
      {
        sources: (params: ObservationRequest['params']) => [sourceOf(params)],
        scope: ({ namespace }: ObservationRequest['params']) =>
          namespace === undefined ? {} : { namespaces: [namespace] },
      },
    ]),
  ),
  'kubeadm-files': {
    sources: () => [kubeadmFiles],
    scope: ({ folder }) => ({ ...(folder !== undefined && { pkiDir: folder }) }),
  },
  'static-pods': {
    sources: () => [staticPods],
    scope: ({ folder }) => ({ ...(folder !== undefined && { pkiDir: folder }) }),
  },
  processes: { sources: () => [processes], scope: () => ({}) },
  nodes: { sources: () => [nodes], scope: () => ({}) },
  kubeconfig: {
    sources: () => [kubeconfig],
    scope: ({ path }) => ({ ...(path !== undefined && { kubeconfig: path }) }),
  },
  secrets: {
    sources: () => [certificates, secrets],
    scope: ({ namespace }) => ({
      layers: LAYERS.filter((layer) => layer !== 'none'),
      ...(namespace !== undefined && { namespaces: [namespace] }),
    }),
  },
  handshake: {
    sources: () => [probes],
    scope: ({ address = '', port, sni }) => ({
      probes: [{ scheme: 'tls', host: address, port: Number(port), ...(sni !== undefined && { sni }) }],
    }),
  },
  file: {
    sources: () => [targets],
    scope: ({ path = '' }) => ({ targets: [{ kind: 'file', text: path, path }] }),
  },
};

export interface ObserveOptions {
  readonly ports: Ports;
  /** What the run looks at; requests narrow it. */
  readonly scope: Scope;
  /** Milliseconds that each wait for an answer may take; 0: no limit. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  readonly tool: { readonly name: string; readonly version: string };
}

/**
 * Reads what is requested, and nothing else, at this moment.
 * @throws Error for a source that nobody may ask for: a fault of the plan's maker
 */
export async function observe(options: ObserveOptions, requests: readonly ObservationRequest[]): Promise<Inventory> {
  const observations: Observation[] = [];
  for (const request of requests) observations.push(...(await observeOne(options, request)));
  const takenAt = new Date(options.ports.clock.now()).toISOString();
  const scope = { namespaces: [], layers: options.scope.layers, targets: [] };
  return takeInventory(fold(observations, { takenAt, tool: options.tool, scope }));
}

/**
 * What one request brings.
 * @throws Error for a source that nobody may ask for; the signal's reason
 */
export async function observeOne(
  { ports, scope, timeout, signal }: Omit<ObserveOptions, 'tool'>,
  request: ObservationRequest,
) {
  const requestable = REQUESTABLE[request.source];
  if (!requestable) throw new Error(`nothing can be observed by the name ${request.source}`);
  const narrowed: Scope = { ...scope, targets: [], probes: [], cluster: true, ...requestable.scope(request.params) };
  return collect({ sources: requestable.sources(request.params), ports, scope: narrowed, timeout, signal });
}
