import { basename, delimiter, dirname } from 'node:path';
import type { ManagerId } from '../../../core/model/manager.ts';
import type { RoleId } from '../../../core/model/role.ts';
import { managerFor } from '../../../core/parse/distribution.ts';
import { parseKubeconfig } from '../../../core/parse/kubeconfig.ts';
import { kubeconfigPaths } from '../../../core/parse/kubeconfig-resolve.ts';
import { KUBECONFIG_ROLES } from '../local/catalogue.ts';
import { judgeFailure } from '../run.ts';
import type { CollectContext, Source } from '../source.ts';
import { placeKubeconfig } from './kubeconfig-entries.ts';

/** Bytes. */
const MAX_KUBECONFIG = 16 << 20;
const UNKNOWN = 'its client certificates and CA bundles';

/** Client certificates and CA bundles of every user and cluster of the user's kubeconfigs. */
export const kubeconfig: Source = {
  id: 'kubeconfig',
  layer: 'cluster',
  title: 'kubeconfig',
  needs: [{ kind: 'file', path: '$KUBECONFIG or ~/.kube/config' }],
  inScope: ({ layers, cluster, targets }) =>
    (layers.includes('cluster') && cluster) || targets.some(({ kind }) => kind === 'kubeconfig'),
  command: 'kubectl config view',
  unknown: UNKNOWN,
  collect: async (context) => {
    for (const path of pathsOf(context)) await readFile(context, path);
  },
};

function pathsOf({ scope, ports }: CollectContext): string[] {
  const targets = scope.targets.flatMap((target) => (target.kind === 'kubeconfig' ? [target.path] : []));
  const listed = scope.cluster ? kubeconfigPaths(scope.kubeconfig, ports.env, delimiter) : [];
  return [...new Set([...listed, ...targets])];
}

/** One reading for each file, so that one that is not there or malformed says so by itself. */
async function readFile({ begin, ports, scope, answered }: CollectContext, path: string): Promise<void> {
  const reading = begin({ command: `kubectl config view --kubeconfig=${path}`, unknown: `${UNKNOWN} (${path})` });
  try {
    const bytes = await ports.files.read(path, MAX_KUBECONFIG);
    answered();
    const parsed = parseKubeconfig(Buffer.from(bytes).toString('utf8'), path);
    const problems = await placeKubeconfig({
      files: ports.files,
      reading,
      kubeconfig: parsed,
      ...ownerOf(path, scope.pkiDir),
    });
    if (problems.length === 0) return reading.complete();
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
    reading.end('partial', `${path}: ${problems[0]}${more}`);
  } catch (error) {
    const { state, reason } = judgeFailure(error);
    reading.end(state, reason);
  }
}

/**
 * What the users of a kubeconfig do and who renews them, by where it lies: kubeadm's own keep their part when somebody
 * uses one as their own.
 */
export function ownerOf(path: string, pkiDir: string): { readonly role: RoleId; readonly manager: ManagerId } {
  const role = dirname(path) === pkiDir.replace(/\/+$/, '') ? KUBECONFIG_ROLES[basename(path)] : undefined;
  return role ? { role, manager: managerFor('kubeadm', role) } : { role: 'user-client', manager: 'person' };
}
