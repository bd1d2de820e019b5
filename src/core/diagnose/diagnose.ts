import { type CheckResult, check } from '../check/check.ts';
import { CHECKS } from '../check/checks.ts';
import { CODES_OF_CHECKS } from '../check/codes-of-checks.ts';
import type { Diagnosis, RootCause } from '../model/diagnosis.ts';
import type { ObservationRequest } from '../model/observation.ts';
import { type Seen, type Suspect, sourcesOf, stepsBehind, unreadBehind } from './behind.ts';
import { type Candidate, fromFinding, fromJudgement, mayCause } from './candidate.ts';
import { joinCohorts } from './cohorts.ts';
import { confidenceIn, type Surroundings } from './confidence.ts';
import { speaksOfCertificates } from './errors.ts';
import { leftOver } from './left-over.ts';
import { merge } from './merge.ts';
import type { DiagnoseInput, Playbook, StepContext } from './playbook.ts';
import { PLAYBOOKS } from './playbooks.ts';
import { type Root, rank } from './rank.ts';
import { runSteps, type StepRun, unreadOf, wantedBy } from './run-steps.ts';
import { sayingsOf } from './sayings.ts';
import { type Sifted, sift } from './sift.ts';
import { readSymptom } from './symptom.ts';
import { judge } from './verdict.ts';

export interface Diagnosed {
  readonly diagnosis: Diagnosis;
  /** What would still help, the most helpful first. Empty: nothing more can be learnt. */
  readonly wanted: readonly ObservationRequest[];
}

/**
 * From what was seen and what a person came with to ranked root causes. Findings of `check` are candidates, whatever
 * the symptom; steps of playbooks add causes that no single finding shows, rule out, and name what misleads.
 */
export function diagnose(input: DiagnoseInput, playbooks: readonly Playbook[] = PLAYBOOKS): Diagnosed {
  const { inventory, symptom, policy, now } = input;
  const result = check(inventory, policy, now);
  const reading = readSymptom(symptom, playbooks, inventory);
  const context: StepContext = {
    ...input,
    findings: result.findings,
    reading,
    sayings: sayingsOf(inventory, symptom.text, now),
  };
  const pointed = playbooks.filter(({ id }) => reading.playbooks.includes(id));
  const runs = playbooks.flatMap((playbook) => runSteps(playbook, context));
  const own = runs.filter(({ playbook }) => pointed.includes(playbook));
  const roots = joinCohorts(rank(candidatesOf(context, runs, pointed), playbooks), inventory);
  const sifted = sift(roots, context);
  const seen = { inventory, findings: result.findings, playbooks, runs };
  return {
    diagnosis: conclude({ context, result, pointed, seen, own, sifted }),
    wanted: wantedBy([...own, ...suspectsOf(sifted, context).flatMap((suspect) => stepsBehind(suspect, seen))]),
  };
}

/** Most causes for which it is asked what stands behind them. */
const MOST_SUSPECTS = 3;

/** Behind what one looks: the likeliest causes; where no symptom was given, all that fails, causes or not. */
function suspectsOf({ causes }: Sifted, { findings, reading }: StepContext): Suspect[] {
  const failing = reading.given ? [] : findings.filter(({ severity }) => severity === 'critical');
  return [
    ...causes.map(({ candidate }) => candidate),
    ...failing.map(({ code, placement, also = [], layer }) => ({ code, object: placement, also, layer })),
  ].slice(0, MOST_SUSPECTS);
}

function candidatesOf(context: StepContext, runs: readonly StepRun[], pointed: readonly Playbook[]): Candidate[] {
  const causes = new Map(runs.flatMap(({ playbook }) => playbook.causes).map((cause) => [cause.code, cause]));
  const found = context.findings.filter(mayCause).map((finding) => fromFinding(finding, context, pointed));
  const judged = runs.flatMap(({ playbook, judgements }) =>
    judgements.flatMap((judgement) => {
      if (judgement.is !== 'supports') return [];
      const cause = causes.get(judgement.code) ?? CODES_OF_CHECKS.get(judgement.code);
      return cause ? [fromJudgement(judgement, { cause, playbook }, context, pointed)] : [];
    }),
  );
  return merge([...judged, ...found]);
}

interface Concluded {
  readonly context: StepContext;
  readonly result: CheckResult;
  readonly pointed: readonly Playbook[];
  readonly seen: Seen;
  readonly own: readonly StepRun[];
  readonly sifted: Sifted;
}

function conclude({ context, result, pointed, seen, own, sifted }: Concluded): Diagnosis {
  const { reading, inventory } = context;
  const { causes, others, misleading } = sifted;
  const reads = [
    ...pointed.flatMap((one) => [...one.reads, ...one.steps.flatMap(({ sources }) => sources)]),
    ...sourcesOf(pointed, inventory),
  ];
  const everything = inventory.snapshot.coverage.map(({ source }) => source);
  const unread = unreadOf(pointed.length > 0 ? reads : everything, inventory);
  const rootCauses = causes.map((root) =>
    rootCauseOf(root, { all: causes, unread: unreadBehind(root, seen), context }),
  );
  const otherCauses = others.map((root) => rootCauseOf(root, { all: others, unread: [], context }));
  const checked = pointed.length > 0 ? own.map((run) => run.checked) : rulesChecked(result);
  const unknown = own.filter((run) => run.checked.outcome === 'unknown');
  return {
    symptom: {
      text: reading.text,
      playbooks: pointed.map(({ id, title }) => ({ id, title })),
      names: [...reading.names],
    },
    ...judge({
      rootCauses,
      otherCauses,
      unread,
      unknown,
      given: reading.given,
      understood: reading.understood,
      asked: checked.length,
      certain: speaksOfCertificates(reading.kinds),
    }),
    rootCauses,
    otherCauses,
    ...leftOver({ context, result, pointed, runs: seen.runs, own, misleading, supported: [...causes, ...others] }),
    checked,
    next: nextOf(pointed),
    coverage: inventory.snapshot.coverage,
  };
}

function rootCauseOf(root: Root, surroundings: Surroundings): RootCause {
  const { code, title, layer, object, also, message, evidence, impact, fix, verify, prevent } = root.candidate;
  return {
    code,
    title,
    ...confidenceIn(root, surroundings),
    layer,
    object,
    also,
    message,
    evidence,
    against: [],
    chain: root.chain,
    impact,
    fix,
    verify,
    prevent,
  };
}

/** Where the symptom points nowhere, everything that `check` looks at was asked. */
function rulesChecked({ outcomes, findings }: CheckResult): Diagnosis['checked'] {
  const asked = outcomes.filter(({ outcome }) => outcome !== 'not applicable');
  return asked.map(({ id, title, outcome }) => {
    const codes = CHECKS.find((one) => one.id === id)?.codes.map(({ code }) => code) ?? [];
    const found = findings.filter(({ code, severity }) => codes.includes(code) && severity !== 'info');
    const answer =
      found.length > 0
        ? found
            .slice(0, 2)
            .map(({ message }) => message)
            .join('; ')
        : ANSWERS[outcome];
    return {
      id: `check/${id}`,
      playbook: 'check',
      question: `Is it so that ${title}?`,
      command: 'kubectl certs check',
      outcome,
      answer,
    };
  });
}

const ANSWERS: Readonly<Record<CheckResult['outcomes'][number]['outcome'], string>> = {
  pass: 'nothing wrong was found',
  failed: 'it is not so',
  'not applicable': 'there is nothing of the kind here',
  unknown: 'nothing wrong was found in what could be read',
};

function nextOf(pointed: readonly Playbook[]): Diagnosis['next'] {
  const all = pointed.flatMap(({ next }) => next);
  return all.length > 0
    ? all
    : [
        { title: 'Read what the failing program says, whole', command: 'kubectl logs POD --previous --tail=100' },
        { title: 'Look at what was recorded of it', command: 'kubectl get events -A --sort-by=.lastTimestamp' },
        { title: 'Give the error text to this tool', command: "kubectl certs debug 'ERROR TEXT'" },
      ];
}
