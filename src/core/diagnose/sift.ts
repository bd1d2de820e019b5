import { ISSUANCE_CODES } from '../check/implied-causes.ts';
import type { StepContext } from './playbook.ts';
import type { Root } from './rank.ts';

/** What became of the roots. */
export interface Sifted {
  readonly causes: readonly Root[];
  /** What explains the symptom and is no certificate's fault. */
  readonly others: readonly Root[];
  /** True, and not the cause. */
  readonly misleading: readonly Root[];
}

/** Most causes that are shown: a cluster may have many faults, an outage has few. */
const MOST = 8;

/**
 * A root that fits the symptom and what it is about is a cause. One that is broken and either fits or is named is
 * another fault, which may stand beside it and comes after it; a mere warning is no cause of anything else.
 */
export function sift(roots: readonly Root[], { reading }: StepContext): Sifted {
  const isCause = ({ relevance, critical, candidate }: Root) => {
    if (!reading.given) return critical;
    if (!critical && HARMLESS_UNTIL_IT_ENDS.has(candidate.code)) return false;
    return relevance >= 3 || (relevance > 0 && critical && candidate.decisive);
  };
  const certain = roots.filter(isCause);
  const likely = certain.length > 0 || reading.understood ? certain : roots.filter(fails);
  const others = likely.filter(({ candidate, relevance }) => !candidate.fault && relevance >= 3);
  const faults = likely.filter(({ candidate }) => candidate.fault);
  const explained = others[0];
  const causes = explained ? faults.filter((root) => outweighs(root, explained)) : faults;
  const shown = causes.slice(0, MOST);
  return {
    causes: shown,
    others,
    misleading: roots.filter((root) => !shown.includes(root) && !others.includes(root) && root.candidate.fault),
  };
}

/** What is behind does its work until it has ended, which is then a finding of its own below it. */
const HARMLESS_UNTIL_IT_ENDS: ReadonlySet<string> = new Set(['STALE_COPY']);

/**
 * Warnings of what somebody is refused for, or waits for, today; the others are about what is to come. Clients refuse an
 * incomplete chain unless they were given what is not at hand.
 */
const FAILS: ReadonlySet<string> = new Set([
  ...ISSUANCE_CODES,
  'CHAIN_INCOMPLETE',
  'ISSUER_REPLACED',
  'CLOCK_SKEW',
  'SERVED_DIFFERS_FROM_STORED',
  'REPLICAS_DIFFER',
  'ENDPOINTS_DIFFER',
  'KUBELET_SILENT',
  'KUBELET_CONF_EMBEDDED',
  'API_SERVICE_UNAVAILABLE',
  'CA_DRIFT',
  'CSR_PENDING',
  'CSR_DENIED',
  'CSR_NOT_ISSUED',
  'PROXY_TRUST_STALE',
  'AMBIENT_IDENTITY_MISSING',
  'NAMESPACE_ROOT_STALE',
  'BAD_DATA',
]);

function fails({ candidate }: Root): boolean {
  return FAILS.has(candidate.code);
}

/** A fault of certificates stands beside another explanation only where it fits as closely. */
function outweighs(root: Root, explained: Root): boolean {
  return root.relevance >= explained.relevance && (root.candidate.decisive || !explained.candidate.decisive);
}
