import type { Diagnosis } from '../model/diagnosis.ts';
import type { Layer } from '../model/layer.ts';

/** What of a playbook tells whether it is likely. */
interface Explainable {
  readonly id: string;
  readonly layer: Layer;
  readonly explainedBy: readonly string[];
  readonly causes: readonly { readonly code: string }[];
}

/**
 * Ids of the symptoms that a cluster in this state would show, the likeliest first: those of a root cause's
 * layer that it explains, in the causes' order of rank.
 */
export function likelyPlaybooks(
  { rootCauses, otherCauses }: Diagnosis,
  playbooks: readonly Explainable[],
): readonly string[] {
  const found = [...rootCauses, ...otherCauses].flatMap(({ code, layer }) =>
    playbooks.filter(
      (one) => one.layer === layer && [...one.explainedBy, ...one.causes.map((cause) => cause.code)].includes(code),
    ),
  );
  return [...new Set(found.map(({ id }) => id))];
}
