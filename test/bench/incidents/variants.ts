import type { Snapshot } from '../../../src/core/model/snapshot.ts';

/** The same symptom in other words: of another program, or without any name. */
export const WORDINGS: readonly { readonly title: string; readonly say: (symptom: string) => string }[] = [
  {
    title: 'as another program says it',
    say: (text) => RETOLD.reduce((told, [pattern, words]) => told.replace(pattern, words), text),
  },
  {
    title: 'only its end',
    say: (text) =>
      text
        .split(/: (?!\/)/)
        .slice(-2)
        .join(': '),
  },
  {
    title: 'without names',
    say: (text) =>
      text
        .replace(/(?<!\w)(["'`])[^"'`\n]*\1(?!\w)/g, 'it')
        .replace(/https?:\/\/\S+/g, 'a server')
        .replace(/\b[\w-]+(?:\.[\w-]+){2,}\b/g, 'a host'),
  },
];

const RETOLD: readonly (readonly [RegExp, string])[] = [
  [
    /x509: certificate has expired or is not yet valid(?:: current time \S+ is after \S+)?/gi,
    'invalid peer certificate: Expired',
  ],
  [
    /(?:tls: failed to verify certificate: )?x509: certificate signed by unknown authority/gi,
    'SSL certificate problem: unable to get local issuer certificate',
  ],
  [/failed calling webhook/gi, 'could not call the admission webhook'],
  [/Unauthorized/g, '401'],
  [/remote error: tls: internal error/gi, 'tlsv1 alert internal error'],
  [/upstream connect error or disconnect\/reset before headers/gi, 'HTTP 503 from the sidecar, connection failure'],
  [/Unable to connect to the server/gi, 'kubectl cannot connect'],
  [/error presenting challenge/gi, 'the challenge could not be presented'],
];

/** Sources that a snapshot got something from. */
export function sourcesOf({ placements, facts, handshakes, coverage }: Snapshot): string[] {
  const seen = new Set([
    ...placements.map((one) => one.seen),
    ...handshakes.map((one) => one.seen),
    ...Object.values(facts).flatMap((list) => list.map((one) => one.seen)),
  ]);
  return [...new Set([...seen].map((index) => coverage[index]?.source ?? ''))].filter((source) => source !== '').sort();
}

/** The snapshot of someone to whom this source is denied: nothing of it, and the word that it was. */
export function withoutSource(snapshot: Snapshot, source: string): Snapshot {
  const isKept = ({ seen }: { readonly seen: number }) => snapshot.coverage[seen]?.source !== source;
  return {
    ...snapshot,
    placements: snapshot.placements.filter(isKept),
    handshakes: snapshot.handshakes.filter(isKept),
    tools: snapshot.tools.filter(isKept),
    crls: snapshot.crls.filter(isKept),
    facts: Object.fromEntries(
      Object.entries(snapshot.facts).map(([kind, list]) => [kind, list.filter(isKept)]),
    ) as Snapshot['facts'],
    coverage: snapshot.coverage.map((one) =>
      one.source === source
        ? { ...one, state: 'denied', reason: 'denied for this run', unknown: one.unknown ?? source }
        : one,
    ),
  };
}
