const KUBERNETES = '/etc/kubernetes';

/**
 * The root of the node that a folder of kubeadm belongs to: empty for this machine's own `/etc/kubernetes`, `/mnt` for
 * a disk that is mounted there; undefined for a folder that was copied elsewhere, without its node.
 */
export function nodeRoot(folder: string): string | undefined {
  return folder.endsWith(KUBERNETES) ? folder.slice(0, -KUBERNETES.length) : undefined;
}

/** Where a path of a node is on this machine, when the node's `/etc/kubernetes` is at `folder`. */
export function onThisMachine(path: string, folder: string): string {
  const root = nodeRoot(folder);
  if (root !== undefined) return `${root}${path}`;
  return path.startsWith(`${KUBERNETES}/`) ? `${folder}${path.slice(KUBERNETES.length)}` : path;
}
