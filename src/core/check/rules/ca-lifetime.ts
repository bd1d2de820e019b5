import type { CodeDefinition } from '../../model/finding.ts';
import { roleInfo } from '../../model/role.ts';
import type { Inventory, Placed } from '../../snapshot/inventory.ts';
import { displayName } from '../../view/display-name.ts';
import { rfc3339 } from '../../view/time.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { draft } from '../draft.ts';
import { impactOf } from '../impact.ts';
import { issuersOf } from '../relations.ts';
import { renewSteps } from '../remedy.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { describe, list, placeOf, when } from '../words.ts';

const CA_EXPIRES_BEFORE_LEAF: CodeDefinition = {
  code: 'CA_EXPIRES_BEFORE_LEAF',
  severity: 'warning',
  title: 'a CA ends before a certificate that it signed',
  meaning:
    'A path is valid only while every certificate in it is: these leaves end with their CA, whatever date they bear. Whoever watches the dates of leaves alone is taken by surprise, and renewing the leaves does not help.',
  prove: [
    'openssl x509 -noout -enddate -in ca.crt; openssl x509 -noout -enddate -in leaf.crt: the CA ends first',
    'kubeadm certs check-expiration: compare the two tables',
  ],
  fix: ['renew or replace the CA first, spread its new certificate to whatever trusts it, then renew the leaves'],
  prevent: ['plan the replacement of a CA one leaf lifetime before its end'],
  source: 'RFC 5280 section 6.1.3 (a)(2)',
  since: '0.1.0',
};

export const caLifetime: Check = {
  id: 'ca-lifetime',
  title: 'every CA outlives what it signed',
  codes: [CA_EXPIRES_BEFORE_LEAF],
  applies: ({ inventory }) => [...inventory.certificates.values()].some(({ isCA }) => isCA),
  run: (input) => {
    const outlived = new Map<Certificate, Certificate[]>();
    for (const leaf of leavesInUse(input)) {
      const issuer = shortIssuer(input.inventory, leaf);
      if (issuer && issuer.notAfter >= input.now) outlived.set(issuer, [...(outlived.get(issuer) ?? []), leaf]);
    }
    return [...outlived].flatMap(([issuer, leaves]) => report(input, issuer, leaves));
  },
};

function leavesInUse({ inventory, now }: CheckInput): Certificate[] {
  return [...inventory.certificates.values()].filter(
    ({ sha256, notAfter, selfIssued }) => !selfIssued && notAfter >= now && inventory.placementsOf(sha256).some(isUsed),
  );
}

function isUsed({ placement }: Placed): boolean {
  return roleInfo(placement.role).verified && placement.role !== 'public-root';
}

/** The longest-lived of its issuers, where even that one ends first: a CA renewed with its old key has several. */
function shortIssuer(inventory: Inventory, leaf: Certificate): Certificate | undefined {
  if (!inventory.withSubject(leaf.issuerRaw).some(({ notAfter }) => notAfter < leaf.notAfter)) return undefined;
  const issuers = issuersOf(inventory, leaf).filter(({ isCA }) => isCA);
  const last = issuers.toSorted((a, b) => b.notAfter - a.notAfter)[0];
  return last && last.notAfter < leaf.notAfter ? last : undefined;
}

function report({ inventory, now }: CheckInput, issuer: Certificate, leaves: readonly Certificate[]): Draft[] {
  const places = inventory.placementsOf(issuer.sha256);
  const placed = places.find(({ placement }) => !placement.bundle) ?? places[0];
  if (!placed || renewsWithSameKey(placed)) return [];
  const named = leaves.toSorted((a, b) => b.notAfter - a.notAfter || (a.sha256 < b.sha256 ? -1 : 1));
  const { layer, seen } = placed.placement;
  const place = placeOf(issuer, placed);
  return [
    draft(CA_EXPIRES_BEFORE_LEAF, {
      layer,
      placement: place,
      also: places.filter((one) => one !== placed).map((one) => placeOf(issuer, one)),
      message: `${describe(issuer, placed)} in ${place} ends ${when(issuer.notAfter, now)}, before ${list(named.map(displayName))}, which it signed`,
      evidence: [
        inventory.evidence(seen, `${place} ends ${rfc3339(issuer.notAfter)}`),
        ...named.slice(0, 5).flatMap((leaf) => leafEvidence(inventory, leaf)),
      ],
      impact: impactOf(inventory, placed),
      fix: renewSteps(inventory, placed),
      causes: places.map((one) => ({ code: 'CERT_EXPIRING', placement: placeOf(issuer, one) })),
    }),
  ];
}

/** istiod renews its own CA with the same key: the leaves verify against the new certificate too. */
function renewsWithSameKey({ placement }: Placed): boolean {
  return placement.manager === 'istiod';
}

function leafEvidence(inventory: Inventory, leaf: Certificate) {
  const [placed] = inventory.placementsOf(leaf.sha256).filter(isUsed);
  return placed
    ? [inventory.evidence(placed.placement.seen, `${placed.placement.ref} ends ${rfc3339(leaf.notAfter)}`)]
    : [];
}
