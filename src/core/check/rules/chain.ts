import type { CodeDefinition, Severity } from '../../model/finding.ts';
import { roleInfo } from '../../model/role.ts';
import { manualStep, type Step } from '../../model/step.ts';
import type { Inventory, Placed } from '../../snapshot/inventory.ts';
import { displayName } from '../../view/inventory.ts';
import { suggestIssuers } from '../../x509/explain.ts';
import { nameKey } from '../../x509/name.ts';
import type { Objection } from '../../x509/rules.ts';
import type { Verdict } from '../../x509/validate.ts';
import { CHAIN_CODES, codeOfRule } from '../chain-codes.ts';
import { type Chained, judgeChain, objectionsTo, type Refusal, refusalFor } from '../chain-verdict.ts';
import { draft } from '../draft.ts';
import { impactOf } from '../impact.ts';
import { renewSteps } from '../remedy.ts';
import type { Cause, Check, CheckInput, Draft } from '../rule.ts';
import { authoritiesByName, type Trust, trustOf } from '../trust.ts';
import { describe, list } from '../words.ts';

export const chain: Check = {
  id: 'chain',
  title: 'clients accept every chain',
  codes: CHAIN_CODES,
  applies: ({ inventory }) => inventory.placements.some(isJudged),
  run: (input) => {
    const judged = input.inventory.placements.filter(isJudged);
    const alike = Map.groupBy(
      judged,
      ({ placement }) => `${placement.layer} ${placement.role} ${placement.chain.join()}`,
    );
    return [...alike.values()].flatMap((places) => judge(input, places as [Chained, ...Chained[]]));
  },
};

/** Servers and clients, and files that hold a certificate for a name: not CAs, not what nobody verifies. */
function isJudged(placed: Placed): placed is Chained {
  const { placement, leaf } = placed;
  const { use, verified } = roleInfo(placement.role);
  if (!leaf || placement.bundle || !verified) return false;
  if (use === 'file') return !leaf.isCA || leaf.dnsNames.length + leaf.ipAddresses.length > 0;
  return use === 'server' || use === 'client' || use === 'peer';
}

function judge(input: CheckInput, places: readonly [Chained, ...Chained[]]): Draft[] {
  const [placed] = places;
  const trust = trustOf(input.inventory, placed);
  if (!trust) return [];
  const verdict = judgeChain(input, placed, trust);
  const objections = objectionsTo(verdict, placed).filter(({ rule }) => !isOurDoing(rule, verdict, trust));
  const groups = Map.groupBy(objections, ({ rule }) => codeOfRule(rule));
  return [...groups].flatMap(([definition, group]) =>
    definition ? [report(input, { places, trust, verdict, definition, objections: group })] : [],
  );
}

/** OpenSSL wants a path to end at a root. Where we took an intermediate for an anchor that says nothing. */
function isOurDoing(rule: string, { complete }: Verdict, { givenBy }: Trust): boolean {
  return rule === 'issuer-missing' && complete && givenBy === undefined;
}

interface Found {
  readonly places: readonly [Chained, ...Chained[]];
  readonly trust: Trust;
  readonly verdict: Verdict;
  readonly definition: CodeDefinition;
  /** Those that share the code. */
  readonly objections: readonly Objection[];
}

function report({ inventory }: CheckInput, found: Found): Draft {
  const { places, verdict, definition, objections } = found;
  const [placed] = places;
  const { ref, layer, seen } = placed.placement;
  const refusal = refusalFor(verdict, new Set(objections.map(({ rule }) => rule)), layer);
  const severity = severityOf(inventory, found, refusal);
  return draft(definition, {
    severity,
    layer,
    placement: ref,
    also: places.slice(1).map(({ placement }) => placement.ref),
    message: `${describe(placed.leaf, placed)} in ${ref}: ${sentence(inventory, found)}`,
    evidence: [
      ...objections
        .slice(0, 5)
        .map((one) =>
          inventory.evidence(seen, `${nameOf(inventory, one.certificate)}: ${one.message} (${one.source})`),
        ),
      inventory.evidence(seen, `accepted by ${acceptedBy(verdict)}`),
    ],
    impact: impactFor(inventory, placed, { severity, refusal }),
    fix: fixFor(inventory, found),
    causes: causesOf(inventory, places, verdict),
  });
}

/**
 * Where nobody said whom the clients trust, a root that is not at hand proves nothing: only what is wrong in any case
 * stays critical.
 */
function severityOf(
  inventory: Inventory,
  { trust, verdict, definition, places: [placed] }: Found,
  refusal: Refusal,
): Severity {
  if (trust.givenBy !== undefined || refusal.severity !== 'critical') return refusal.severity;
  if (definition.code === 'CHAIN_UNTRUSTED') return isShown(placed) ? 'warning' : 'info';
  if (definition.code !== 'CHAIN_INCOMPLETE' || isPublic(placed) || atHand(inventory, verdict).length > 0)
    return 'critical';
  return isShown(placed) || (verdict.missingIssuer?.urls.length ?? 0) > 0 ? 'warning' : 'info';
}

/** It is what somebody asked about, or what the outside sees. */
function isShown({ placement }: Placed): boolean {
  return ['file', 'served', 'ingress-tls', 'gateway-tls'].includes(placement.role);
}

/** Signed certificate timestamps, RFC 6962 section 3.3: only public CAs log what they issue. */
const TIMESTAMPS = '1.3.6.1.4.1.11129.2.4.2';

function isPublic({ leaf }: Chained): boolean {
  return leaf.extensions.some(({ oid }) => oid === TIMESTAMPS);
}

/** Places where the missing issuer stands, though not in the chain. */
function atHand(inventory: Inventory, { missingIssuer }: Verdict): string[] {
  const child = missingIssuer && inventory.certificates.get(missingIssuer.of);
  if (!child) return [];
  const candidates = authoritiesByName(inventory).get(nameKey(child.issuerRaw)) ?? [];
  return suggestIssuers(child, candidates).flatMap(
    ({ sha256 }) => inventory.placementsOf(sha256)[0]?.placement.ref ?? [],
  );
}

function sentence(inventory: Inventory, { trust, verdict, definition, objections }: Found): string {
  const by = trust.givenBy === undefined ? 'any root that is at hand' : trust.givenBy;
  const [first] = objections as [Objection];
  if (definition.code === 'CHAIN_INCOMPLETE' && verdict.missingIssuer) {
    const places = atHand(inventory, verdict);
    const where = places.length > 0 ? `it stands in ${list(places)}` : `it is not at hand`;
    return `the chain lacks its issuer ${verdict.missingIssuer.subject || 'without a name'}; ${where}`;
  }
  if (definition.code === 'CHAIN_UNTRUSTED') return `the chain does not lead to ${by}: ${first.message}`;
  const said = objections.map((one) => `${nameOf(inventory, one.certificate)} ${one.message}`);
  return list([...new Set(said)]);
}

function nameOf(inventory: Inventory, sha256: string): string {
  const certificate = inventory.certificates.get(sha256);
  return certificate ? displayName(certificate) : sha256.slice(0, 16);
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
  { severity, refusal }: { severity: Severity; refusal: Refusal },
): string {
  if (refusal.refusedBy.length === 0) return 'none: clients accept it all the same';
  const who = list(
    refusal.refusedBy.map((id) => FAMILIES[id]),
    4,
  );
  if (severity === 'critical' || severity !== refusal.severity) {
    const unless = severity === 'critical' ? '' : ' unless they were given its root';
    return `${who} ${refusal.refusedBy.length > 1 ? 'refuse' : refusal.refusedBy[0] === 'browser' ? 'refuse' : 'refuses'} it${unless}: ${impactOf(inventory, placed)}`;
  }
  return `only ${who} refuses it`;
}

function fixFor(inventory: Inventory, { places: [placed], verdict, definition }: Found): Step[] {
  if (definition.code !== 'CHAIN_INCOMPLETE') return renewSteps(inventory, placed);
  const places = atHand(inventory, verdict);
  const urls = verdict.missingIssuer?.urls ?? [];
  const from =
    places.length > 0 ? `from ${list(places)}` : urls.length > 0 ? `from ${list(urls)}` : 'as its CA gives it';
  return [
    manualStep('append', `append the certificate of the issuer, ${from}, to the chain: leaf first, the root left out`),
    ...renewSteps(inventory, placed),
  ];
}

/** A CA that has ended or was replaced, or a server that shows something else than it should. */
function causesOf(inventory: Inventory, places: readonly Chained[], { path }: Verdict): Cause[] {
  const refs = places.map(({ placement }) => placement.ref);
  const above = path
    .slice(1)
    .flatMap((sha256) => inventory.placementsOf(sha256))
    .map(({ placement }) => placement.ref);
  const same = ['ISSUER_REPLACED', 'SERVED_DIFFERS_FROM_STORED', 'KEY_MISMATCH', 'CHAIN_OUT_OF_ORDER'];
  return [
    ...refs.flatMap((placement) => same.map((code) => ({ code, placement }))),
    ...above.flatMap((placement) =>
      ['CERT_EXPIRED', 'CERT_NOT_YET_VALID', 'WEAK_SIGNATURE'].map((code) => ({ code, placement })),
    ),
  ];
}
