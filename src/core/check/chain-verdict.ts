import type { Severity } from '../model/finding.ts';
import type { Layer } from '../model/layer.ts';
import { roleInfo } from '../model/role.ts';
import type { Inventory, Placed } from '../snapshot/inventory.ts';
import { type Certificate, MalformedCertificate } from '../x509/certificate.ts';
import type { ClientId } from '../x509/clients/client.ts';
import { type Crl, parseCrl } from '../x509/crl.ts';
import type { Purpose } from '../x509/demands.ts';
import { nameKey } from '../x509/name.ts';
import type { Objection } from '../x509/rules.ts';
import { type ValidationInput, type Verdict, validate } from '../x509/validate.ts';
import { addressOf } from './addresses.ts';
import { memo } from './memo.ts';
import { isAuthority } from './relations.ts';
import type { CheckInput } from './rule.ts';
import { isFallback } from './serving.ts';
import { authoritiesByName, type Trust } from './trust.ts';

/** A leaf with what travels beside it. */
export type Chained = Placed & { readonly leaf: Certificate };

/** Servers and clients, and files that hold a certificate for a name: not CAs, not what nobody verifies. */
export function isJudged(placed: Placed): placed is Chained {
  const { placement, leaf } = placed;
  const { use, verified } = roleInfo(placement.role);
  if (!leaf || placement.bundle || !verified || isShownToNobody(placement.ref, leaf)) return false;
  if (use === 'file') return !isAuthority(leaf);
  return use === 'server' || use === 'client' || use === 'peer';
}

/** What a controller shows to whoever names no host is its stand-in: no host is served with it, and nobody trusts it. */
function isShownToNobody(place: string, leaf: Certificate): boolean {
  return place.startsWith('tls://') && !place.includes('#') && isFallback(leaf);
}

/** OpenSSL takes the very last second of a certificate for one too late (X509_cmp_time never says "equal"). */
const SECOND = 1000;

/**
 * Judges a chain for the clients of its place. A leaf that is itself outside of its time is judged at the nearest
 * moment inside: that it has ended is said by another rule, and must not hide what else is wrong.
 */
export function judgeChain({ inventory, now }: CheckInput, placed: Chained, trust: Trust): Verdict {
  const { notBefore, notAfter } = placed.leaf;
  return validateAt(inventory, placed, trust, { now: Math.max(notBefore, Math.min(now, notAfter - SECOND)) });
}

/** What clients of the place say to the chain at a moment, for a name if one is given. */
export function validateAt(
  inventory: Inventory,
  placed: Chained,
  trust: Trust,
  demand: Pick<ValidationInput, 'now' | 'name'>,
): Verdict {
  const { leaf, chain } = placed;
  const reachable = reach(inventory, chain);
  const wanted = new Set(
    [leaf, ...chain, ...reachable].flatMap(({ subjectRaw, issuerRaw }) => [subjectRaw, issuerRaw].map(nameKey)),
  );
  return validate({
    leaf,
    intermediates: chain.slice(1),
    anchors: trust.anchors.filter(({ subjectRaw }) => wanted.has(nameKey(subjectRaw))),
    elsewhere: reachable,
    crls: revocationLists(inventory),
    purpose: purposeOf(inventory, placed),
    ...demand,
  });
}

/** Families whose refusal is felt there: browsers meet what is served to the outside, everything else is Go or OpenSSL. */
const FELT: Readonly<Record<Layer, readonly ClientId[]>> = {
  cluster: ['go', 'openssl'],
  mesh: ['go', 'openssl'],
  ingress: ['openssl', 'go', 'browser'],
  none: ['openssl', 'go', 'browser'],
};

/** No browser meets what a Service shows under its name inside of the cluster, whoever asked for it. */
const IN_CLUSTER = /\.svc(?:\.|$)/;

/** Families of clients of a place. */
function clientsOf({ placement: { layer, ref } }: Placed): readonly ClientId[] {
  const { host = '', sni = '' } = addressOf(ref) ?? {};
  return layer === 'none' && [host, sni].some((name) => IN_CLUSTER.test(name)) ? FELT.cluster : FELT[layer];
}

/** What a verdict says about some rules: who refuses for their sake. */
export interface Refusal {
  readonly severity: Severity;
  readonly refusedBy: readonly ClientId[];
}

/** critical where a client that matters refuses for one of these rules, a warning where only strict ones do, else info. */
export function refusalFor({ acceptedBy }: Verdict, rules: ReadonlySet<string>, placed: Placed): Refusal {
  const refuses = (id: ClientId) =>
    !acceptedBy[id].accepted && acceptedBy[id].reasons.some(({ rule }) => rules.has(rule));
  const refusedBy = clientsOf(placed).filter(refuses);
  if (refusedBy.length > 0) return { severity: 'critical', refusedBy };
  return refuses('openssl-strict')
    ? { severity: 'warning', refusedBy: ['openssl-strict'] }
    : { severity: 'info', refusedBy };
}

/** The leaf's own dates are another rule's business. */
const TIME_RULES: ReadonlySet<string> = new Set(['expired', 'not-yet-valid']);

/** Every objection to a chain once: those of the RFC, then those that clients of this place have of their own. */
export function objectionsTo({ reasons, acceptedBy }: Verdict, placed: Chained): Objection[] {
  const { leaf } = placed;
  const ids = [...clientsOf(placed), 'openssl-strict'] as const;
  const all = [...reasons, ...ids.flatMap((id) => acceptedBy[id].reasons)].filter(
    ({ rule, certificate }) => !(TIME_RULES.has(rule) && certificate === leaf.sha256),
  );
  return [...new Map(all.toReversed().map((one) => [`${one.rule} ${one.certificate}`, one])).values()].reverse();
}

/** A file whose name is asked for (`--host`) is to be served; without that it is for what it says it is for. */
function purposeOf({ snapshot }: Inventory, { placement, leaf }: Chained): Purpose {
  const { use } = roleInfo(placement.role);
  if (use === 'server') return 'serverAuth';
  if (use === 'client') return 'clientAuth';
  const serves = snapshot.scope.host !== undefined || leaf.extKeyUsages.includes('serverAuth');
  return use === 'file' && serves ? 'serverAuth' : 'any';
}

/** Most issuers that stand above one another in a path that is looked for. */
const MOST_STEPS = 6;

/** CAs at hand that may have issued the chain, or its issuers. */
function reach(inventory: Inventory, chain: readonly Certificate[]): Certificate[] {
  const found = new Map<string, Certificate>();
  let frontier: readonly Certificate[] = chain;
  for (let step = 0; step < MOST_STEPS && frontier.length > 0; step++) {
    const issuers = frontier.flatMap(({ issuerRaw }) => authoritiesByName(inventory).get(nameKey(issuerRaw)) ?? []);
    frontier = issuers.filter(({ sha256 }) => !found.has(sha256));
    for (const issuer of frontier) found.set(issuer.sha256, issuer);
  }
  return [...found.values()];
}

/** A list that does not parse revokes nothing: whoever kept it has said so. */
const revocationLists = memo((inventory): readonly Crl[] =>
  inventory.snapshot.crls.flatMap(({ der }) => {
    try {
      return [parseCrl(Buffer.from(der, 'base64'))];
    } catch (error) {
      if (error instanceof MalformedCertificate) return [];
      throw error;
    }
  }),
);
