import { join } from 'node:path';
import { managerFor } from '../../../core/parse/distribution.ts';
import { KUBELET_TREE, kubeadmTree, OTHER_TREES } from './catalogue.ts';
import type { Part } from './place-file.ts';

/** A file of nobody's tree. */
export const LOOSE: Part = { layer: 'none', role: 'file', manager: 'person' };

/** What a file is by where it lies, when it is named by itself: a known file of some tree, else a loose one. */
export function partAt(path: string, pkiDir: string): Part {
  for (const { root, folders, files, distribution } of [kubeadmTree(pkiDir), KUBELET_TREE, ...OTHER_TREES]) {
    const known = files.find((file) => folders.some((folder) => join(root, folder, file.path) === path));
    if (known) return { layer: 'cluster', role: known.role, manager: managerFor(distribution, known.role) };
  }
  return LOOSE;
}
