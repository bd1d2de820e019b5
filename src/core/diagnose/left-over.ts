import type { CheckResult } from '../check/check.ts';
import { CHECKS } from '../check/checks.ts';
import { CODES_OF_CHECKS } from '../check/codes-of-checks.ts';
import type { Diagnosis, OpenCause, RedHerring, RuledOut } from '../model/diagnosis.ts';
import type { Playbook, StepContext } from './playbook.ts';
import type { Root } from './rank.ts';
import type { StepRun } from './run-steps.ts';

export interface LeftOver {
  readonly context: StepContext;
  readonly result: CheckResult;
  readonly pointed: readonly Playbook[];
  readonly runs: readonly StepRun[];
  /** Runs of the playbooks that the symptom points to. */
  readonly own: readonly StepRun[];
  readonly misleading: readonly Root[];
  readonly supported: readonly Root[];
}

/** What is not among the causes: ruled out, open, and true but misleading. */
export function leftOver(left: LeftOver): Pick<Diagnosis, 'ruledOut' | 'open' | 'redHerrings'> {
  return { ruledOut: ruledOut(left), open: open(left), redHerrings: redHerrings(left) };
}

function titleOf(code: string, pointed: readonly Playbook[]): string {
  const cause = pointed.flatMap(({ causes }) => causes).find((one) => one.code === code);
  return (cause ?? CODES_OF_CHECKS.get(code))?.title ?? code;
}

/** What steps say against, then causes whose steps all passed, then what `check` looked for and did not find. */
function ruledOut({ result, pointed, own, supported, context }: LeftOver): RuledOut[] {
  const said = own.flatMap(({ judgements }) =>
    judgements.flatMap((one): RuledOut[] => {
      if (one.is !== 'rules-out') return [];
      const { code, object, why, evidence } = one;
      return [{ code, title: titleOf(code, pointed), ...(object !== undefined && { object }), why, evidence }];
    }),
  );
  const codes = new Set([...said.map(({ code }) => code), ...supported.map(({ candidate }) => candidate.code)]);
  const silent = [...new Set(pointed.flatMap(({ explainedBy }) => explainedBy))].flatMap((code): RuledOut[] => {
    const rule = CHECKS.find((one) => one.codes.some((definition) => definition.code === code));
    const outcome = rule && result.outcomes.find(({ id }) => id === rule.id)?.outcome;
    if (!rule || outcome !== 'pass' || codes.has(code)) return [];
    if (context.findings.some((finding) => finding.code === code)) return [];
    return [{ code, title: titleOf(code, pointed), why: `${rule.title}, wherever it was looked`, evidence: [] }];
  });
  return [...said, ...silent];
}

function open({ pointed, own, supported }: LeftOver): OpenCause[] {
  const said = own.flatMap(({ judgements }) =>
    judgements.flatMap((one): OpenCause[] => {
      if (one.is !== 'open') return [];
      const { code, object, missing, command } = one;
      return [{ code, title: titleOf(code, pointed), ...(object !== undefined && { object }), missing, command }];
    }),
  );
  const shown = new Set([...said.map(({ code }) => code), ...supported.map(({ candidate }) => candidate.code)]);
  const unanswered = own.flatMap(({ step, checked }): OpenCause[] => {
    if (checked.outcome !== 'unknown') return [];
    return (step.causes ?? [])
      .filter((code) => !shown.has(code))
      .map((code) => ({ code, title: titleOf(code, pointed), missing: checked.answer, command: checked.command }));
  });
  return [...said, ...unanswered];
}

/** Most warnings that are shown beside the causes. */
const MOST = 10;

function redHerrings({ own, misleading, context, supported }: LeftOver): RedHerring[] {
  const said = own.flatMap(({ judgements }) =>
    judgements.flatMap((one): RedHerring[] => {
      if (one.is !== 'misleads') return [];
      const { is: _, ...herring } = one;
      return [herring];
    }),
  );
  const beside = misleading.map(
    ({ candidate: { code, object, message }, relevance }): RedHerring => ({
      code,
      object,
      message,
      why:
        relevance > 0
          ? 'true, though it fits the symptom less than the cause'
          : 'true, though it would show as another error, or elsewhere',
    }),
  );
  const future = context.findings
    .filter(({ code, severity }) => (severity === 'warning' || severity === 'critical') && FUTURE.has(code))
    .filter(({ placement }) => !supported.some(({ candidate }) => candidate.object === placement))
    .map(({ code, placement, message }) => ({
      code,
      object: placement,
      message,
      why: 'true, though nothing fails because of it today',
    }));
  return [...said, ...beside, ...future].slice(0, MOST);
}

/** What will break later, or could. */
const FUTURE: ReadonlySet<string> = new Set([
  'CERT_EXPIRING',
  'CA_EXPIRES_BEFORE_LEAF',
  'WEAK_KEY',
  'KEY_FILE_MODE',
  'MASTERS_CARRIED_ON',
]);
