import type { Coverage } from '../model/coverage.ts';
import type { CodeDefinition } from '../model/finding.ts';
import { manualStep, type Step } from '../model/step.ts';
import type { Inventory, Placed } from '../snapshot/inventory.ts';
import { displayName } from '../view/display-name.ts';
import { suggestIssuers } from '../x509/explain.ts';
import { nameKey } from '../x509/name.ts';
import type { Objection } from '../x509/rules.ts';
import type { Verdict } from '../x509/validate.ts';
import type { Chained } from './chain-verdict.ts';
import { SOURCES_THAT_HOLD_CAS, unreadAmong } from './readings.ts';
import { renewSteps } from './remedy.ts';
import { authoritiesByName, type Trust } from './trust.ts';
import { list } from './words.ts';

/** What was found wrong with one chain, by one code. */
export interface Found {
  /** Where the same chain stands in the same role. */
  readonly places: readonly [Chained, ...Chained[]];
  readonly trust: Trust;
  readonly verdict: Verdict;
  readonly definition: CodeDefinition;
  /** Those that share the code. */
  readonly objections: readonly Objection[];
}

/** What is wrong, in one clause. */
export function sentenceOf(inventory: Inventory, found: Found): string {
  const { trust, verdict, definition, objections } = found;
  if (definition.code === 'CHAIN_INCOMPLETE' && verdict.missingIssuer) return lacking(inventory, found);
  if (definition.code === 'CHAIN_UNTRUSTED') {
    return `the chain does not lead to ${trust.givenBy ?? 'any root that is at hand'}: ${objections[0]?.message}`;
  }
  return list([...new Set(objections.map((one) => `${nameOf(inventory, one.certificate)} ${one.message}`))]);
}

/** What is to be done about it. */
export function fixOf(inventory: Inventory, found: Found): Step[] {
  const { places, verdict, definition } = found;
  const [placed] = places;
  if (definition.code !== 'CHAIN_INCOMPLETE') return renewSteps(inventory, placed);
  const sources = [...missingAtHand(inventory, verdict), ...(verdict.missingIssuer?.urls ?? [])];
  const from = sources.length > 0 ? `from ${list(sources)}` : 'as its CA gives it';
  const title = `append the certificate of the issuer, ${from}, to the chain: leaf first, the root left out`;
  const withCA = ['kubectl', 'certs', 'check', placed.placement.ref, '--ca', 'ca.pem'];
  return [
    ...(mayBeWhole(inventory, found)
      ? [manualStep('ask', 'when clients have been given a CA for it, judge by that one', withCA)]
      : []),
    manualStep('append', title),
    ...renewSteps(inventory, placed),
  ];
}

/** Whether the missing issuer may be a root that clients have and we have not. */
export function mayBeWhole(inventory: Inventory, { trust, verdict, places: [placed] }: Found): boolean {
  return trust.givenBy === undefined && !isPublic(placed) && missingAtHand(inventory, verdict).length === 0;
}

/**
 * Why the missing issuer may be at hand after all, as clauses: sources that could hold it were not read. Empty: it is
 * known to be missing. The root above the chain of a public CA stands in the public roots alone.
 */
export function unreadBehind(inventory: Inventory, { trust, verdict, definition, places: [placed] }: Found): string[] {
  if (definition.code !== 'CHAIN_INCOMPLETE' || trust.givenBy !== undefined) return [];
  if (!verdict.missingIssuer || missingAtHand(inventory, verdict).length > 0) return [];
  if (isPublic(placed)) return placed.chain.length > 1 ? reasonsOf(unreadAmong(inventory, ['public-roots'])) : [];
  const notYet = placed.placement.layer === 'ingress' && !inventory.snapshot.coverage.some(isOfSecrets);
  const unread = reasonsOf(unreadAmong(inventory, SOURCES_THAT_HOLD_CAS));
  return notYet ? ['secrets: not read', ...unread] : unread;
}

function isOfSecrets({ source }: Coverage): boolean {
  return source === 'secrets';
}

function reasonsOf(unread: readonly Coverage[]): string[] {
  return [...new Set(unread.map(({ source, state, reason }) => `${source}: ${reason ?? state}`))];
}

/** It is what somebody asked about, or what the outside sees. */
export function isShown({ placement }: Placed): boolean {
  return ['file', 'served', 'ingress-served', 'ingress-tls', 'gateway-tls'].includes(placement.role);
}

export function nameOf(inventory: Inventory, sha256: string): string {
  const certificate = inventory.certificates.get(sha256);
  return certificate ? displayName(certificate) : sha256.slice(0, 16);
}

function lacking(inventory: Inventory, found: Found): string {
  const {
    trust,
    verdict,
    places: [placed],
  } = found;
  const issuer = verdict.missingIssuer?.subject || 'without a name';
  const places = missingAtHand(inventory, verdict);
  if (places.length > 0) return `the chain lacks its issuer ${issuer}; it stands in ${list(places)}`;
  if (trust.givenBy !== undefined) return `the chain lacks its issuer ${issuer} and does not reach ${trust.givenBy}`;
  const unread = unreadBehind(inventory, found);
  if (unread.length > 0) {
    return `the chain ends below ${issuer}; whether that is at hand is not known, since it may stand in what was not read (${list(unread)})`;
  }
  if (isPublic(placed)) return `the chain lacks its issuer ${issuer}, which a public CA hands out with the certificate`;
  return `the chain ends below ${issuer}, which is not at hand: a missing intermediate, or a root that only its clients have`;
}

/** Signed certificate timestamps, RFC 6962 section 3.3: only public CAs log what they issue. */
const TIMESTAMPS = '1.3.6.1.4.1.11129.2.4.2';

function isPublic({ leaf }: Chained): boolean {
  return leaf.extensions.some(({ oid }) => oid === TIMESTAMPS);
}

/** Places where the missing issuer stands, though not in the chain. */
function missingAtHand(inventory: Inventory, { missingIssuer }: Verdict): string[] {
  const child = missingIssuer && inventory.certificates.get(missingIssuer.of);
  if (!child) return [];
  const candidates = authoritiesByName(inventory).get(nameKey(child.issuerRaw)) ?? [];
  return suggestIssuers(child, candidates).flatMap(
    ({ sha256 }) => inventory.placementsOf(sha256)[0]?.placement.ref ?? [],
  );
}
