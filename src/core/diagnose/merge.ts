import { addressOf } from '../check/addresses.ts';
import type { Candidate } from './candidate.ts';

/** One candidate for each code and object: the first speaks for all, with the evidence of all. */
export function merge(candidates: readonly Candidate[]): Candidate[] {
  const merged: Candidate[] = [];
  for (const one of candidates) {
    const index = merged.findIndex((other) => isSame(other, one));
    const known = merged[index];
    if (known) merged[index] = isBehind(known, one) ? join(one, known) : join(known, one);
    else merged.push(one);
  }
  return merged;
}

/** Whether one is an address behind the Service that the other was dialled by: the Service is what clients know. */
function isBehind(a: Candidate, b: Candidate): boolean {
  const [replica, service] = [addressOf(a.object), addressOf(b.object)];
  const { host } = service ?? {};
  return host?.endsWith('.svc') === true && replica?.host !== host && replica?.sni === host;
}

function isSame(a: Candidate, b: Candidate): boolean {
  return a.code === b.code && (a.object === b.object || a.also.includes(b.object) || b.also.includes(a.object));
}

function join(first: Candidate, second: Candidate): Candidate {
  const facts = new Set(first.evidence.map(({ fact }) => fact));
  return {
    ...second,
    ...first,
    also: [...new Set([...first.also, second.object, ...second.also])].filter((place) => place !== first.object),
    evidence: [...first.evidence, ...second.evidence.filter(({ fact }) => !facts.has(fact))],
    decisive: first.decisive || second.decisive,
    critical: first.critical || second.critical,
    relevance: Math.max(first.relevance, second.relevance),
    named: first.named || second.named,
    explains: [...first.explains, ...second.explains],
    fix: first.fix.length > 0 ? first.fix : second.fix,
  };
}
