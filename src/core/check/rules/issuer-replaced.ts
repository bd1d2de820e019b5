import type { CodeDefinition } from '../../model/finding.ts';
import { roleInfo } from '../../model/role.ts';
import type { Inventory, Placed } from '../../snapshot/inventory.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { nameKey, sameName } from '../../x509/name.ts';
import { draft } from '../draft.ts';
import { impactOf } from '../impact.ts';
import { memo } from '../memo.ts';
import { certificateFactOf, issuedBy, secretOf } from '../relations.ts';
import { renewSteps } from '../remedy.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { newerIssuer } from '../successors.ts';
import { authorityOf, certificatesOfRole, placementsOfRole } from '../trust.ts';
import { describe, list } from '../words.ts';

const ISSUER_REPLACED: CodeDefinition = {
  code: 'ISSUER_REPLACED',
  severity: 'critical',
  title: "a certificate was signed by an older CA of the same name, not by today's",
  meaning:
    'A CA was made anew under its old name, with a new key: after a rebuild, or when cert-manager renewed a self-signed root. What the old key signed still looks right, name for name, and is refused by everything that trusts the new one alone.',
  prove: [
    'openssl x509 -noout -ext authorityKeyIdentifier -in leaf.crt; openssl x509 -noout -ext subjectKeyIdentifier -in ca.crt: the two differ',
    'openssl verify -CAfile ca.crt leaf.crt: "certificate signature failure"',
    'kubectl says "possibly because of crypto/rsa: verification error while trying to verify candidate authority certificate"',
  ],
  fix: [
    'have the leaf signed again by the CA of today',
    'until then let verifiers trust both: keep the old CA in the bundle',
  ],
  prevent: ['renew a CA with its old key, or distribute trust with a bundle that holds old and new (trust-manager)'],
  source: 'RFC 5280 sections 4.2.1.1 and 4.2.1.2',
  since: '0.1.0',
};

export const issuerReplaced: Check = {
  id: 'issuer-replaced',
  title: 'every leaf was signed by the CA of today',
  codes: [ISSUER_REPLACED],
  applies: ({ inventory }) => inventory.placements.some((placed) => authoritiesOf(inventory, placed).length > 0),
  run: (input) => {
    const groups = Map.groupBy(
      input.inventory.placements.filter((placed) => isOrphaned(input.inventory, placed)),
      ({ placement }) => placement.chain[0] as string,
    );
    return [...groups.values()].map((places) => report(input, places as [Placed, ...Placed[]]));
  },
};

/** Today's CAs have the issuer's name, and none of them has its key. */
function isOrphaned(inventory: Inventory, placed: Placed): boolean {
  const { leaf } = placed;
  if (!leaf || leaf.selfIssued) return false;
  const named = authoritiesOf(inventory, placed).filter((ca) => sameName(ca.subjectRaw, leaf.issuerRaw));
  if (named.length === 0 || named.some((ca) => issuedBy(leaf, ca))) return false;
  // Where its own CA is the younger one, those that were taken for today's were left behind.
  return newerIssuer(inventory, leaf, named) === undefined;
}

/** The certificates of the CA that signs, today, what stands in such a place. */
function authoritiesOf(inventory: Inventory, placed: Placed): Certificate[] {
  const { placement } = placed;
  const role = authorityOf(placement.role);
  if (role) return certificatesOfRole(inventory, role);
  const current = inventory.facts('credential').some(({ ref }) => ref !== undefined && ref === placement.ref);
  if (current) return certificatesOfRole(inventory, 'client-ca-bundle');
  if (certificateFactOf(inventory, placement.ref)) return issuerSecret(inventory, placement.ref);
  return signsBesideIt(inventory, placed);
}

/** CAs that are kept in Secrets with their keys, by their names: whoever keeps one so signs with it. */
const signingCAs = memo((inventory) =>
  Map.groupBy(
    inventory.placements.filter(
      ({ placement, leaf }) =>
        leaf?.isCA && !placement.bundle && placement.key === leaf.spki && placement.ref.startsWith('secret/'),
    ),
    ({ leaf }) => nameKey(leaf!.subjectRaw),
  ),
);

/**
 * The CA of a Secret that no Certificate keeps: one of its issuer's name, younger than it, which signed something else in
 * its namespace. CAs of the same name that work elsewhere have nothing to do with it.
 */
function signsBesideIt(inventory: Inventory, { placement, leaf }: Placed): Certificate[] {
  const [, namespace] = /^secret\/([^/]+)\/[^#]+#tls\.crt$/.exec(placement.ref) ?? [];
  if (namespace === undefined || !leaf || leaf.isCA) return [];
  return (signingCAs(inventory).get(nameKey(leaf.issuerRaw)) ?? []).flatMap(({ leaf: ca }) =>
    ca && ca.notBefore > leaf.notBefore && signedIn(inventory, namespace, ca) ? [ca] : [],
  );
}

function signedIn({ placements }: Inventory, namespace: string, ca: Certificate): boolean {
  return placements.some(
    ({ placement, leaf }) =>
      placement.ref.startsWith(`secret/${namespace}/`) && leaf && !leaf.isCA && issuedBy(leaf, ca),
  );
}

/** The CA in the Secret of the cert-manager issuer that signs for the placement's Certificate. */
function issuerSecret(inventory: Inventory, ref: string): Certificate[] {
  const fact = certificateFactOf(inventory, ref);
  if (!fact || !ref.endsWith('#tls.crt')) return [];
  const issuer = inventory
    .facts('issuer')
    .find(
      ({ kind, name, namespace }) =>
        kind === fact.issuer.kind &&
        name === fact.issuer.name &&
        (kind === 'ClusterIssuer' || namespace === fact.namespace),
    );
  return placementsOfRole(inventory, 'issuer-ca').flatMap(({ placement, leaf }) => {
    const secret = secretOf(placement.ref);
    const isIts =
      secret?.name === issuer?.caSecretName && (!issuer?.namespace || secret?.namespace === issuer.namespace);
    return issuer && secret?.key === 'tls.crt' && isIts && leaf ? [leaf] : [];
  });
}

function report({ inventory }: CheckInput, places: readonly [Placed, ...Placed[]]): Draft {
  const [placed] = places;
  const leaf = placed.leaf as Certificate;
  const { ref, layer } = placed.placement;
  const authorities = authoritiesOf(inventory, placed);
  const seen = authorities.flatMap(({ sha256 }) => inventory.placementsOf(sha256)[0] ?? []);
  return draft(ISSUER_REPLACED, {
    severity: layer === 'cluster' && roleInfo(placed.placement.role).verified ? 'critical' : 'warning',
    layer,
    placement: ref,
    also: places.slice(1).map(({ placement }) => placement.ref),
    message: `${describe(leaf, placed)} in ${ref} was signed by another key than today's CA of the same name, ${leaf.issuer}, has`,
    evidence: [
      inventory.evidence(placed.placement.seen, `signed by key ${leaf.authorityKeyId ?? 'without id'}`),
      ...seen.map((ca) =>
        inventory.evidence(ca.placement.seen, `${ca.placement.ref} has key ${ca.leaf?.subjectKeyId ?? 'without id'}`),
      ),
    ],
    impact: `verifiers that trust only ${list(seen.map(({ placement }) => placement.ref))} refuse it: ${impactOf(inventory, placed)}`,
    fix: renewSteps(inventory, placed),
  });
}
