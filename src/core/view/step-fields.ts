import type { Expectation, PlannedStep, SkippedTarget } from '../model/plan.ts';
import type { Step } from '../model/step.ts';
import { commandLine, NOTHING_TO_UNDO } from './plan.ts';
import type { Field } from './section.ts';
import { rfc3339 } from './time.ts';

const RISKS = {
  none: 'none: nothing stops serving',
  outage: 'outage: what needs it stops until the step is done',
} as const;

/** Everything about one step that a person decides by. */
export function stepFields({ title, command, risk, target, rollback, verify }: PlannedStep): readonly Field[] {
  return [
    { label: 'what', text: title },
    ...(command.length > 0 ? [{ label: 'command', text: commandLine(command), command: true as const }] : []),
    { label: 'risk', text: risk === 'restart' ? `restarts ${target}` : RISKS[risk], ...riskTone(risk) },
    { label: 'proof', text: verify ? verify.expect.map(expectationText).join('; ') : 'that it was done' },
    { label: 'way back', text: rollback?.title ?? NOTHING_TO_UNDO },
    ...(rollback && rollback.command.length > 0
      ? [{ label: '', text: commandLine(rollback.command), command: true as const }]
      : []),
  ];
}

/** Everything about a step that a person runs. */
export function manualFields({ title, command, risk }: Step): readonly Field[] {
  return [
    { label: 'what', text: title },
    ...(command.length > 0 ? [{ label: 'command', text: commandLine(command), command: true as const }] : []),
    { label: 'risk', text: risk === 'restart' ? 'restarts what it names' : RISKS[risk], ...riskTone(risk) },
  ];
}

/** Everything about a target that is left alone. */
export function skippedFields({ target, reason, instead }: SkippedTarget): readonly Field[] {
  return [
    { label: 'target', text: target },
    { label: 'left alone', text: reason },
    ...instead.flatMap(({ title, command }, index) => [
      { label: index === 0 ? 'instead' : 'then', text: title },
      ...(command.length > 0 ? [{ label: '', text: commandLine(command), command: true as const }] : []),
    ]),
  ];
}

function riskTone(risk: Step['risk']): Pick<Field, 'tone'> {
  return risk === 'none' ? {} : { tone: 'warning' };
}

/** What a step is held against once it has run, in words. */
function expectationText(expectation: Expectation): string {
  switch (expectation.is) {
    case 'leaf':
      return `${expectation.ref} still holds the same certificate`;
    case 'new-leaf':
      return `${expectation.ref} holds a new certificate`;
    case 'same-leaf':
      return `${expectation.ref} shows what ${expectation.as} holds`;
    case 'key-match':
      return `${expectation.ref} and its key belong together`;
    case 'ends-after':
      return `${expectation.ref} ends after ${rfc3339(expectation.at)}`;
    case 'process-newer':
      return `${expectation.program} started after ${expectation.path} changed`;
  }
}
