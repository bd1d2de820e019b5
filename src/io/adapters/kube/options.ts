import type { KubeFlags } from '../../../core/parse/kubeconfig-resolve.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Files } from '../../ports/files.ts';

export interface KubeApiOptions {
  readonly flags: KubeFlags;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly files: Files;
  readonly clock: Clock;
  /** Milliseconds that a credential plugin may take; 0: no limit but the request's own signal. */
  readonly requestTimeout: number;
  /** Gets one entry for each exchange with the server: for `-v`. */
  readonly log?: (entry: RequestLog) => void;
}

/** One exchange, without headers and bodies. */
export interface RequestLog {
  readonly method: string;
  /** With its query, without continue tokens. */
  readonly path: string;
  /** Absent when nothing answered. */
  readonly status?: number;
  readonly error?: string;
  /** Milliseconds. */
  readonly ms: number;
}
