import type { Layer } from '../../core/model/layer.ts';
import type { ProbeAddress, ResolveRule, Target } from '../../core/model/target.ts';

/** What one run looks at: made once from flags, the same for every source. */
export interface Scope {
  readonly layers: readonly Layer[];
  /** Empty: all namespaces, falling back to the context's when that is denied. */
  readonly namespaces: readonly string[];
  /** Label selector for Secrets and the objects that name them. */
  readonly selector?: string;
  readonly targets: readonly Target[];
  readonly probes: readonly ProbeAddress[];
  readonly resolve: readonly ResolveRule[];
  readonly pkiDir: string;
  /** When `--pki-dir` was given, the kubelet's own folder is not read. */
  readonly pkiDirGiven: boolean;
  readonly allSecrets: boolean;
  /** `--all`: every proxy of a mesh is asked, not a sample. */
  readonly all: boolean;
  /** `--ca`: file of extra trust anchors. */
  readonly caFile?: string;
  /** `--host`: the name that is checked, and SNI of a probe that names none. */
  readonly host?: string;
  /** `--kubeconfig`, else KUBECONFIG and the home's. */
  readonly kubeconfig?: string;
  /** False when every TARGET is a file, a folder or an address: no cluster is asked. */
  readonly cluster: boolean;
}
