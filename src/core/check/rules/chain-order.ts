import type { CodeDefinition } from '../../model/finding.ts';
import { manualStep } from '../../model/step.ts';
import type { Placed } from '../../snapshot/inventory.ts';
import { displayName } from '../../view/display-name.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { sameName } from '../../x509/name.ts';
import { draft } from '../draft.ts';
import { impactOf } from '../impact.ts';
import { issuedBy } from '../relations.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { list } from '../words.ts';

const CHAIN_OUT_OF_ORDER: CodeDefinition = {
  code: 'CHAIN_OUT_OF_ORDER',
  severity: 'warning',
  title: 'the certificates of a chain do not follow one another',
  meaning:
    'The leaf comes first and each certificate is followed by its issuer. Most clients sort by themselves; TLS 1.2 does not oblige them to, and old or small ones refuse. When the leaf is not first the server takes a CA for its own certificate, and its key does not match. Certificates that belong to no path are sent for nothing.',
  prove: [
    'openssl crl2pkcs7 -nocrl -certfile fullchain.pem | openssl pkcs7 -print_certs -noout: each issuer line equals the next subject line',
  ],
  fix: ["write the file again: leaf, then its issuer, then that one's issuer, without the root"],
  prevent: ['take the chain as the CA or ACME client writes it; do not put it together by hand'],
  source: 'RFC 5246 section 7.4.2; RFC 8446 section 4.4.2',
  since: '0.1.0',
};

export const chainOrder: Check = {
  id: 'chain-order',
  title: 'every chain is in order, leaf first',
  codes: [CHAIN_OUT_OF_ORDER],
  applies: ({ inventory }) => inventory.placements.some(({ chain }) => chain.length > 1),
  run: (input) => {
    const chains = input.inventory.placements.filter(({ chain, placement }) => chain.length > 1 && !placement.bundle);
    const alike = Map.groupBy(chains, ({ placement }) => placement.chain.join());
    return [...alike.values()].flatMap((places) => judge(input, places as [Placed, ...Placed[]]));
  },
};

function judge(input: CheckInput, places: readonly [Placed, ...Placed[]]): Draft[] {
  const { chain } = places[0];
  const first = leafOf(chain);
  if (first !== chain[0]) {
    return [
      report(input, places, {
        severity: 'critical',
        what: `${displayName(first)} is not first, ${displayName(chain[0] as Certificate)} is`,
      }),
    ];
  }
  const path = pathFrom(first, chain);
  const strangers = chain.filter((certificate) => !path.includes(certificate));
  const kept = chain.filter((certificate) => path.includes(certificate));
  if (kept.some((certificate, index) => certificate !== path[index])) {
    return [
      report(input, places, {
        severity: 'warning',
        what: `it goes ${chain.map(displayName).join(', ')} where ${path.map(displayName).join(', ')} would be right`,
      }),
    ];
  }
  if (strangers.length === 0 && new Set(chain).size === chain.length) return [];
  const extra =
    strangers.length > 0
      ? `${list(strangers.map(displayName))} ${strangers.length > 1 ? 'belong' : 'belongs'} to no path`
      : 'it holds a certificate twice';
  return [report(input, places, { severity: 'info', what: extra })];
}

/** The one that issued none of the others; the first certificate while that is so. */
function leafOf(chain: readonly Certificate[]): Certificate {
  const [first] = chain as [Certificate];
  const issuedAny = (issuer: Certificate) =>
    chain.some((other) => other !== issuer && !other.selfIssued && issuedBy(other, issuer));
  if (!first.isCA || !issuedAny(first)) return first;
  return chain.find((certificate) => !issuedAny(certificate) && !certificate.selfIssued) ?? first;
}

/** From the leaf up, by names and keys, as far as the chain itself goes. */
function pathFrom(leaf: Certificate, chain: readonly Certificate[]): Certificate[] {
  const path = [leaf];
  for (let at = leaf; !sameName(at.issuerRaw, at.subjectRaw); ) {
    const next = chain.find((candidate) => !path.includes(candidate) && issuedBy(at, candidate));
    if (!next) break;
    path.push(next);
    at = next;
  }
  return path;
}

interface Disorder {
  readonly severity: 'critical' | 'warning' | 'info';
  readonly what: string;
}

function report(
  { inventory }: CheckInput,
  places: readonly [Placed, ...Placed[]],
  { severity, what }: Disorder,
): Draft {
  const [placed] = places;
  const { ref, layer, seen } = placed.placement;
  return draft(CHAIN_OUT_OF_ORDER, {
    severity,
    layer,
    placement: ref,
    also: places.slice(1).map(({ placement }) => placement.ref),
    message: `the chain in ${ref} is not in order: ${what}`,
    evidence: [inventory.evidence(seen, `in this order: ${placed.chain.map(displayName).join(', ')}`)],
    impact:
      severity === 'critical'
        ? impactOf(inventory, placed)
        : severity === 'warning'
          ? 'clients that do not sort refuse it'
          : 'none: bytes that are sent for nothing',
    fix: [
      manualStep('reorder', `write ${ref} again: the leaf first, each issuer after what it signed, the root left out`),
    ],
  });
}
