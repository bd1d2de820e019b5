import type { Severity } from '../../model/finding.ts';
import { roleInfo } from '../../model/role.ts';
import type { Inventory, Placed } from '../../snapshot/inventory.ts';
import type { Verdict } from '../../x509/validate.ts';
import { CHAIN_CODES, codeOfRule } from '../chain-codes.ts';
import { type Found, fixOf, isShown, mayBeWhole, nameOf, sentenceOf } from '../chain-found.ts';
import { type Chained, judgeChain, objectionsTo, type Refusal, refusalFor } from '../chain-verdict.ts';
import { draft } from '../draft.ts';
import { impactOf } from '../impact.ts';
import type { Cause, Check, CheckInput, Draft } from '../rule.ts';
import { type Trust, trustOf } from '../trust.ts';
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
    causes: causesOf(inventory, places, verdict),
  });
}

/**
 * Where nobody said whom the clients trust, a root that is not at hand proves nothing: only what is wrong in any case
 * stays critical.
 */
function severityOf(inventory: Inventory, found: Found, refusal: Refusal): Severity {
  const { trust, verdict, definition, places } = found;
  if (trust.givenBy !== undefined || refusal.severity !== 'critical') return refusal.severity;
  if (definition.code === 'CHAIN_UNTRUSTED') return isShown(places[0]) ? 'warning' : 'info';
  if (definition.code !== 'CHAIN_INCOMPLETE' || !mayBeWhole(inventory, found)) return 'critical';
  return isShown(places[0]) || (verdict.missingIssuer?.urls.length ?? 0) > 0 ? 'warning' : 'info';
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
  const unless = severity === 'critical' ? '' : ' unless they were given its root';
  return `${who} ${verb} it${unless}: ${impactOf(inventory, placed)}`;
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
