import type { ObservationRequest } from '../../../core/model/observation.ts';
import type { Source } from '../source.ts';
import { bootstrapTokens } from './bootstrap-tokens.ts';
import { events } from './events.ts';
import { journal } from './journal.ts';
import { podLogs } from './pod-logs.ts';
import { remoteClusters } from './remote-clusters.ts';
import { endpoints, services } from './services.ts';

/** What a diagnosis alone asks for, by the word that its requests use. */
export const EVIDENCE_SOURCES: Readonly<Record<string, (params: ObservationRequest['params']) => Source>> = {
  events: () => events,
  'pod-logs': ({ namespace = '', pod = '', container, previous }) =>
    podLogs({
      namespace,
      pod,
      ...(container !== undefined && { container }),
      ...(previous !== undefined && { previous: true }),
    }),
  journal: ({ unit = '' }) => journal(unit),
  services: () => services,
  endpoints: () => endpoints,
  'bootstrap-tokens': () => bootstrapTokens,
  'remote-clusters': () => remoteClusters,
};
