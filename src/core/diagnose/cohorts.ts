import { managerInfo } from '../model/manager.ts';
import { manualStep, type Step } from '../model/step.ts';
import type { Inventory } from '../snapshot/inventory.ts';
import { count } from '../view/text.ts';
import type { Root } from './rank.ts';

/** Codes that strike all certificates of one making at once. */
const TOGETHER: ReadonlySet<string> = new Set(['CERT_EXPIRED', 'CERT_NOT_YET_VALID']);
/** Milliseconds between the ends of certificates that were made together. */
const SPREAD = 3_600_000;

/**
 * Certificates of one manager that were made together end together, and those that a CA signed are left behind together
 * when it is replaced: that is one cause, not ten. The first one speaks for all, and tells of the others.
 */
export function joinCohorts(roots: readonly Root[], inventory: Inventory): Root[] {
  const joined: { root: Root; others: Root[]; cohort: Cohort | undefined }[] = [];
  for (const root of roots) {
    const cohort = cohortOf(root, inventory);
    const known = cohort && joined.find((one) => one.cohort && isSame(one.cohort, cohort));
    if (known) known.others.push(root);
    else joined.push({ root, others: [], cohort });
  }
  return joined.map(({ root, others, cohort }) => (others.length > 0 && cohort ? tellOf(root, others, cohort) : root));
}

interface Cohort {
  readonly code: string;
  readonly manager: Parameters<typeof managerInfo>[0];
  /** When it ends, for what ends together; ms since the epoch. */
  readonly end?: number;
  /** Who signed, for what was left behind together. */
  readonly issuer?: string;
}

function cohortOf({ candidate: { code, object } }: Root, inventory: Inventory): Cohort | undefined {
  const { placement, leaf } = inventory.placement(object) ?? {};
  if (!placement || !leaf) return undefined;
  const { manager } = placement;
  if (code === 'ISSUER_REPLACED') return { code, manager, issuer: leaf.issuer };
  if (!TOGETHER.has(code) || manager === 'unknown' || manager === 'person') return undefined;
  return { code, manager, end: leaf.notAfter };
}

function isSame(a: Cohort, b: Cohort): boolean {
  const together = a.end === undefined || b.end === undefined || Math.abs(a.end - b.end) <= SPREAD;
  return a.code === b.code && a.manager === b.manager && a.issuer === b.issuer && together;
}

function tellOf(root: Root, others: readonly Root[], { manager, end }: Cohort): Root {
  const { candidate } = root;
  const objects = others.map((one) => one.candidate.object);
  const also = [...new Set([...candidate.also, ...objects, ...others.flatMap((one) => one.candidate.also)])];
  const { title, renew } = managerInfo(manager);
  const all: Step = manualStep(
    'others',
    `then the others ${end === undefined ? 'of the same CA' : 'that ended with it'}, in the same way (${renew})`,
    manager === 'kubeadm' ? ['kubeadm', 'certs', 'renew', 'all'] : [],
    manager === 'kubeadm' ? 'restart' : 'none',
  );
  return {
    ...root,
    candidate: {
      ...candidate,
      also,
      message: `${candidate.message}; with it ${end === undefined ? 'were left behind' : 'ended'} ${count(others.length, 'more certificate')} of ${title}: ${shown(objects)}`,
      evidence: [...candidate.evidence, ...others.flatMap((one) => one.candidate.evidence.slice(0, 1))].slice(
        0,
        MOST_EVIDENCE,
      ),
      fix: [...candidate.fix, all],
    },
  };
}

const MOST_EVIDENCE = 12;
const SHOWN = 4;

function shown(objects: readonly string[]): string {
  const rest = objects.length - SHOWN;
  return objects.slice(0, SHOWN).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
