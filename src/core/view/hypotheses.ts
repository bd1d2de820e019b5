import type { CheckedStep, Diagnosis, OpenCause, RedHerring, RootCause, RuledOut } from '../model/diagnosis.ts';
import type { Step } from '../model/step.ts';
import type { Field, Tone } from './section.ts';

/** How a hypothesis stands: by the confidence in it, or by what became of it. */
export type Standing = 'high' | 'medium' | 'low' | 'no certificate' | 'open' | 'misleads' | 'ruled out';

/** One thing that may be the cause, as it stands after what was asked so far. */
export interface Hypothesis {
  /** Tells it from others, and finds it again in the next round. */
  readonly id: string;
  readonly standing: Standing;
  readonly code: string;
  /** Ref of what is to be repaired; empty: wherever it may be. */
  readonly object: string;
  /** In one sentence. */
  readonly message: string;
  readonly tone: Tone;
  readonly fields: readonly Field[];
  readonly command?: string;
  readonly fix: readonly Step[];
}

const TONES: Readonly<Record<Standing, Tone>> = {
  high: 'critical',
  medium: 'warning',
  low: 'unknown',
  'no certificate': 'warning',
  open: 'unknown',
  misleads: 'info',
  'ruled out': 'muted',
};

/** Every hypothesis of a diagnosis, the likeliest first, what was ruled out last. */
export function hypothesesOf(diagnosis: Diagnosis): readonly Hypothesis[] {
  return [
    ...diagnosis.rootCauses.map((cause) => fromCause(cause, cause.confidence)),
    ...diagnosis.otherCauses.map((cause) => fromCause(cause, 'no certificate')),
    ...diagnosis.open.map(fromOpen),
    ...diagnosis.redHerrings.map(fromHerring),
    ...diagnosis.ruledOut.map(fromRuledOut),
  ];
}

function fromCause(cause: RootCause, standing: Standing): Hypothesis {
  const { code, object, message, confidence, why, evidence, impact, chain, fix } = cause;
  const [first] = evidence;
  return {
    ...about(standing, code, object),
    message,
    fix,
    ...(first && { command: first.command }),
    fields: [
      { label: 'cause', text: message, tone: TONES[standing] },
      { label: 'object', text: object },
      { label: 'confidence', text: `${confidence}: ${why}` },
      ...evidence
        .slice(0, 3)
        .map(({ fact, source }, index) => ({ label: index === 0 ? 'evidence' : '', text: `${fact} (${source})` })),
      ...chain.map((effect, index) => ({ label: index === 0 ? 'therefore' : '', text: effect.message })),
      ...(impact === '' ? [] : [{ label: 'breaks', text: impact }]),
    ],
  };
}

function fromOpen({ code, object = '', title, missing, command }: OpenCause): Hypothesis {
  return {
    ...about('open', code, object),
    message: missing,
    fix: [],
    ...(command && { command }),
    fields: [
      { label: 'may be', text: title },
      { label: 'not known', text: missing, tone: 'unknown' },
      ...(command ? [{ label: 'ask', text: command, command: true as const }] : []),
    ],
  };
}

function fromHerring({ code = '', object = '', message, why }: RedHerring): Hypothesis {
  return {
    ...about('misleads', code, object),
    message,
    fix: [],
    fields: [
      { label: 'true', text: message },
      { label: 'but', text: why },
    ],
  };
}

function fromRuledOut({ code, object = '', title, why, evidence }: RuledOut): Hypothesis {
  return {
    ...about('ruled out', code, object),
    message: why,
    fix: [],
    ...(evidence[0] && { command: evidence[0].command }),
    fields: [
      { label: 'not', text: title },
      { label: 'because', text: why },
      ...evidence
        .slice(0, 3)
        .map(({ fact, source }, index) => ({ label: index === 0 ? 'evidence' : '', text: `${fact} (${source})` })),
    ],
  };
}

function about(standing: Standing, code: string, object: string) {
  return { id: `${code} ${object}`, standing, code, object, tone: TONES[standing] };
}

const OUTCOME_TONES: Readonly<Record<CheckedStep['outcome'], Tone>> = {
  pass: 'ok',
  failed: 'critical',
  'not applicable': 'muted',
  skipped: 'muted',
  unknown: 'unknown',
};

/** A question that was asked: what a person would type, and what was found. */
export function checkedFields({ question, command, outcome, answer }: CheckedStep): readonly Field[] {
  return [
    { label: 'question', text: question },
    ...(command ? [{ label: 'by hand', text: command, command: true as const }] : []),
    { label: outcome, text: answer, tone: OUTCOME_TONES[outcome] },
  ];
}

export function outcomeTone(outcome: CheckedStep['outcome']): Tone {
  return OUTCOME_TONES[outcome];
}
