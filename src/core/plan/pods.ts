import type { ServedEndpoint } from '../model/facts.ts';

/** A static Pod that holds renewed files, as a step's params carry it. */
export interface HeldPod {
  readonly component: string;
  /** Path of its manifest. */
  readonly manifest: string;
  /** Every file that its flags name: they tell its processes from another control plane's on this machine. */
  readonly files: readonly string[];
  /** Renewed files that it keeps in memory and shows nobody: the start of its process tells. */
  readonly read: readonly string[];
  /** Where it serves; `file` only where that was renewed. */
  readonly endpoints: readonly ServedEndpoint[];
}

export function printPods(pods: readonly HeldPod[]): string {
  return JSON.stringify(pods);
}

/** @throws SyntaxError for params that no plan of this program has */
export function readPods(text: string | undefined): readonly HeldPod[] {
  return JSON.parse(text ?? '[]') as HeldPod[];
}
