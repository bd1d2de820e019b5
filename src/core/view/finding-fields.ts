import type { Finding } from '../model/finding.ts';
import { commandLine } from './plan.ts';
import type { Field } from './section.ts';

/** Everything about a finding: what, where, who breaks, how it is known, and what to do. */
export function findingFields(finding: Finding): readonly Field[] {
  const { severity, code, placement, message, impact, evidence, fix, explainedBy, also = [] } = finding;
  return [
    { label: severity, text: `${code}: ${message}`, tone: severity },
    { label: 'where', text: placement },
    ...(also.length > 0 ? [{ label: 'also', text: also.join(', ') }] : []),
    { label: 'impact', text: impact },
    ...(explainedBy ? [{ label: 'cause', text: `${explainedBy.code} of ${explainedBy.placement}` }] : []),
    ...evidence.map(({ fact, source, at }, index) => ({
      label: index === 0 ? 'evidence' : '',
      text: `${fact} (${source}, ${at})`,
    })),
    ...fix.flatMap(({ title, command }, index): Field[] => [
      { label: index === 0 ? 'fix' : 'then', text: title },
      ...(command.length > 0 ? [{ label: '', text: commandLine(command), command: true as const }] : []),
    ]),
  ];
}
