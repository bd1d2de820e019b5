import type { Diagnosis } from '../model/diagnosis.ts';

/** What of a playbook tells whether it is likely. */
interface Explainable {
  readonly id: string;
  readonly explainedBy: readonly string[];
  readonly causes: readonly { readonly code: string }[];
}

/**
 * Ids of the symptoms that a cluster in this state would show, the likeliest first: those that one of its root causes
 * explains, in the causes' order of rank.
 */
export function likelyPlaybooks(
  { rootCauses, otherCauses }: Diagnosis,
  playbooks: readonly Explainable[],
): readonly string[] {
  const found = [...rootCauses, ...otherCauses].flatMap(({ code }) =>
    playbooks.filter(({ explainedBy, causes }) =>
      [...explainedBy, ...causes.map((cause) => cause.code)].includes(code),
    ),
  );
  return [...new Set(found.map(({ id }) => id))];
}
