import { join } from 'node:path';
import type { Expectation } from './catalogue.ts';

/**
 * What this node is, by what stands in its tree, and so which files it ought to have. Evidence, not hope: a worker has
 * no API server's files, external etcd brings none, and manifests say which kubeconfigs a process reads.
 */
export async function expectationsOf(
  tree: { readonly root: string; readonly folder: string },
  exists: (path: string) => Promise<boolean>,
): Promise<(expectation: Expectation) => Promise<boolean>> {
  const any = async (folder: string, names: readonly string[]) => {
    for (const name of names) if (await exists(join(folder, name))) return true;
    return false;
  };
  const manifest = (name: string) => exists(join(tree.root, 'manifests', `${name}.yaml`));
  const apiServer = await manifest('kube-apiserver');
  const controlPlane = apiServer || (await any(tree.folder, ['apiserver.crt', 'apiserver.key', 'ca.key', 'sa.key']));
  const etcd = apiServer
    ? await manifest('etcd')
    : await any(tree.folder, ['etcd/ca.key', 'etcd/server.crt', 'etcd/server.key', 'etcd/peer.crt']);
  return async (expectation) => {
    if (expectation === 'control-plane') return controlPlane;
    if (expectation === 'stacked-etcd') return controlPlane && etcd;
    return expectation !== 'never' && manifest(expectation.slice('manifest '.length));
  };
}
