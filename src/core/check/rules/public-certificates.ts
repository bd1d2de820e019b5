import type { CodeDefinition } from '../../model/finding.ts';
import { manualStep } from '../../model/step.ts';
import type { Placed } from '../../snapshot/inventory.ts';
import { humanDuration } from '../../view/time.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { draft } from '../draft.ts';
import { impactOf } from '../impact.ts';
import { memo } from '../memo.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { describe, list } from '../words.ts';

const LIFETIME_BEYOND_MAXIMUM: CodeDefinition = {
  code: 'LIFETIME_BEYOND_MAXIMUM',
  severity: 'warning',
  title: 'a publicly trusted certificate lives longer than clients accept',
  meaning:
    'Public CAs may issue for 398 days until March 2026, 200 days since, 100 days from March 2027 and 47 days from March 2029. Browsers hold certificates to the limit of the day of their issuance. What renews by hand has to be automated before the limit makes it a monthly task. Private CAs are not bound.',
  prove: ['openssl x509 -noout -dates -issuer: the days between, and the public CA'],
  fix: ['have it issued anew within the limit, by something that renews by itself'],
  source: 'CA/Browser Forum Baseline Requirements 6.3.2, ballot SC-081v3',
  since: '0.1.0',
};

const INTERNAL_NAME_PUBLIC: CodeDefinition = {
  code: 'INTERNAL_NAME_PUBLIC',
  severity: 'info',
  title: 'an internal name is on a publicly logged certificate',
  meaning:
    'Public CAs write every certificate into public logs (Certificate Transparency) before it is issued: names of internal systems on it can be read by anybody, for ever, by searching the domain.',
  prove: ['crt.sh and its like, searched for the domain: the name is listed'],
  fix: ['have internal names issued by a private CA, or cover them by a wildcard; what is logged stays so'],
  prevent: ['an approver policy that keeps internal names from public issuers'],
  source: 'RFC 9162; kubectl certs explain which-issuer',
  since: '0.1.0',
};

const DAY = 86_400_000;

/** The longest lifetime by the day of issuance, newest first; a day of grace as the requirements count. */
const LIMITS: readonly { readonly from: number; readonly days: number }[] = [
  { from: Date.UTC(2029, 2, 15), days: 47 },
  { from: Date.UTC(2027, 2, 15), days: 100 },
  { from: Date.UTC(2026, 2, 15), days: 200 },
  { from: Date.UTC(2020, 8, 1), days: 398 },
];

/** Labels and ends of names that are not meant for the world. */
const INTERNAL =
  /(?:^|\.)(?:internal|intern|intranet|corp|private|priv|lan|local|svc)\.|\.(?:internal|local|lan|corp|svc)$/;

export const publicCertificates: Check = {
  id: 'public-certificates',
  title: 'publicly trusted certificates keep to the limits of public CAs, and to public names',
  codes: [LIFETIME_BEYOND_MAXIMUM, INTERNAL_NAME_PUBLIC],
  applies: ({ inventory }) => publicLeaves(inventory).length > 0,
  run: (input) =>
    publicLeaves(input.inventory).flatMap((placed) => [...judgeLifetime(input, placed), ...judgeNames(input, placed)]),
};

type Leaf = Placed & { readonly leaf: Certificate };

/** Served leaves whose chain ends below a root of this machine's public store, each certificate once. */
const publicLeaves = memo((inventory): readonly Leaf[] => {
  const roots = inventory.placements
    .filter(({ placement }) => placement.role === 'public-root')
    .flatMap(({ leaf }) => leaf ?? []);
  const anchors = new Set(roots.map(({ subjectRaw }) => Buffer.from(subjectRaw).toString('hex')));
  const seen = new Set<string>();
  return inventory.placements.filter((placed): placed is Leaf => {
    const { leaf, chain, placement } = placed;
    if (!leaf || leaf.isCA || placement.bundle || placement.layer !== 'ingress' || seen.has(leaf.sha256)) return false;
    const top = chain.at(-1) as Certificate;
    if (!anchors.has(Buffer.from(top.issuerRaw).toString('hex')) || leaf.selfIssued) return false;
    seen.add(leaf.sha256);
    return true;
  });
});

function judgeLifetime({ inventory }: CheckInput, placed: Leaf): Draft[] {
  const { leaf, placement } = placed;
  const limit = LIMITS.find(({ from }) => leaf.notBefore >= from);
  const lifetime = leaf.notAfter - leaf.notBefore;
  if (!limit || lifetime <= (limit.days + 1) * DAY) return [];
  return [
    draft(LIFETIME_BEYOND_MAXIMUM, {
      layer: placement.layer,
      placement: placement.ref,
      message: `${describe(leaf, placed)} in ${placement.ref} lives ${humanDuration(lifetime)}; public CAs may give ${limit.days} days since it was issued`,
      evidence: [inventory.evidence(placement.seen, `valid for ${humanDuration(lifetime)}, issued by ${leaf.issuer}`)],
      impact: `browsers may refuse it: ${impactOf(inventory, placed)}`,
      fix: [manualStep('renew', `have it issued anew for at most ${limit.days} days`)],
    }),
  ];
}

function judgeNames({ inventory }: CheckInput, placed: Leaf): Draft[] {
  const { leaf, placement } = placed;
  const names = leaf.dnsNames.filter((name) => !name.startsWith('*.') && INTERNAL.test(name));
  if (names.length === 0) return [];
  return [
    draft(INTERNAL_NAME_PUBLIC, {
      layer: placement.layer,
      placement: placement.ref,
      message: `${list(names)} ${names.length > 1 ? 'are names' : 'is a name'} of something internal, on a certificate by ${leaf.issuer}, which is logged publicly`,
      evidence: [inventory.evidence(placement.seen, `it names ${list(leaf.dnsNames)}`)],
      impact: 'anybody can read the name in the logs of Certificate Transparency',
      fix: [manualStep('private', 'have a private CA issue it: kubectl certs explain which-issuer')],
    }),
  ];
}
