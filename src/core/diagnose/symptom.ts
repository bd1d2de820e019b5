import type { Symptom } from '../model/diagnosis.ts';
import { refBase } from '../model/ref.ts';
import type { RoleId } from '../model/role.ts';
import type { Inventory } from '../snapshot/inventory.ts';
import { select } from '../snapshot/select.ts';
import { type ErrorKind, errorKindsIn } from './errors.ts';
import { namesIn } from './names.ts';
import { areHere, subjectsOf } from './subjects.ts';

/** What a symptom tells before anything is looked at. */
export interface SymptomReading {
  /** Whether there is anything: a text, a target or a choice. */
  readonly given: boolean;
  /** Whether something of it is known: a playbook, a kind of failure, or the name of something that is here. */
  readonly understood: boolean;
  readonly text: string;
  readonly kinds: ReadonlySet<ErrorKind>;
  /** Ids of the playbooks that it points to, in the list's order; the chosen one alone. */
  readonly playbooks: readonly string[];
  /** What the patterns' groups caught, one record for each match. */
  readonly groups: readonly Readonly<Record<string, string>>[];
  /** Names that stand in it, lower-case. */
  readonly names: ReadonlySet<string>;
  readonly namespaces: ReadonlySet<string>;
  /** These names, and refs and names that the inventory ties to them. */
  readonly subjects: ReadonlySet<string>;
}

/** What is known of a playbook here. */
interface Recognised {
  readonly id: string;
  readonly patterns: readonly RegExp[];
  readonly sharedPatterns?: readonly RegExp[];
  readonly general?: true;
  readonly targets?: readonly string[];
  readonly roles?: readonly RoleId[];
}

/** Reads a symptom by the patterns of playbooks, and ties its names to what was seen. */
export function readSymptom(symptom: Symptom, playbooks: readonly Recognised[], inventory: Inventory): SymptomReading {
  const { text, targets, playbook } = symptom;
  const matched = playbooks.map((one) => ({
    ...one,
    groups: one.patterns.flatMap((pattern) => matchesOf(pattern, text)),
    shared: isHere(one, inventory) ? (one.sharedPatterns ?? []).flatMap((pattern) => matchesOf(pattern, text)) : [],
  }));
  const chosen = pointedTo(matched).map(({ id }) => id);
  const groups = matched.flatMap((one) => [...one.groups, ...one.shared]);
  const { names, namespaces } = namesIn(text, groups);
  const targeted = targetNames(symptom, inventory);
  const pointed = playbook !== undefined ? [playbook] : chosen.length > 0 ? chosen : byTargets(symptom, playbooks);
  const kinds = errorKindsIn(text);
  return {
    given: text.trim() !== '' || targets.length > 0 || playbook !== undefined,
    understood: pointed.length > 0 || kinds.size > 0 || targets.length > 0 || areHere(inventory, names),
    text,
    kinds,
    playbooks: pointed,
    groups,
    names,
    namespaces,
    subjects: subjectsOf(inventory, new Set([...names, ...targeted])),
  };
}

interface Matched extends Recognised {
  readonly groups: readonly unknown[];
  readonly shared: readonly unknown[];
}

/** The narrow ones that match leave the general ones out; those that only a shared wording points to don't. */
function pointedTo(all: readonly Matched[]): Matched[] {
  const isNarrow = ({ general, groups }: Matched) => !general && groups.length > 0;
  const anyNarrow = all.some(isNarrow);
  return all.filter((one) => isNarrow(one) || one.shared.length > 0 || (!anyNarrow && one.groups.length > 0));
}

/** Whether certificates of the kind that a playbook is about are here. */
function isHere({ roles = [] }: Recognised, { placements }: Inventory): boolean {
  return roles.length === 0 || placements.some(({ placement }) => roles.includes(placement.role));
}

/** Where no text points anywhere, the kinds of the targets do. */
function byTargets({ targets }: Symptom, playbooks: readonly Recognised[]): string[] {
  const kinds = targets.map((target) => (target.kind === 'object' ? target.objectKind : target.kind));
  return playbooks.filter((one) => one.targets?.some((kind) => kinds.includes(kind))).map(({ id }) => id);
}

/** Named groups of every match; a match without groups is an empty record. */
function matchesOf(pattern: RegExp, text: string): Record<string, string>[] {
  const all = new RegExp(pattern.source, pattern.flags.includes('g') ? pattern.flags : `${pattern.flags}g`);
  return [...text.matchAll(all)]
    .slice(0, MOST_MATCHES)
    .map(({ groups = {} }) =>
      Object.fromEntries(Object.entries(groups).filter((entry): entry is [string, string] => Boolean(entry[1]))),
    );
}

/** A pasted log repeats itself. */
const MOST_MATCHES = 200;

/** Names of the targets, and refs of what they select. */
function targetNames({ targets }: Symptom, inventory: Inventory): string[] {
  const { refs } = select(inventory, targets);
  const named = targets.flatMap((target): string[] => {
    switch (target.kind) {
      case 'object':
        return target.namespace === undefined
          ? [target.name, `${target.objectKind}/${target.name}`]
          : [`${target.objectKind}/${target.namespace}/${target.name}`, ...(target.elsewhere ? [target.name] : [])];
      case 'address':
        return [target.address.host, ...(target.address.sni ? [target.address.sni] : [])];
      case 'host':
        return [target.host];
      default:
        return [];
    }
  });
  const selected = targets.length > 0 ? [...(refs ?? [])].flatMap((one) => [one, refBase(one)]) : [];
  return [...named, ...selected].map((name) => name.toLowerCase());
}
