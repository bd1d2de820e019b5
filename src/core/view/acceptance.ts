import type { Acceptance } from '../check/acceptance.ts';
import type { Note } from './section.ts';

const CLIENTS = { openssl: 'OpenSSL', 'openssl-strict': 'strict OpenSSL', go: 'Go', browser: 'browsers' } as const;

/** As many lines as a person reads; the document has all. */
const MOST = 5;

export function acceptanceNotes(acceptances: readonly Acceptance[]): Note[] {
  return acceptances.length > MOST ? [] : acceptances.map(acceptanceNote);
}

/** Whether clients accept a chain, in one line: who does, who does not, and for which reason. */
function acceptanceNote({ placement, host, acceptedBy }: Acceptance): Note {
  const answers = Object.entries(CLIENTS).map(([id, name]) => ({ name, ...acceptedBy[id as keyof typeof CLIENTS] }));
  const accepting = answers.filter(({ accepted }) => accepted).map(({ name }) => name);
  const refusing = answers.filter(({ accepted }) => !accepted);
  const byReason = Map.groupBy(refusing, ({ reasons }) => reasons[0]?.message ?? 'no reason given');
  const parts = [
    ...(accepting.length > 0 ? [`accepted by ${accepting.join(', ')}`] : []),
    ...[...byReason].map(([reason, ones]) => `refused by ${ones.map(({ name }) => name).join(', ')}: ${reason}`),
  ];
  const usual = answers.filter(({ name }) => name !== CLIENTS['openssl-strict']);
  const tone = refusing.length === 0 ? 'ok' : usual.some(({ accepted }) => !accepted) ? 'critical' : 'warning';
  return { tone, text: `${placement}${host ? ` for ${host}` : ''}: ${parts.join('; ')}` };
}
