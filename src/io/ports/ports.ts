import type { Clock } from './clock.ts';
import type { Files } from './files.ts';
import type { Keystores } from './keystores.ts';
import type { KubeApi } from './kube-api.ts';
import type { Processes } from './processes.ts';
import type { Resolver } from './resolver.ts';
import type { TlsDialer } from './tls-dialer.ts';
import type { ToolRunner } from './tool-runner.ts';
import type { TrustStore } from './trust-store.ts';
import type { Workshop } from './workshop.ts';

/** An incident that somebody plays through. */
export interface Story {
  readonly id: string;
  readonly title: string;
  /** The text that a person sees. */
  readonly symptom: string;
  /** What ought to be found: codes and objects, where they are known, else sentences. */
  readonly answers: readonly { readonly code?: string; readonly object?: string; readonly sentence?: string }[];
}

/** What collectors read the world through. The demo implements all of them in process. */
export interface Ports {
  readonly clock: Clock;
  readonly files: Files;
  readonly kube: KubeApi;
  readonly tls: TlsDialer;
  readonly resolver: Resolver;
  readonly trustStore: TrustStore;
  readonly keystores: Keystores;
  readonly tools: ToolRunner;
  readonly processes: Processes;
  /** Where changes go and are written down; absent: the real machine's. */
  readonly workshop?: Workshop;
  /** What a drill is about; absent: the real world. */
  readonly story?: Story;
  /** Environment variables that name files: KUBECONFIG, HOME. */
  readonly env: Readonly<Record<string, string | undefined>>;
}
