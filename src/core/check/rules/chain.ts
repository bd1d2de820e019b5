import { SEVERITIES, type Severity } from '../../model/finding.ts';
import type { Inventory } from '../../snapshot/inventory.ts';
import { count } from '../../view/text.ts';
import type { Objection } from '../../x509/rules.ts';
import type { Verdict } from '../../x509/validate.ts';
import { CHAIN_CODES, codeOfRule } from '../chain-codes.ts';
import { type Found, fixOf, isShown, mayBeWhole, nameOf, sentenceOf, unreadBehind } from '../chain-found.ts';
import { type Chained, isJudged, judgeChain, objectionsTo, type Refusal, refusalFor } from '../chain-verdict.ts';
import { draft } from '../draft.ts';
import { impactOf } from '../impact.ts';
import { unreadAmong } from '../readings.ts';
import { renewSteps } from '../remedy.ts';
import type { Cause, Check, CheckInput, Draft } from '../rule.ts';
import { type Trust, trustOf } from '../trust.ts';
import { describe, list, placeOf } from '../words.ts';

export const chain: Check = {
  id: 'chain',
  title: 'clients accept every chain',
  codes: CHAIN_CODES,
  applies: ({ inventory }) => inventory.placements.some(isJudged),
  run: (input) => {
    const found = alike(input.inventory).flatMap((one) => judge(input, one));
    const ofIssuers = Map.groupBy(found.filter(isIssuersFault), ({ objections }) => objections[0]?.certificate ?? '');
    return [
      ...found.filter((one) => !isIssuersFault(one)).map((one) => report(input, one)),
      ...[...ofIssuers].flatMap(([issuer, faults]) => reportIssuer(input, issuer, faults)),
    ];
  },
};

/** What is wrong with the form of a CA is told of the CA, once, however many leaves it has. */
function isIssuersFault({ definition, objections, places: [placed] }: Found): boolean {
  return definition.code === 'CHAIN_NOT_CONFORMING' && objections[0]?.certificate !== placed.leaf.sha256;
}

/** The same chain in the same role before the same verifiers, in one place or in many. */
type Alike = Pick<Found, 'places' | 'trust'>;

function alike(inventory: Inventory): Alike[] {
  const judged = inventory.placements.filter(isJudged).flatMap((placed) => {
    const trust = trustOf(inventory, placed);
    return trust ? [{ placed, trust }] : [];
  });
  const groups = Map.groupBy(judged, ({ placed: { placement }, trust }) =>
    [placement.layer, placement.role, trust.givenBy, ...placement.chain].join(' '),
  );
  return [...groups.values()].flatMap((group) => {
    const [first, ...others] = group.map(({ placed }) => placed);
    return first && group[0] ? [{ places: [first, ...others], trust: group[0].trust }] : [];
  });
}

function judge(input: CheckInput, { places, trust }: Alike): Found[] {
  const [placed] = places;
  const verdict = judgeChain(input, placed, trust);
  const objections = objectionsTo(verdict, placed).filter(({ rule }) => !isOurDoing(rule, verdict, trust));
  const groups = Map.groupBy(objections, (one) => groupOf(one, objections));
  return [...groups].flatMap(([name, group]) => {
    const definition = group.map(({ rule }) => codeOfRule(rule)).find((one) => one && name.startsWith(one.code));
    return definition ? [{ places, trust, verdict, definition, objections: group }] : [];
  });
}

/**
 * By code; what is wrong with the form of a certificate by that certificate too. Where some families miss an issuer and
 * others find one of its name that has another key, the chain leads to a root that is not trusted: one fault.
 */
function groupOf({ rule, certificate }: Objection, all: readonly Objection[]): string {
  const code = codeOfRule(rule)?.code;
  if (code === 'CHAIN_INCOMPLETE' && all.some((one) => codeOfRule(one.rule)?.code === 'CHAIN_UNTRUSTED'))
    return 'CHAIN_UNTRUSTED';
  return code === 'CHAIN_NOT_CONFORMING' ? `${code} ${certificate}` : `${code}`;
}

/** OpenSSL wants a path to end at a root. Where we took an intermediate for an anchor that says nothing. */
function isOurDoing(rule: string, { complete }: Verdict, { givenBy }: Trust): boolean {
  return rule === 'issuer-missing' && complete && givenBy === undefined;
}

function report({ inventory }: CheckInput, found: Found): Draft {
  const { places, verdict, definition, objections } = found;
  const [placed] = places;
  const { ref, layer, seen } = placed.placement;
  const refusal = refusalFor(verdict, new Set(objections.map(({ rule }) => rule)), placed);
  const severity = severityOf(inventory, found, refusal);
  return draft(definition, {
    severity,
    layer,
    placement: ref,
    also: places.slice(1).map(({ placement }) => placement.ref),
    message: `${describe(placed.leaf, placed)} in ${ref}: ${sentenceOf(inventory, found)}`,
    evidence: [
      ...objections
        .slice(0, 5)
        .map((one) =>
          inventory.evidence(seen, `${nameOf(inventory, one.certificate)}: ${one.message} (${one.source})`),
        ),
      inventory.evidence(seen, `accepted by ${acceptedBy(verdict)}`),
    ],
    impact: impactFor(inventory, placed, severity, refusal),
    fix: fixOf(inventory, found),
    causes: causesOf(inventory, found),
  });
}

/** One finding for a CA, about every chain that leads through it. */
function reportIssuer(input: CheckInput, issuer: string, faults: readonly Found[]): Draft[] {
  const { inventory } = input;
  const certificate = inventory.certificates.get(issuer);
  const places = inventory.placementsOf(issuer);
  const placed =
    places.find(({ placement, leaf }) => leaf?.sha256 === issuer && placement.role !== 'public-root') ?? places[0];
  if (!certificate || !placed) return [];
  const drafts = faults.map((fault) => report(input, fault));
  const [worst] = drafts.toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity)) as [Draft];
  const place = placeOf(certificate, placed);
  const said = list([...new Set(faults.flatMap(({ objections }) => objections.map(({ message }) => message)))]);
  const leaves = faults.flatMap((fault) => fault.places.map(({ placement }) => placement.ref));
  return [
    {
      ...worst,
      layer: placed.placement.layer,
      placement: place,
      also: [...new Set([...places.map((one) => placeOf(certificate, one)), ...leaves])].filter((one) => one !== place),
      message: `${describe(certificate, placed)} in ${place} ${said}: ${count(leaves.length, 'chain leads', 'chains lead')} through it`,
      fix: renewSteps(inventory, placed),
    },
  ];
}

/**
 * Where nobody said whom the clients trust, a root that is not at hand proves nothing: only what is wrong in any case
 * stays critical. Where a source that may hold what is missing was not read, nothing is known.
 */
function severityOf(inventory: Inventory, found: Found, refusal: Refusal): Severity {
  const { trust, verdict, definition, places } = found;
  if (trust.givenBy !== undefined || refusal.severity === 'info') return refusal.severity;
  if (unreadBehind(inventory, found).length > 0 || mayBeCalled(inventory, places)) return 'unknown';
  if (refusal.severity !== 'critical') return refusal.severity;
  if (definition.code === 'CHAIN_UNTRUSTED') return isShown(places[0]) ? 'warning' : 'info';
  if (definition.code !== 'CHAIN_INCOMPLETE' || !mayBeWhole(inventory, found)) return 'critical';
  return isShown(places[0]) || (verdict.missingIssuer?.urls.length ?? 0) > 0 ? 'warning' : 'info';
}

/** The API server trusts what it calls by the caBundle of the call alone: what a Service shows is for that to judge. */
function mayBeCalled(inventory: Inventory, places: Found['places']): boolean {
  const isService = places.some(({ placement }) => /^tls:\/\/[^/]*\.svc(?:[:#]|$)/.test(placement.ref));
  return isService && unreadAmong(inventory, ['cabundles']).length > 0;
}

const FAMILIES = { openssl: 'OpenSSL', 'openssl-strict': 'strict OpenSSL', go: 'Go', browser: 'browsers' } as const;

function acceptedBy({ acceptedBy: answers }: Verdict): string {
  const accepting = Object.entries(FAMILIES).filter(([id]) => answers[id as keyof typeof FAMILIES].accepted);
  return (
    list(
      accepting.map(([, name]) => name),
      4,
    ) || 'no family of clients'
  );
}

function impactFor(
  inventory: Inventory,
  placed: Chained,
  severity: Severity,
  { refusedBy, ...refusal }: Refusal,
): string {
  if (refusedBy.length === 0) return 'none: clients accept it all the same';
  const who = list(
    refusedBy.map((id) => FAMILIES[id]),
    4,
  );
  const verb = refusedBy.length > 1 || refusedBy[0] === 'browser' ? 'refuse' : 'refuses';
  if (refusal.severity !== 'critical') return `only ${who} ${verb} it`;
  if (severity === 'unknown') return `${who} ${verb} it, if its issuer is missing: ${impactOf(inventory, placed)}`;
  const unless = severity === 'critical' ? '' : ' unless they were given its root';
  return `${who} ${verb} it${unless}: ${impactOf(inventory, placed)}`;
}

/** A CA that has ended or was replaced, a server that shows something else than it should, a leaf that is not first. */
function causesOf(inventory: Inventory, { places, verdict, definition, trust }: Found): Cause[] {
  const refs = places.map(({ placement }) => placement.ref);
  const isUpsideDown = places[0].leaf.isCA && places[0].chain.length > 1;
  const same = [
    ...(TRUST_CODES.has(definition.code)
      ? ['ISSUER_REPLACED', 'SERVED_DIFFERS_FROM_STORED', 'DEFAULT_CERTIFICATE_SERVED']
      : []),
    ...(isUpsideDown ? ['CHAIN_OUT_OF_ORDER'] : []),
  ];
  const above =
    definition.code === 'CHAIN_EXPIRED' ? verdict.path.slice(1).flatMap((sha256) => placesOf(inventory, sha256)) : [];
  const stale =
    TRUST_CODES.has(definition.code) && trust.givenBy !== undefined
      ? [{ code: 'KUBECONFIG_CA_STALE', placement: trust.givenBy }]
      : [];
  return [
    ...stale,
    ...refs.flatMap((placement) => same.map((code) => ({ code, placement }))),
    ...storedWith(inventory, places[0]).map((placement) => ({ code: definition.code, placement })),
    ...above.flatMap((placement) => ['CERT_EXPIRED', 'CERT_NOT_YET_VALID'].map((code) => ({ code, placement }))),
  ];
}

/** What is wrong with a chain that is served as it is stored is said where it is stored. */
function storedWith(inventory: Inventory, { placement, leaf }: Found['places'][number]): string[] {
  if (placement.role !== 'ingress-served') return [];
  return inventory
    .placementsOf(leaf.sha256)
    .filter((other) => other.placement.ref.startsWith('secret/') && sameChain(other.placement.chain, placement.chain))
    .map((other) => other.placement.ref);
}

function sameChain(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((sha256, index) => sha256 === b[index]);
}

const TRUST_CODES: ReadonlySet<string> = new Set(['CHAIN_INCOMPLETE', 'CHAIN_UNTRUSTED']);

function placesOf(inventory: Inventory, sha256: string): string[] {
  const certificate = inventory.certificates.get(sha256);
  return certificate ? inventory.placementsOf(sha256).map((placed) => placeOf(certificate, placed)) : [];
}
