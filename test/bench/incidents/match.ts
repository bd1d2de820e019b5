import type { Diagnosis, RootCause } from '../../../src/core/model/diagnosis.ts';
import { refBase } from '../../../src/core/model/ref.ts';
import type { Expectation } from '../../../src/io/demo/planting/form.ts';

/** How a diagnosis stands beside what the corpus expects. */
export interface Match {
  readonly result:
    | 'first'
    | 'top 3'
    | 'ranked'
    | 'missed'
    | 'right: no fault'
    | 'false alarm'
    | 'undecided'
    | 'to judge';
  /** Place of the expected cause among those that were ranked, from 1; of the last of several. */
  readonly rank?: number;
  /** Codes that must not be ranked and were. */
  readonly forbidden: readonly string[];
  readonly redHerrings: number;
  /** The expected code stands first, with another object: it is weaker, and not wrong. */
  readonly sameCode: boolean;
  /** It says what it says with high confidence, or that there is no fault. */
  readonly isSure: boolean;
  /** By what it was judged: code and object, the object alone (the corpus has a sentence), the verdict; or who has to. */
  readonly by: 'code and object' | 'object' | 'verdict' | 'a person';
}

/** The command failed, or was ended. */
export const NO_DIAGNOSIS: Match = {
  result: 'missed',
  forbidden: [],
  redHerrings: 0,
  isSure: false,
  sameCode: false,
  by: 'verdict',
};

interface Expected {
  readonly code?: string;
  readonly object?: string;
}

/**
 * The rule: a root cause matches when it has the expected code and blames the expected object, that is, names it as its
 * object or among those that it is about; a key or member of an object is the object. Where what is expected stands in
 * the chain of its effects, it matches too: it then says what lies behind. Where the corpus has a sentence instead of a
 * code, the object alone is compared; where it has the sentence alone, or nothing, a person judges. Several expected
 * causes must all be there: first means that nothing else stands before the last of them.
 */
export function matchOf(diagnosis: Diagnosis, expect: Expectation = {}): Match {
  const causes = [expect.rootCause ?? []].flat().map((one): Expected => (typeof one === 'string' ? {} : one));
  const ranked = diagnosis.rootCauses;
  const forbidden = ranked.map(({ code }) => code).filter((code) => expect.not?.includes(code));
  const redHerrings = diagnosis.redHerrings.length;
  const isSure = diagnosis.verdict === 'no-fault' || ranked[0]?.confidence === 'high';
  const sameCode = causes.some(({ code }) => code !== undefined && code === ranked[0]?.code);
  const rest = { sameCode, forbidden, redHerrings, isSure };
  if (expect.verdict === 'no-fault') {
    const results = {
      'no-fault': 'right: no fault',
      'root-cause-found': 'false alarm',
      undecided: 'undecided',
    } as const;
    return { result: results[diagnosis.verdict], by: 'verdict', ...rest };
  }
  const isForAPerson = causes.every(({ code, object }) => code === undefined && object === undefined);
  const isExpected = causes.length > 0;
  if (isForAPerson && (!isExpected || diagnosis.verdict === 'root-cause-found'))
    return { result: 'to judge', by: 'a person', ...rest };
  const by = causes.every(({ code }) => code !== undefined) ? 'code and object' : 'object';
  const ranks = causes.map((cause) => ranked.findIndex((one) => isMeant(one, cause)) + 1);
  if (ranks.includes(0)) {
    return { result: diagnosis.verdict === 'undecided' ? 'undecided' : 'missed', by, ...rest };
  }
  const rank = Math.max(...ranks);
  const result = rank <= causes.length ? 'first' : rank <= 3 ? 'top 3' : 'ranked';
  return { result: diagnosis.verdict === 'root-cause-found' ? result : 'undecided', rank, by, ...rest };
}

function isMeant({ code, object, also, chain }: RootCause, expected: Expected): boolean {
  const codes = [code, ...chain.map((effect) => effect.code)];
  if (expected.code !== undefined && !codes.includes(expected.code)) return false;
  const wanted = expected.object;
  return wanted === undefined ? expected.code !== undefined : [object, ...also].some((place) => isSame(place, wanted));
}

/** Itself, its member, or its key: `secret/a/b#tls.crt` is `secret/a/b`. */
function isSame(place: string, wanted: string): boolean {
  const [a, b] = [refBase(place), refBase(wanted)];
  return a === b || a.startsWith(`${b}#`) || b.startsWith(`${a}#`);
}
