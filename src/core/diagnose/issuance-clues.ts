import { ISSUANCE_CODES } from '../check/implied-causes.ts';
import { type Blocked, blockedOf } from '../check/issuance/blocked.ts';
import type { IssuanceCause, IssuanceLink } from '../check/issuance/cause.ts';
import { causeIn } from '../check/issuance/causes.ts';
import { issuanceIndex } from '../snapshot/cert-manager/issuance.ts';
import type { Inventory } from '../snapshot/inventory.ts';
import type { Judgement, StepContext } from './playbook.ts';
import type { Saying } from './sayings.ts';
import { PASTED } from './sayings.ts';
import type { SymptomReading } from './symptom.ts';

/** The link that an object is, by the kind in its ref. */
const LINKS: Readonly<Record<string, IssuanceLink>> = {
  challenge: 'challenge',
  order: 'order',
  certificaterequest: 'request',
  certificate: 'certificate',
  issuer: 'issuer',
  clusterissuer: 'issuer',
};

/**
 * Causes that events, cert-manager's log or the pasted text give away, each at the issuance that it is about. A text that
 * fits several issuances, or none that is here, is a hint.
 */
export function judgeWords(context: StepContext, codes: ReadonlySet<string>): Judgement[] {
  return context.sayings.flatMap((saying) => {
    const own = LINKS[saying.object.split('/')[0] ?? ''];
    if (saying.from === 'condition' || (saying.from === 'log' && !isOfCertManager(saying))) return [];
    const cause = own ? causeIn(saying.text, own) : inAnyLink(saying.text);
    if (!cause || !codes.has(cause.definition.code)) return [];
    const blocked = issuancesMeant(context, saying, cause);
    const [one] = blocked.filter((each) => !isSettled(context, each, cause));
    const object = one ? (one.refs[cause.blames] ?? Object.values(one.refs)[0]) : undefined;
    if (!one || object === undefined) return [];
    const { namespace, name, secretName } = one.certificate;
    const judgement: Judgement = {
      is: 'supports',
      code: cause.definition.code,
      object,
      also: [...Object.values(one.refs), `secret/${namespace}/${secretName}#tls.crt`].filter((ref) => ref !== object),
      message: `Certificate ${namespace}/${name} is not issued: ${saying.text
        .trim()
        .slice(0, 300)
        .replace(/[.\s]+$/, '')}`,
      evidence: [saying.evidence],
      decisive: blocked.length === 1,
      explains: context.findings
        .filter(
          ({ code, placement, also = [] }) =>
            UNSETTLED.has(code) && [placement, ...also].includes(one.refs.certificate ?? ''),
        )
        .map(({ code, placement }) => ({ code, placement })),
      ...(saying.evidence.source === PASTED && { named: true }),
    };
    return [judgement];
  });
}

/** What the objects themselves show is more than words: these then say the same in another way. */
function isSettled({ findings }: StepContext, { refs }: Blocked, { definition }: IssuanceCause): boolean {
  return findings.some(
    ({ code, placement, also = [] }) =>
      code !== definition.code &&
      ISSUANCE_CODES.includes(code) &&
      !UNSETTLED.has(code) &&
      [placement, ...also].includes(refs.certificate ?? ''),
  );
}

/** Codes that say no more than that it does not go on. */
export const UNSETTLED: ReadonlySet<string> = new Set([
  'ISSUANCE_FAILING',
  'ISSUANCE_STUCK',
  'ISSUER_NOT_READY',
  'REQUEST_NOT_APPROVED',
  'SELF_CHECK_WRONG_ANSWER',
]);

const ORDER: readonly IssuanceLink[] = ['challenge', 'order', 'request', 'issuer', 'certificate'];

function inAnyLink(text: string): IssuanceCause | undefined {
  for (const link of ORDER) {
    const cause = causeIn(text, link);
    if (cause) return cause;
  }
  return undefined;
}

function isOfCertManager({ object }: Saying): boolean {
  return /^pod\/[^/]+\/[^/]*cert-manager(?!-(?:webhook|cainjector))/.test(object);
}

/** Issuances in trouble that a saying is about: of the object, named in the text, or of those that may say so. */
function issuancesMeant(
  { inventory, reading, sayings }: StepContext,
  { object, text, from }: Saying,
  cause: IssuanceCause,
): readonly Blocked[] {
  const all = blockedOf(inventory);
  const of = all.filter(({ refs }) => Object.values(refs).includes(object) || tries(inventory, refs).includes(object));
  if (of.length > 0) return of;
  const inText = all.filter(({ certificate, challenge, refs }) =>
    [...certificate.dnsNames, challenge?.dnsName, ...Object.values(refs).map((ref) => ref.split('/').at(-1))].some(
      (word) => word !== undefined && word.length > 3 && text.includes(word.replace(/^\*\./, '')),
    ),
  );
  if (inText.length > 0) return inText;
  const named = all.filter(({ certificate, refs }) =>
    [...Object.values(refs), ...certificate.dnsNames].some((word) => reading.subjects.has(word.toLowerCase())),
  );
  if (named.length > 0 && from === 'symptom') return named;
  if (from !== 'symptom' || !isOfIssuance(reading)) return [];
  const speakers = sayings.filter((other) => other.from !== 'symptom' && isTheSame(other.text, text));
  // Somebody says just this of himself: it is of nobody else.
  if (speakers.length > 0)
    return all.filter(({ refs }) => speakers.some((speaker) => Object.values(refs).includes(speaker.object)));
  const saying = all.filter(({ says }) => says.some((said) => causeIn(said.text, said.link) === cause));
  return saying.length > 0 ? saying : all.filter((each) => mayMeet(each, text));
}

/** Characters of a sentence that two say by no accident. */
const TELLING = 24;

/** Whether one of two texts holds the other, whatever their spaces and quotes. */
function isTheSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) =>
    text
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, ' ')
      .trim(),
  ) as [string, string];
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short.length >= TELLING && long.includes(short);
}

/** Words that only issuers of a kind are answered with. */
const OF_KIND: Readonly<Record<string, RegExp>> = {
  acme: /\b(?:acme|challenges?|orders?|HTTP-?01|DNS-?01|self check|solver)\b/i,
  vault: /\bvault\b/i,
};

/** Whether the issuer is of the kind that the words are about. */
function mayMeet({ issuer }: Blocked, text: string): boolean {
  const kinds = Object.keys(OF_KIND).filter((kind) => OF_KIND[kind]!.test(text));
  return issuer === undefined || kinds.length === 0 || kinds.includes(issuer.type);
}

/** Playbooks whose wordings are cert-manager's own: such a text is about an issuance, whichever. */
const OF_ISSUANCE: ReadonlySet<string> = new Set(['acme-challenge', 'cert-manager-issuer', 'http01-self-check']);

export function isOfIssuance({ playbooks }: Pick<SymptomReading, 'playbooks'>): boolean {
  return playbooks.some((id) => OF_ISSUANCE.has(id));
}

/** Refs of older tries: events of them may still be there. */
function tries(inventory: Inventory, { certificate }: Blocked['refs']): string[] {
  const [, namespace, name] = certificate?.split('/') ?? [];
  const fact = inventory.facts('certificate').find((each) => each.namespace === namespace && each.name === name);
  return fact
    ? issuanceIndex(inventory)
        .requests(fact)
        .map((request) => `certificaterequest/${request.namespace}/${request.name}`)
    : [];
}
