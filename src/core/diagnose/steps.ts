import type { Finding } from '../model/finding.ts';
import { refBase, refKind } from '../model/ref.ts';
import type { RoleId } from '../model/role.ts';
import type { Judgement, PlaybookStep, StepContext } from './playbook.ts';
import type { Saying } from './sayings.ts';

export interface FindingsStep {
  readonly id: string;
  readonly question: string;
  readonly command: string;
  readonly codes: readonly string[];
  /** Roles of the placements; empty: any. */
  readonly roles?: readonly RoleId[];
  /** Kinds of refs. */
  readonly kinds?: readonly string[];
  readonly sources: readonly string[];
}

/**
 * A step that `check` answers: its findings of these codes at placements of these roles are the answer, and stand as
 * candidates of their own already.
 */
export function findingsStep({
  id,
  question,
  command,
  codes,
  roles = [],
  kinds = [],
  sources,
}: FindingsStep): PlaybookStep {
  return {
    id,
    question,
    command: () => command,
    sources,
    finds: (context) => findingsOf(context, { codes, roles, kinds }),
    judge: () => [],
  };
}

interface Sought {
  readonly codes: readonly string[];
  readonly roles: readonly RoleId[];
  readonly kinds: readonly string[];
}

/** What `check` found of these codes at these roles or kinds of object. */
export function findingsOf({ findings, inventory }: StepContext, { codes, roles, kinds }: Sought): Finding[] {
  const isSought = (place: string) => {
    const placed = inventory.placement(place) ?? inventory.placement(refBase(place));
    return kinds.includes(refKind(place)) || (placed !== undefined && roles.includes(placed.placement.role));
  };
  const anywhere = roles.length + kinds.length === 0;
  return findings.filter(
    ({ code, placement, also = [] }) => codes.includes(code) && (anywhere || [placement, ...also].some(isSought)),
  );
}

/** A cause that a text gives away. */
export interface TextClue {
  readonly code: string;
  readonly pattern: RegExp;
  /** Where it may be said; default: anywhere. */
  readonly from?: readonly Saying['from'][];
  /** Ref of what is to be repaired; undefined where this match is not about it. */
  readonly object: (
    groups: Readonly<Record<string, string>>,
    saying: Saying,
    context: StepContext,
  ) => string | undefined;
  /** The cause in one sentence. */
  readonly message: (groups: Readonly<Record<string, string>>, saying: Saying, context: StepContext) => string;
  /** False where others say the same. Default true. */
  readonly decisive?: boolean;
}

export interface TextStep extends Pick<PlaybookStep, 'id' | 'question' | 'command' | 'wants' | 'applies' | 'sources'> {
  readonly clues: readonly TextClue[];
}

/** A step that is answered by what components say: each clue that is found supports its cause. */
export function textStep({ clues, ...step }: TextStep): PlaybookStep {
  const causes = [...new Set(clues.map(({ code }) => code))];
  return { ...step, causes, judge: (context) => clues.flatMap((clue) => follow(clue, context)) };
}

const MOST_EVIDENCE = 3;

function follow(clue: TextClue, context: StepContext): Judgement[] {
  const { code, pattern, from, object, message, decisive } = clue;
  const found = new Map<string, { message: string; sayings: Saying[] }>();
  for (const saying of context.sayings) {
    if (from && !from.includes(saying.from)) continue;
    const match = pattern.exec(saying.text);
    if (!match) continue;
    const groups = Object.fromEntries(
      Object.entries(match.groups ?? {}).filter(([, value]) => value !== undefined),
    ) as Record<string, string>;
    const at = object(groups, saying, context);
    if (at === undefined) continue;
    const known = found.get(at) ?? { message: message(groups, saying, context), sayings: [] };
    known.sayings.push(saying);
    found.set(at, known);
  }
  return [...found].map(([at, one]) => ({
    is: 'supports',
    code,
    object: at,
    message: one.message,
    evidence: one.sayings.slice(0, MOST_EVIDENCE).map(({ evidence }) => evidence),
    ...(decisive !== undefined && { decisive }),
  }));
}
