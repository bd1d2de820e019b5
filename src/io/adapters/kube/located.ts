import type { Resolution } from '../../../core/parse/kubeconfig-resolve.ts';
import type { ClusterSecrets, UserSecrets } from '../../../core/parse/kubeconfig-secrets.ts';

/** The cluster and user in force, with their secrets. Never leaves the adapter. */
export interface Located {
  readonly resolution: Resolution;
  readonly server: URL;
  readonly user: UserSecrets;
  readonly cluster: ClusterSecrets;
  /** File of a service account's token. */
  readonly tokenFile?: string;
}
