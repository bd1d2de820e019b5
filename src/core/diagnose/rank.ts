import { addressOf } from '../check/addresses.ts';
import type { Effect } from '../model/diagnosis.ts';
import type { Candidate } from './candidate.ts';
import { UNSETTLED } from './issuance-clues.ts';
import type { Playbook } from './playbook.ts';

/** A candidate that nothing else explains, with what it explains. */
export interface Root {
  readonly candidate: Candidate;
  /** As close to the symptom as the closest of its effects. */
  readonly relevance: number;
  readonly named: boolean;
  readonly critical: boolean;
  /** From the cause to the effect that is closest to the symptom, the cause itself left out. */
  readonly chain: readonly Effect[];
}

/**
 * Joins candidates to trees: a finding's explainedBy, what a playbook's cause says that it explains, and the playbooks'
 * edges say which hides which. What is left are roots, the most likely first.
 */
export function rank(candidates: readonly Candidate[], playbooks: readonly Playbook[]): Root[] {
  const parents = new Map<Candidate, Candidate>();
  const tie = (child: Candidate, parent: Candidate | undefined) => {
    if (parent && parent !== child && !parents.has(child) && !leadsTo(parent, child, parents))
      parents.set(child, parent);
  };
  for (const one of candidates) {
    for (const effect of one.explains) for (const child of candidates) if (isAt(child, effect)) tie(child, one);
  }
  for (const one of candidates) {
    const { explainedBy } = one;
    if (explainedBy)
      tie(
        one,
        candidates.find((other) => isAt(other, explainedBy)),
      );
  }
  for (const { cause, hidden, sameThing = false } of playbooks.flatMap(({ hides = [] }) => hides)) {
    const causes = candidates.filter(({ code }) => code === cause).toSorted(byWeight);
    for (const one of candidates.filter(({ code }) => code === hidden))
      tie(
        one,
        causes.find((other) => (!sameThing && other.layer === one.layer) || isSameThing(other, one)),
      );
  }
  const children = Map.groupBy(parents.keys(), (child) => parents.get(child) as Candidate);
  return candidates
    .filter((one) => !parents.has(one))
    .map((one) => rootOf(one, children))
    .toSorted((a, b) => b.relevance - a.relevance || byWeight(a.candidate, b.candidate));
}

/** Both stand at one place, rest on the same words, or one names the other's host. */
function isSameThing(cause: Candidate, effect: Candidate): boolean {
  const places = new Set([effect.object, ...effect.also]);
  if ([cause.object, ...cause.also].some((place) => places.has(place))) return true;
  const said = new Set(effect.evidence.map(({ fact }) => fact));
  if (cause.evidence.some(({ fact }) => said.has(fact))) return true;
  return namesHostOf(cause, effect) || namesHostOf(effect, cause);
}

function namesHostOf(one: Candidate, other: Candidate): boolean {
  const { host = '', sni } = addressOf(other.object) ?? {};
  const texts = [one.message, ...one.evidence.map(({ fact }) => fact)];
  return [host, sni].some((name) => name?.includes('.') && texts.some((text) => text.includes(name)));
}

function isAt(
  { code, object, also }: Candidate,
  effect: { readonly code: string; readonly placement: string },
): boolean {
  return code === effect.code && (object === effect.placement || also.includes(effect.placement));
}

function leadsTo(from: Candidate, target: Candidate, parents: ReadonlyMap<Candidate, Candidate>): boolean {
  for (let at: Candidate | undefined = from; at; at = parents.get(at)) if (at === target) return true;
  return false;
}

function rootOf(candidate: Candidate, children: ReadonlyMap<Candidate, readonly Candidate[]>): Root {
  const paths = pathsFrom(candidate, children);
  const best = paths.toSorted(
    (a, b) => (b.at(-1) as Candidate).relevance - (a.at(-1) as Candidate).relevance || b.length - a.length,
  )[0] as Candidate[];
  const all = paths.map((path) => path.at(-1) as Candidate);
  return {
    candidate,
    relevance: Math.max(...all.map(({ relevance }) => relevance)),
    named: all.some(({ named }) => named),
    critical: all.some(({ critical }) => critical),
    chain: best.slice(1).map(({ code, object, message }) => ({ code, object, message })),
  };
}

/** Every path downwards, that of length one first. */
function pathsFrom(candidate: Candidate, children: ReadonlyMap<Candidate, readonly Candidate[]>): Candidate[][] {
  const below = (children.get(candidate) ?? []).flatMap((child) => pathsFrom(child, children));
  return [[candidate], ...below.map((path) => [candidate, ...path])];
}

const LAYERS = ['cluster', 'mesh', 'ingress', 'none'];

/**
 * Among those that fit the symptom as well: the closer one, decisive before hints, what says why before what says that
 * it does not go on, critical first, the wider layer first.
 */
function byWeight(a: Candidate, b: Candidate): number {
  return (
    b.relevance - a.relevance ||
    Number(b.decisive) - Number(a.decisive) ||
    Number(UNSETTLED.has(a.code)) - Number(UNSETTLED.has(b.code)) ||
    Number(b.critical) - Number(a.critical) ||
    LAYERS.indexOf(a.layer) - LAYERS.indexOf(b.layer) ||
    b.also.length - a.also.length ||
    (a.object < b.object ? -1 : a.object > b.object ? 1 : a.code < b.code ? -1 : 1)
  );
}
