import { CONFIDENCES, type Confidence } from '../model/diagnosis.ts';
import { tellsWhatFails } from './errors.ts';
import type { StepContext } from './playbook.ts';
import type { Root } from './rank.ts';

export interface Surroundings {
  /** Every root that was ranked. */
  readonly all: readonly Root[];
  /** What could not be read and would show what may stand behind it. */
  readonly unread: readonly string[];
  readonly context: StepContext;
}

/** How sure one may be of a root, and why. */
export function confidenceIn(
  root: Root,
  { all, unread, context: { reading } }: Surroundings,
): { confidence: Confidence; why: string } {
  const { candidate, relevance, named } = root;
  const reasons: string[] = [];
  let level = 0;
  if (!reading.given && !root.critical) {
    const isSeen = candidate.code !== 'CHAIN_INCOMPLETE';
    level = isSeen ? 1 : 2;
    reasons.push(
      isSeen
        ? 'somebody is refused or waits because of it, and whether that is what is meant is not known'
        : 'it fails for clients that lack what is not at hand here, and whether any does is not known',
    );
  } else if (reading.given && !reading.understood) {
    level = root.critical ? 1 : 2;
    reasons.push('the symptom was not understood, and whether this is what it is about is not known');
  } else if (!reading.given) reasons.push('it breaks what depends on it, whatever the symptom');
  else if (relevance >= 4) reasons.push('the symptom names it, and it fails in just this way');
  else if (relevance >= 3) {
    const rivals = all.filter((other) => other !== root && other.relevance >= 3);
    reasons.push(reading.playbooks.length > 0 ? 'it is what fails in just this way' : 'it is broken');
    if (reading.playbooks.length === 0 && !tellsWhatFails(reading.kinds)) {
      level = 1;
      reasons.push('the symptom does not tell what fails');
    } else if (rivals.some((other) => other.named && !named)) {
      level = 1;
      reasons.push('the symptom names another one');
    } else if (rivals.length > 0) reasons.push('others fit as well');
  } else {
    level = 2;
    reasons.push(
      named ? 'the symptom names it, though it would show otherwise' : 'it fails in this way, though elsewhere',
    );
  }
  if (!candidate.decisive) {
    level += 1;
    reasons.push('the evidence fits other causes too');
  }
  if (candidate.effect) {
    level = 2;
    reasons.push('it is seen to fail, and why is not known');
  }
  if (unread.length > 0) {
    level += 1;
    reasons.push(`what may stand behind it, or take it back, could not be read (${unread[0]})`);
  }
  return { confidence: CONFIDENCES[Math.min(level, 2)] as Confidence, why: reasons.join('; ') };
}
