import type { Diagnosis, RootCause } from '../model/diagnosis.ts';
import { count } from '../view/text.ts';
import type { StepRun } from './run-steps.ts';

export interface Judged {
  readonly rootCauses: readonly RootCause[];
  readonly otherCauses: readonly RootCause[];
  /** Sources that could not be read and matter. */
  readonly unread: readonly string[];
  /** Steps without an answer. */
  readonly unknown: readonly StepRun[];
  readonly given: boolean;
  /** Something of the symptom is known. */
  readonly understood: boolean;
  /** Questions that were asked. */
  readonly asked: number;
  /** The symptom itself says that a certificate was refused. */
  readonly certain: boolean;
}

/** The verdict, and its sentence. What is not known is never called healthy. */
export function judge(judged: Judged): Pick<Diagnosis, 'verdict' | 'headline'> {
  const { verdict, headline } = judgeFound(judged);
  const isOpaque = judged.given && !judged.understood;
  return { verdict, headline: isOpaque ? `${headline}; ${NOT_UNDERSTOOD}` : headline };
}

/** Said where a text was given that nothing points to. */
const NOT_UNDERSTOOD = 'the text was not understood: it holds no error and no name that is known here';

function judgeFound({
  rootCauses,
  otherCauses,
  unread,
  unknown,
  given,
  understood,
  asked,
  certain,
}: Judged): Pick<Diagnosis, 'verdict' | 'headline'> {
  const [first] = rootCauses;
  const [other] = otherCauses;
  if (first && first.confidence !== 'low') return { verdict: 'root-cause-found', headline: first.message };
  if (other && other.confidence !== 'low') {
    return { verdict: 'no-fault', headline: `no certificate fault found: ${other.message}` };
  }
  if (first) return { verdict: 'undecided', headline: `the best that was found: ${first.message}` };
  if (unread.length > 0 || unknown.length > 0) {
    return {
      verdict: 'undecided',
      headline: `no certificate fault found in what could be read; ${whatIsMissing(unread, unknown)}`,
    };
  }
  if (certain) {
    const headline =
      "the error is a certificate's, and none that was looked at shows as this: it stands where could not be looked, or it is over";
    return { verdict: 'undecided', headline };
  }
  if (!given) return { verdict: 'no-fault', headline: 'no certificate fault found' };
  const headline = understood
    ? 'no certificate fault found that shows as this'
    : `no certificate fault found by ${count(asked, 'check')} of every layer`;
  return { verdict: 'no-fault', headline };
}

function whatIsMissing(unread: readonly string[], unknown: readonly StepRun[]): string {
  const missing = unread.length > 0 ? unread : unknown.map(({ checked }) => checked.question);
  const rest = missing.length - 1;
  return `not known: ${missing[0]}${rest > 0 ? `, and ${rest} more` : ''}`;
}
