import type { Judgement, PlaybookStep, StepContext } from '../playbook.ts';

/** Go says by which time it judged (crypto/x509 verify.go): that is what the clock of the one who speaks showed. */
const JUDGED_AT = /current time (?<at>\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)) is (?<side>before|after) /;

/** How far what was said may lie from what the clock is off by: it was said a while ago. */
const TOLERANCE = 30 * 60_000;

/**
 * A server whose clock is wrong refuses what is in order. Nothing that it serves shows that: only its clock, and the time
 * that it says it judged by.
 */
export const speakersClock: PlaybookStep = {
  id: 'speakers-clock',
  question: 'Is the clock of the one who says so right?',
  command: () => 'date -u; timedatectl; curl -skI https://SERVER/ | grep -i ^date',
  sources: [],
  causes: ['CLOCK_SKEW'],
  applies: ({ reading }) => JUDGED_AT.test(reading.text),
  judge: (context) => judge(context),
};

function judge({ findings, reading, inventory, now }: StepContext): Judgement[] {
  const groups = JUDGED_AT.exec(reading.text)?.groups;
  if (!groups?.at) return [];
  const off = Date.parse(groups.at) - now;
  return findings
    .filter(({ code }) => code === 'CLOCK_SKEW')
    .flatMap(({ code, placement, also, message, evidence, impact, fix }): Judgement[] => {
      const { date, dateReadAt } = inventory.snapshot.handshakes.find(({ ref }) => ref === placement) ?? {};
      const ahead = date && dateReadAt ? Date.parse(date) - Date.parse(dateReadAt) : undefined;
      if (ahead === undefined || Math.abs(off - ahead) > TOLERANCE) return [];
      return [
        {
          is: 'supports',
          code,
          object: placement,
          ...(also && { also }),
          message: `${message}, and by that time it judges: what it takes for ${groups.side === 'before' ? 'not yet valid' : 'expired'} is in order`,
          evidence,
          impact,
          fix,
          named: true,
        },
      ];
    });
}
