import type { Coverage } from '../model/coverage.ts';
import type { ObservationRequest } from '../model/observation.ts';
import { ref, refBase } from '../model/ref.ts';
import type { Inventory } from '../snapshot/inventory.ts';

/** Lines of a log that are read, from its end. */
export const LOG_LINES = 200;

/** The log of a container. `previous`: of the one before its last restart. */
export interface LogParams {
  readonly namespace: string;
  readonly pod: string;
  readonly container?: string;
  readonly previous?: boolean;
}

/** Requests that steps make, and the commands by which their readings are recognised. */
export const want = {
  /** Warnings that controllers and kubelets recorded; in all namespaces without one. */
  events: (why: string, namespace?: string): ObservationRequest => ({
    source: 'events',
    params: namespace === undefined ? {} : { namespace },
    why,
  }),
  podLog: ({ namespace, pod, container, previous = false }: LogParams, why: string): ObservationRequest => ({
    source: 'pod-logs',
    params: { namespace, pod, ...(container !== undefined && { container }), ...(previous && { previous: 'true' }) },
    why,
  }),
  /** What systemd kept of a unit of this machine. */
  journal: (unit: string, why: string): ObservationRequest => ({ source: 'journal', params: { unit }, why }),
  /** What an address serves for a name. */
  handshake: (
    { address, port, sni }: { readonly address: string; readonly port: number; readonly sni?: string },
    why: string,
  ): ObservationRequest => ({
    source: 'handshake',
    params: { address, port: String(port), ...(sni !== undefined && { sni }) },
    why,
  }),
  /** A file of this machine that nothing else reads. */
  file: (path: string, why: string): ObservationRequest => ({ source: 'file', params: { path }, why }),
  services: (why: string): ObservationRequest => ({ source: 'services', params: {}, why }),
  endpoints: (why: string): ObservationRequest => ({ source: 'endpoints', params: {}, why }),
  remoteClusters: (why: string): ObservationRequest => ({ source: 'remote-clusters', params: {}, why }),
  bootstrapTokens: (why: string): ObservationRequest => ({ source: 'bootstrap-tokens', params: {}, why }),
} as const;

const COMMANDS: Readonly<Record<string, (params: ObservationRequest['params']) => string>> = {
  events: ({ namespace }) =>
    `kubectl get events ${namespace === undefined ? '-A' : `-n ${namespace}`} --field-selector='type!=Normal'`,
  'pod-logs': ({ namespace, pod, container, previous }) =>
    `kubectl logs -n ${namespace} ${pod}${container ? ` -c ${container}` : ''}${previous ? ' --previous' : ''} --tail=${LOG_LINES}`,
  journal: ({ unit }) => `journalctl -u ${unit} -n ${LOG_LINES} --no-pager -o short-iso-precise --utc`,
};

/** Requests that the readings of another source answer, by what they leave. */
const ANSWERED_BY: Readonly<Record<string, (inventory: Inventory, params: ObservationRequest['params']) => boolean>> = {
  handshake: ({ snapshot }, { address = '', port, sni }) => {
    const start = ref.tls(address, Number(port), sni);
    const asked = snapshot.coverage.some((one) =>
      isOfHandshake(one, { address, port: `${port}`, ...(sni && { sni }) }),
    );
    return (
      asked ||
      snapshot.handshakes.some((one) => one.ref === start) ||
      snapshot.placements.some((one) => one.ref === start)
    );
  },
  file: ({ snapshot }, { path = '' }) =>
    snapshot.placements.some((one) => refBase(one.ref) === ref.file(path)) ||
    snapshot.coverage.some(({ command }) => command.endsWith(` ${path}`)),
};

/** The command that a person would type for a request; its source's name where it has none of its own. */
export function requestCommand({ source, params }: ObservationRequest): string {
  return COMMANDS[source]?.(params) ?? source;
}

/** Readings that a request led to, or that answer it. */
export function readingsFor({ snapshot }: Inventory, request: ObservationRequest): Coverage[] {
  const { source, params } = request;
  if (source === 'handshake') return snapshot.coverage.filter((one) => isOfHandshake(one, params));
  if (ANSWERED_BY[source]) return [];
  const command = COMMANDS[source]?.(params);
  return snapshot.coverage.filter((one) => one.source === source && (command === undefined || one.command === command));
}

function isOfHandshake({ command }: Coverage, { address, port, sni }: ObservationRequest['params']): boolean {
  return command.includes(` ${address}:${port} `) && (!sni || command.includes(sni));
}

/** Whether a request was made, whatever came of it. */
export function wasAsked(inventory: Inventory, request: ObservationRequest): boolean {
  const answered = ANSWERED_BY[request.source];
  return answered ? answered(inventory, request.params) : readingsFor(inventory, request).length > 0;
}

/** What tells two requests apart. */
export function requestKey({ source, params }: ObservationRequest): string {
  return JSON.stringify([source, Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
