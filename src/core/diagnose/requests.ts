import type { ObservationRequest } from '../model/observation.ts';
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
  services: (why: string): ObservationRequest => ({ source: 'services', params: {}, why }),
  endpoints: (why: string): ObservationRequest => ({ source: 'endpoints', params: {}, why }),
} as const;

const COMMANDS: Readonly<Record<string, (params: ObservationRequest['params']) => string>> = {
  events: ({ namespace }) =>
    `kubectl get events ${namespace === undefined ? '-A' : `-n ${namespace}`} --field-selector=type!=Normal`,
  'pod-logs': ({ namespace, pod, container, previous }) =>
    `kubectl logs -n ${namespace} ${pod}${container ? ` -c ${container}` : ''}${previous ? ' --previous' : ''} --tail=${LOG_LINES}`,
  journal: ({ unit }) => `journalctl -u ${unit} -n ${LOG_LINES} --no-pager -o short-iso-precise --utc`,
};

/** The command that a person would type for a request; its source's name where it has none of its own. */
export function requestCommand({ source, params }: ObservationRequest): string {
  return COMMANDS[source]?.(params) ?? source;
}

/** Whether a request was made, whatever came of it. */
export function wasAsked(inventory: Inventory, request: ObservationRequest): boolean {
  const command = COMMANDS[request.source]?.(request.params);
  return inventory.snapshot.coverage.some(
    (one) => one.source === request.source && (command === undefined || one.command === command),
  );
}

/** What tells two requests apart. */
export function requestKey({ source, params }: ObservationRequest): string {
  return JSON.stringify([source, Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
