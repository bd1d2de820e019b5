import type { LinkerdCheckFact, Seen } from '../../model/facts.ts';
import type { Judgement, PlaybookStep } from '../playbook.ts';

/** What `linkerd check` says beside it: it reads texts and dates, and may be green in an outage. */
export const linkerdOpinion: PlaybookStep = {
  id: 'opinion',
  question: 'What does linkerd check say, and what does it not look at?',
  command: () => 'linkerd check --proxy --wait 2s -o json',
  sources: [],
  judge: ({ inventory, findings }) => {
    const isBroken = findings.some(({ layer, severity }) => layer === 'mesh' && severity === 'critical');
    return inventory.facts('linkerdCheck').flatMap((report) => [...green(report, isBroken), ...shortLived(report)]);
  },
};

function green({ success, checks }: Seen<LinkerdCheckFact>, isBroken: boolean): Judgement[] {
  const quiet = success && checks.every(({ result, description }) => result !== 'warning' || NOISE.test(description));
  if (!isBroken || !quiet) return [];
  return [
    {
      is: 'misleads',
      message: 'linkerd check finds nothing',
      why: "it compares texts and dates: it opens no connection to a proxy, leaves the control plane's own proxies out, and earlier versions do not look at webhooks",
    },
  ];
}

const NOISE = /version|up-to-date|60 days/;

/** The sixty days are a constant: an issuer that cert-manager renews every other day always warns. */
function shortLived({ checks }: Seen<LinkerdCheckFact>): Judgement[] {
  const warned = checks.filter(({ result, description }) => result === 'warning' && /60 days/.test(description));
  return warned.map(({ description, error = '' }) => ({
    is: 'misleads',
    message: `linkerd check warns: ${description}: ${error.split('\n')[0]}`,
    why: 'sixty days are a constant of linkerd; what renews itself in time is not late',
  }));
}
