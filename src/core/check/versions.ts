import type { Inventory } from '../snapshot/inventory.ts';

/** The minor version of the cluster (29 of v1.29.4+k3s1), by its API server, else by the newest kubelet. */
export function minorVersion(inventory: Inventory): number | undefined {
  const server = inventory.facts('cluster').flatMap(({ version }) => minorOf(version) ?? []);
  const kubelets = inventory.facts('node').flatMap(({ version }) => minorOf(version) ?? []);
  return server[0] ?? (kubelets.length > 0 ? Math.max(...kubelets) : undefined);
}

function minorOf(version: string | undefined): number | undefined {
  const minor = /^v?1\.(\d+)/.exec(version ?? '')?.[1];
  return minor === undefined ? undefined : Number(minor);
}
