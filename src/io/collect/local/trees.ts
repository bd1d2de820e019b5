import type { Source } from '../source.ts';
import { KUBELET_TREE, kubeadmTree, OTHER_TREES } from './catalogue.ts';
import { treeSource } from './tree.ts';

const DEFAULT_ROOT = '/etc/kubernetes';

/** kubeadm's tree: `--pki-dir`, else where kubeadm puts it. */
export const kubeadmFiles: Source = treeSource(kubeadmTree(DEFAULT_ROOT), {
  tree: ({ pkiDir }) => kubeadmTree(pkiDir.replace(/(?<=.)\/+$/, '')),
  sayAbsent: true,
  inScope: ({ cluster }) => cluster,
});

/** The kubelet's own folder, which is not part of a tree that was given. */
export const kubeletFiles: Source = treeSource(KUBELET_TREE, {
  tree: () => KUBELET_TREE,
  sayAbsent: true,
  inScope: ({ cluster, pkiDirGiven }) => cluster && !pkiDirGiven,
});

/** Other distributions' trees, where they exist. */
export const otherTrees: readonly Source[] = OTHER_TREES.map((tree) =>
  treeSource(tree, {
    tree: () => tree,
    sayAbsent: false,
    inScope: ({ cluster, pkiDirGiven }) => cluster && !pkiDirGiven,
  }),
);
