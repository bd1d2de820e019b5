import type { CodeDefinition } from '../../model/finding.ts';
import { ALL_INGRESS_PRODUCTS } from '../../model/ingress-products.ts';
import { manualStep, type Step } from '../../model/step.ts';
import type { Inventory } from '../../snapshot/inventory.ts';
import { addressOf } from '../addresses.ts';
import { readControllerLog } from '../controller-steps.ts';
import { draft } from '../draft.ts';
import { coversHost } from '../host-names.ts';
import { type Held, isHeld } from '../hosts.ts';
import { productInfo } from '../ingress-controllers.ts';
import { memo } from '../memo.ts';
import { servedBySecret } from '../relations.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { claimsFor, type ServingClaim, servingClaims, standInOf } from '../serving.ts';
import { list } from '../words.ts';

const DEFAULT_CERTIFICATE_SERVED: CodeDefinition = {
  code: 'DEFAULT_CERTIFICATE_SERVED',
  severity: 'critical',
  title: 'a controller shows its default certificate, since it has none for the host',
  meaning:
    'The controller was asked for a host by name and answered with the certificate that it keeps for all other hosts: a self-signed one of its own making, or the one that it was given as default. It does so when the Secret is missing or cannot be used, when its certificate does not name the host, when no TLS entry names the host, or when it does not look after the object at all.',
  prove: [
    'openssl s_client -connect ADDRESS:443 -servername HOST </dev/null 2>/dev/null | openssl x509 -noout -subject -issuer',
    'kubectl -n NS describe ingress NAME: which Secret is named, and which class',
    'kubectl -n ingress-nginx logs deploy/ingress-nginx-controller | grep -iE "ssl|secret": Error getting SSL certificate, Unexpected error validating SSL certificate',
  ],
  fix: [
    'make the Secret that the object names, with a pair whose certificate names the host',
    'name the host in a TLS entry, and the class of the controller that is there',
  ],
  prevent: ['let cert-manager make the Secret from the object itself'],
  source:
    'kubernetes/ingress-nginx docs/user-guide/tls.md (Default SSL Certificate); Traefik, TLS, Default Certificate',
  since: '0.1.0',
};

export const defaultCertificate: Check = {
  id: 'default-certificate',
  title: 'no host is answered with the default certificate of a controller',
  codes: [DEFAULT_CERTIFICATE_SERVED],
  applies: ({ inventory }) => inventory.placements.some((placed) => isHeld(placed) && nameAsked(placed) !== undefined),
  run: (input) => {
    const shown = input.inventory.placements.flatMap((placed) => (isHeld(placed) ? (judge(input, placed) ?? []) : []));
    return [...Map.groupBy(shown, ({ host }) => host).values()].flatMap(([first, ...others]) =>
      first ? [report(input, first, others)] : [],
    );
  },
};

interface Shown {
  readonly host: string;
  readonly served: Held;
  /** Whose default it is. */
  readonly who: string;
}

function nameAsked({ placement }: { readonly placement: { readonly ref: string } }): string | undefined {
  return addressOf(placement.ref)?.sni;
}

function judge({ inventory }: CheckInput, served: Held): Shown | undefined {
  const host = nameAsked(served);
  if (host === undefined) return undefined;
  const maker = standInOf(served.leaf);
  if (maker !== undefined)
    return maker === 'cert-manager' ? undefined : { host, served, who: `the stand-in of ${maker}` };
  const given = givenDefaults(inventory).get(served.leaf.sha256);
  return given === undefined || coversHost(served.leaf, host) ? undefined : { host, served, who: given };
}

/** The certificates that controllers were given as default by a flag, by fingerprint. */
const givenDefaults = memo((inventory): ReadonlyMap<string, string> => {
  const given = inventory.facts('controller').flatMap(({ product, flags }) => {
    const flag = ALL_INGRESS_PRODUCTS.find(([id]) => id === product)?.[1].defaultFlag;
    const [namespace, name] = (flag === undefined ? '' : (flags[flag] ?? '')).split('/');
    const leaf = namespace && name ? servedBySecret(inventory, namespace, name)?.leaf : undefined;
    return leaf
      ? [
          [
            leaf.sha256,
            `the default of ${productInfo(product as never).title} (--${flag}=${namespace}/${name})`,
          ] as const,
        ]
      : [];
  });
  return new Map(given);
});

function report({ inventory }: CheckInput, { host, served, who }: Shown, others: readonly Shown[]): Draft {
  const refs = [served, ...others.map((one) => one.served)].map(({ placement }) => placement.ref);
  const claims = claimsFor(servingClaims(inventory), host);
  const objects = [...new Set(claims.map(({ object }) => object))];
  const secrets = [...new Set(claims.map(({ namespace, secretName }) => `secret/${namespace}/${secretName}#tls.crt`))];
  return draft(DEFAULT_CERTIFICATE_SERVED, {
    layer: 'ingress',
    placement: served.placement.ref,
    also: [...refs.slice(1), ...objects],
    message: `${list(refs)} ${refs.length > 1 ? 'show' : 'shows'} ${who} for ${host}: ${reasonFor(inventory, host, claims)}`,
    evidence: [
      inventory.evidence(served.placement.seen, `served: ${served.leaf.subject || 'a certificate without subject'}`),
      ...claims.map(({ seen, object, namespace, secretName }) =>
        inventory.evidence(seen, `${object} serves ${host} with Secret ${namespace}/${secretName}`),
      ),
    ],
    impact: `clients of ${host} refuse it: it is not made for that name and nobody has signed it`,
    fix: fixFor(inventory, objects, claims),
    causes: secrets.flatMap((placement) =>
      ['SECRET_MISSING', 'KEY_MISMATCH', 'BAD_DATA', 'NAME_NOT_COVERED'].map((code) => ({ code, placement })),
    ),
  });
}

function reasonFor(inventory: Inventory, host: string, claims: readonly ServingClaim[]): string {
  if (claims.length === 0) return 'no TLS entry of an object that was read names the host';
  const faults = claims.flatMap(({ namespace, secretName, granted }) => {
    const name = `Secret ${namespace}/${secretName}`;
    if (!granted) return [`${name} may not be used from another namespace`];
    const placed = servedBySecret(inventory, namespace, secretName);
    if (!placed) return [`${name} was not seen`];
    if (!placed.leaf) return [placed.placement.missing ?? `${name} holds no certificate`];
    return coversHost(placed.leaf, host) ? [] : [`what ${name} holds does not cover it`];
  });
  return faults.length > 0 ? list(faults) : 'the controller did not take the Secret, though it is in order';
}

function fixFor(inventory: Inventory, objects: readonly string[], claims: readonly ServingClaim[]): Step[] {
  const log = readControllerLog(
    inventory,
    objects,
    'read in the controller log why it has no certificate for the host',
  );
  const [claim] = claims;
  if (!claim) return [manualStep('name', 'name the host and a Secret in a TLS entry of its Ingress or listener'), log];
  const { namespace, secretName } = claim;
  return [
    manualStep('see', 'see what the Secret holds', [
      'kubectl',
      '-n',
      namespace,
      'get',
      'secret',
      secretName,
      '-o',
      'yaml',
    ]),
    log,
  ];
}
