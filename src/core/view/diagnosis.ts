import type {
  CheckedStep,
  Confidence,
  Diagnosis,
  OpenCause,
  RootCause,
  RuledOut,
  Verdict,
} from '../model/diagnosis.ts';
import type { Evidence } from '../model/finding.ts';
import type { Step } from '../model/step.ts';
import { coverageNotes, coverageSummary } from './coverage.ts';
import { commandLine } from './plan.ts';
import { API_VERSION, type Tone } from './section.ts';

/** One thing that is said under a heading. `text` is not yet cleaned. */
export interface Line {
  readonly kind: 'text' | 'item' | 'command';
  readonly text: string;
  /** Said beside it, less loud: where a fact came from. */
  readonly aside?: string;
  readonly tone?: Tone;
}

/** A heading and what stands under it. */
export interface Block {
  readonly title: string;
  readonly level: 1 | 2;
  readonly lines: readonly Line[];
  readonly tone?: Tone;
}

/** A diagnosis to read: what every form of it, and the screen, is drawn from. */
export interface DiagnosisView {
  readonly document: { readonly apiVersion: string; readonly kind: 'Diagnosis'; readonly [field: string]: unknown };
  readonly headline: string;
  readonly tone: Tone;
  readonly blocks: readonly Block[];
}

export interface DiagnosisViewOptions {
  /** RFC 3339. */
  readonly takenAt: string;
  /** RFC 3339: the moment that it is judged by. */
  readonly evaluatedAt: string;
}

const VERDICTS: Readonly<Record<Verdict, { readonly say: string; readonly tone: Tone }>> = {
  'root-cause-found': { say: 'root cause found', tone: 'critical' },
  'no-fault': { say: 'no fault', tone: 'ok' },
  undecided: { say: 'undecided', tone: 'unknown' },
};
const TONES: Readonly<Record<Confidence, Tone>> = { high: 'critical', medium: 'warning', low: 'unknown' };

export function viewDiagnosis(diagnosis: Diagnosis, options: DiagnosisViewOptions): DiagnosisView {
  const { verdict, headline, rootCauses, otherCauses, next, coverage } = diagnosis;
  const { say, tone } = VERDICTS[verdict];
  const numbered = rootCauses.length > 1;
  return {
    document: { apiVersion: API_VERSION, kind: 'Diagnosis', ...options, ...diagnosis },
    headline: `${say}: ${headline}`,
    tone,
    blocks: [
      symptomBlock(diagnosis),
      ...rootCauses.flatMap((cause, index) => causeBlocks(cause, numbered ? `${index + 1}. ` : '')),
      ...otherCauses.flatMap((cause) => causeBlocks(cause, 'Not a certificate: ')),
      ...(verdict === 'root-cause-found'
        ? []
        : [
            block(
              'Where to look next',
              next.flatMap(({ title, command: typed }) => [item(title), command(typed)]),
            ),
          ]),
      block(
        'Not the cause',
        diagnosis.redHerrings.map(({ message, why }) => item(message, why)),
      ),
      block('Ruled out', diagnosis.ruledOut.map(ruledOutLine)),
      block('Still open', diagnosis.open.flatMap(openLines)),
      block('What was asked', askedLines(diagnosis.checked)),
      block(
        'What could not be read',
        coverageNotes(coverage).map(({ text }) => item(text)),
      ),
      block('Sources', coverage.length > 0 ? [{ kind: 'text', text: coverageSummary(coverage) }] : []),
    ].filter(({ lines }) => lines.length > 0),
  };
}

function block(title: string, lines: readonly Line[]): Block {
  return { title, level: 1, lines };
}

function item(text: string, aside?: string): Line {
  return { kind: 'item', text, ...(aside !== undefined && { aside }) };
}

function command(text: string): Line {
  return { kind: 'command', text };
}

/** Characters of a pasted text that a report repeats. */
const LONGEST_SYMPTOM = 400;

function symptomBlock({ symptom }: Diagnosis): Block {
  const text = symptom.text.length > LONGEST_SYMPTOM ? `${symptom.text.slice(0, LONGEST_SYMPTOM)}...` : symptom.text;
  return block('Symptom', [
    ...text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line): Line => ({ kind: 'text', text: line })),
    ...symptom.playbooks.map(({ title }) => item(`looked at as: ${title}`)),
  ]);
}

function causeBlocks(cause: RootCause, number: string): Block[] {
  const {
    code,
    title,
    confidence,
    why,
    object,
    also,
    message,
    chain,
    evidence,
    against,
    impact,
    fix,
    verify,
    prevent,
  } = cause;
  const part = (heading: string, lines: readonly Line[]): Block => ({ title: heading, level: 2, lines });
  const blocks: readonly Block[] = [
    {
      title: `${number}${code}: ${title}`,
      level: 1,
      tone: TONES[confidence],
      lines: [
        { kind: 'text', text: message },
        item(
          `object: ${object}${also.length > 0 ? `, and ${also.length} more: ${also.slice(0, 5).join(', ')}${also.length > 5 ? ', ...' : ''}` : ''}`,
        ),
        item(`confidence: ${confidence}`, why),
      ],
    },
    part(
      'Therefore',
      chain.map((effect) => item(effect.message, effect.code)),
    ),
    part('Evidence', evidenceLines(evidence)),
    part('Against it', evidenceLines(against)),
    part('What else breaks', impact === '' ? [] : [{ kind: 'text', text: impact }]),
    part('Fix', fix.flatMap(stepLines)),
    part('Then verify', verify.flatMap(stepLines)),
    part(
      'Prevent it',
      prevent.map((text) => item(text)),
    ),
  ];
  return blocks.filter(({ lines }) => lines.length > 0);
}

/** Facts that were read together stand together, and the last says where from. */
function evidenceLines(evidence: readonly Evidence[]): Line[] {
  const together = Map.groupBy(evidence, ({ source, at, command: typed }) => `${source}, ${at}: ${typed}`);
  return [...together].flatMap(([from, facts]) =>
    facts.map(({ fact }, index) => item(fact, index === facts.length - 1 ? from : undefined)),
  );
}

function stepLines({ title, command: argv, risk }: Step): Line[] {
  return [
    item(title, risk === 'none' ? undefined : `risk: ${risk}`),
    ...(argv.length > 0 ? [command(commandLine(argv))] : []),
  ];
}

function ruledOutLine({ code, object, why }: RuledOut): Line {
  return item(`${code}${object === undefined ? '' : ` (${object})`}: ${why}`);
}

function openLines({ code, object, missing, command: typed }: OpenCause): Line[] {
  return [item(`${code}${object === undefined ? '' : ` (${object})`}: ${missing}`), ...(typed ? [command(typed)] : [])];
}

const OUTCOME_TONES: Readonly<Record<CheckedStep['outcome'], Tone>> = {
  pass: 'ok',
  failed: 'critical',
  'not applicable': 'muted',
  skipped: 'muted',
  unknown: 'unknown',
};

/** More questions with one command than this, all answered well, are told in one breath; the document has each. */
const MOST_PASSED = 3;

function askedLines(steps: readonly CheckedStep[]): Line[] {
  const passed = Map.groupBy(
    steps.filter(({ outcome }) => outcome === 'pass'),
    ({ command: typed }) => typed,
  );
  const many = [...passed].filter(([, group]) => group.length > MOST_PASSED);
  const told = new Set(many.flatMap(([, group]) => group));
  return [
    ...steps.filter((step) => !told.has(step)).flatMap(checkedLines),
    ...many.flatMap(([typed, group]): Line[] => [
      { kind: 'item', text: `Passed: ${group.map(({ question }) => asStatement(question)).join('; ')}`, tone: 'ok' },
      command(typed),
    ]),
  ];
}

function asStatement(question: string): string {
  return question.replace(/^Is it so that (.*)\?$/, '$1');
}

function checkedLines({ question, outcome, answer, command: typed }: CheckedStep): Line[] {
  return [
    { kind: 'item', text: question, aside: `${outcome}: ${answer}`, tone: OUTCOME_TONES[outcome] },
    command(typed),
  ];
}
