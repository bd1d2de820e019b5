import type { CodeDefinition, Severity } from '../../model/finding.ts';
import { manualStep } from '../../model/step.ts';
import type { Inventory } from '../../snapshot/inventory.ts';
import { rfc3339 } from '../../view/time.ts';
import { draft } from '../draft.ts';
import { coversHost } from '../host-names.ts';
import { type Held, isHeld } from '../hosts.ts';
import { productInfo, productOf } from '../ingress-controllers.ts';
import { servedBySecret } from '../relations.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { claimsFor, type ServingClaim, servingClaims } from '../serving.ts';
import { list } from '../words.ts';

const HOST_CLAIMED_TWICE: CodeDefinition = {
  code: 'HOST_CLAIMED_TWICE',
  severity: 'warning',
  title: 'one host is to be served with two different certificates',
  meaning:
    'Two objects name the same host with Secrets that hold different certificates, or Traefik, which keeps the certificates of all namespaces in one store and picks by name, has two that cover it. Which one clients see is decided by the order in which the controller reads them: it may change with a restart, and a renewal of the other one has no effect.',
  prove: [
    'kubectl get ingress -A | grep HOST: two of them',
    'openssl s_client -connect ADDRESS:443 -servername HOST </dev/null 2>/dev/null | openssl x509 -noout -serial: which one is served, before and after a restart',
  ],
  fix: ['leave one object and one Secret for the host, and delete or renew the other certificate'],
  prevent: ['refuse a host that another namespace has, with an admission policy'],
  source:
    'kubernetes/ingress-nginx docs/how-it-works.md (the oldest rule wins); Traefik, TLS, Certificates Stores; traefik/traefik#8090',
  since: '0.1.0',
};

/** A Secret that an object gives for a host, and what it holds. */
interface Rival {
  readonly claim: ServingClaim;
  readonly held: Held;
}

export const hostClaimedTwice: Check = {
  id: 'host-claimed-twice',
  title: 'every host is served with one certificate',
  codes: [HOST_CLAIMED_TWICE],
  applies: ({ inventory }) => servingClaims(inventory).some(({ host }) => host !== undefined),
  run: (input) => {
    const rivals = allRivals(input.inventory);
    const byClaim = new Map(rivals.map((rival) => [rival.claim, rival]));
    const shared = rivals.filter(({ claim }) => productOf(input.inventory, claim.object) === 'traefik');
    const hosts = new Set(rivals.flatMap(({ claim }) => claim.host?.toLowerCase() ?? []));
    return [...hosts].flatMap((host) => judge(input, host, byClaim, shared));
  },
};

function allRivals(inventory: Inventory): Rival[] {
  return servingClaims(inventory).flatMap((claim) => {
    const held = claim.granted ? servedBySecret(inventory, claim.namespace, claim.secretName) : undefined;
    return held && isHeld(held) ? [{ claim, held }] : [];
  });
}

function judge(
  input: CheckInput,
  host: string,
  rivals: ReadonlyMap<ServingClaim, Rival>,
  shared: readonly Rival[],
): Draft[] {
  const { inventory, now } = input;
  const claims = new Set(claimsFor(servingClaims(inventory), host));
  const own = [...claims].flatMap((claim) => rivals.get(claim) ?? []);
  const [first] = own;
  if (!first) return [];
  const product = productOf(inventory, first.claim.object);
  const others = own.filter(({ claim }) => claim !== first.claim && isRival(inventory, first, claim, product));
  // A wildcard beside the exact name is ordinary; one that has ended takes clients with it wherever it is picked.
  const ended =
    product === 'traefik'
      ? shared.filter(
          ({ claim, held }) => !claims.has(claim) && held.leaf.notAfter < now && coversHost(held.leaf, host),
        )
      : [];
  const all = onceEach([first, ...others, ...ended]);
  return all.length > 1 ? [report(input, host, all, ended.length > 0 && others.length === 0)] : [];
}

/** Of another object that the same controller looks after. */
function isRival(inventory: Inventory, first: Rival, { object }: ServingClaim, product: string | undefined): boolean {
  return object !== first.claim.object && productOf(inventory, object) === product;
}

/** Copies of one certificate are no rivals. */
function onceEach(rivals: readonly Rival[]): Rival[] {
  return [...new Map(rivals.toReversed().map((one) => [one.held.leaf.sha256, one])).values()].reverse();
}

function report(input: CheckInput, host: string, rivals: readonly Rival[], isShared: boolean): Draft {
  const { inventory } = input;
  const [first, ...others] = rivals as readonly [Rival, ...Rival[]];
  const product = productOf(inventory, first.claim.object);
  const refs = rivals.map(({ held }) => held.placement.ref);
  const worst = rivals.toSorted((a, b) => a.held.leaf.notAfter - b.held.leaf.notAfter)[0]!;
  const how = isShared
    ? `Traefik may pick any of ${list(refs)} for ${host}, since all its certificates lie in one store`
    : `${list([...new Set(rivals.map(({ claim }) => claim.object))])} serve ${host} with different certificates, in ${list(refs)}`;
  const severity = severityOf(input, host, rivals);
  // One that is bad is what is to be dealt with; of two good ones neither is.
  const placement = severity === 'critical' ? worst.held.placement.ref : first.claim.object;
  const about = [...new Set([first.claim.object, ...others.map(({ claim }) => claim.object), ...refs])];
  return draft(HOST_CLAIMED_TWICE, {
    severity,
    layer: 'ingress',
    placement,
    also: about.filter((one) => one !== placement),
    message: how,
    evidence: rivals.map(({ claim, held }) =>
      inventory.evidence(
        claim.seen,
        `${claim.object} names ${held.placement.ref}: serial ${held.leaf.serialNumber}, ends ${rfc3339(held.leaf.notAfter)}`,
      ),
    ),
    impact: `which one clients of ${host} see is up to ${product ? productInfo(product).title : 'the controller'}, and may change with a restart`,
    fix: [
      manualStep('one', `leave one certificate for ${host}: renew or delete that in ${worst.held.placement.ref}`, [
        'kubectl',
        '-n',
        worst.claim.namespace,
        'get',
        'secret',
        worst.claim.secretName,
      ]),
    ],
  });
}

function severityOf({ now }: CheckInput, host: string, rivals: readonly Rival[]): Severity {
  const isBad = ({ held: { leaf } }: Rival) => leaf.notAfter < now || !coversHost(leaf, host);
  return rivals.some(isBad) ? 'critical' : 'warning';
}
