import type { Clock } from '../ports/clock.ts';
import type { FileChanges } from '../ports/file-changes.ts';
import type { Files } from '../ports/files.ts';
import type { KubeApi } from '../ports/kube-api.ts';
import type { Processes } from '../ports/processes.ts';
import type { TlsDialer } from '../ports/tls-dialer.ts';
import type { ToolRunner } from '../ports/tool-runner.ts';

/** What handlers change the world through. */
export interface ApplyPorts {
  readonly files: Files;
  readonly changes: FileChanges;
  readonly tools: ToolRunner;
  readonly processes: Processes;
  readonly tls: TlsDialer;
  readonly kube: KubeApi;
  readonly clock: Clock;
  /** Folder of backups and of what was moved aside. */
  readonly stateDir: string;
}
