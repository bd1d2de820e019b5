/** The three certificate layers of a cluster, and `none` for loose files and addresses outside any cluster. */
export const LAYERS = ['cluster', 'ingress', 'mesh', 'none'] as const;
export type Layer = (typeof LAYERS)[number];

export function isLayer(word: string): word is Layer {
  return (LAYERS as readonly string[]).includes(word);
}
