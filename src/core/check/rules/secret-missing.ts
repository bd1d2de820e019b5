import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { manualStep, type Step } from '../../model/step.ts';
import { explainRenewal } from '../../snapshot/cert-manager/renewal.ts';
import type { Inventory, Placed } from '../../snapshot/inventory.ts';
import { draft } from '../draft.ts';
import { impactOf } from '../impact.ts';
import { wasRead } from '../readings.ts';
import { secretFactOf, secretOf, secretsByName } from '../relations.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { type ServingClaim, servingClaims } from '../serving.ts';
import { list } from '../words.ts';

const SECRET_MISSING: CodeDefinition = {
  code: 'SECRET_MISSING',
  severity: 'critical',
  title: 'a Secret is named that is not there, or may not be used',
  meaning:
    'The Secret is not there, stands in another namespace, or stands in one that does not allow the reference. An Ingress sees only its own namespace; a Gateway needs a ReferenceGrant in the namespace of the Secret. The controller serves its stand-in certificate, or turns the listener off. An issuer whose Secret is missing signs nothing.',
  prove: [
    'kubectl -n NS get secret NAME: NotFound',
    'kubectl get secrets -A --field-selector metadata.name=NAME: it may stand elsewhere',
    'kubectl -n NS get referencegrants: for a Gateway that names another namespace',
    'kubectl -n NS get certificate: cert-manager may still be trying to make it',
  ],
  fix: [
    'make the Secret in the namespace of the object, or correct the name',
    'for a Gateway: add a ReferenceGrant beside the Secret',
  ],
  prevent: ['annotate the Ingress or Gateway so that cert-manager makes the Secret'],
  source: 'networking.k8s.io/v1 IngressTLS; Gateway API v1 SecretObjectReference, ReferenceGrant',
  since: '0.1.0',
};

export const secretMissing: Check = {
  id: 'secret-missing',
  title: 'every Secret that is named is there and may be used',
  codes: [SECRET_MISSING],
  applies: ({ inventory }) => servingClaims(inventory).length > 0 || absentSecrets(inventory).length > 0,
  run: (input) => {
    const groups = Map.groupBy(
      servingClaims(input.inventory),
      ({ namespace, secretName, granted }) => `${namespace}/${secretName}/${granted}`,
    );
    const claimed = [...groups.values()].flatMap((claims) => judge(input, claims));
    const told = new Set(claimed.map(({ placement }) => placement));
    const others = absentSecrets(input.inventory).filter(({ placement }) => !told.has(placement.ref));
    return [...claimed, ...others.map((placed) => reportOther(input, placed))];
  },
};

function judge(input: CheckInput, claims: readonly ServingClaim[]): Draft[] {
  const [{ granted, namespace, secretName }] = claims as [ServingClaim];
  // Contour has a permission of its own, and a rule that knows it.
  if (!granted && claims.every(({ object }) => object.startsWith('httpproxy/'))) return [];
  if (!granted) return [report(input, claims, `stands in namespace ${namespace}, which does not allow the reference`)];
  const reason = absence(input.inventory, namespace, secretName);
  return reason ? [report(input, claims, reason)] : [];
}

/** Why the Secret is known not to be there; undefined while it may be. */
function absence(inventory: Inventory, namespace: string, name: string): string | undefined {
  const here = secretsByName(inventory).get(name) ?? [];
  const placed = inventory.placement(ref.secret(namespace, name, 'tls.crt'));
  if (here.some((secret) => secret.namespace === namespace)) return undefined;
  if (placed ? placed.placement.missing === undefined : !wasRead(inventory, 'secrets')) return undefined;
  const elsewhere = here.map((secret) => secret.namespace);
  if (elsewhere.length > 0) return `is not in namespace ${namespace}, but in ${list(elsewhere)}`;
  return `is not there`;
}

/** Secrets that somebody looked for in vain; one that is there and holds nothing good is another finding. */
function absentSecrets(inventory: Inventory): Placed[] {
  return inventory.placements.filter(({ placement }) => {
    const secret = placement.missing === undefined ? undefined : secretOf(placement.ref);
    return secret !== undefined && !secretFactOf(inventory, placement.ref);
  });
}

/** What an issuer, a webhook or a Certificate names. A Certificate alone may still be waiting for its first issuance. */
function reportOther(input: CheckInput, placed: Placed): Draft {
  const { inventory } = input;
  const { ref: placement, layer, role, missing = 'missing', seen } = placed.placement;
  const secret = secretOf(placement) as { namespace: string; name: string };
  return draft(SECRET_MISSING, {
    severity: role === 'tls-secret' ? 'warning' : 'critical',
    layer,
    placement,
    message: missing,
    evidence: [inventory.evidence(seen, missing)],
    impact:
      role === 'tls-secret' ? 'whatever mounts or names it has no certificate to show' : impactOf(inventory, placed),
    fix: fixFor(input, { namespace: secret.namespace, secretName: secret.name, granted: true, objects: [] }),
  });
}

function report(input: CheckInput, claims: readonly ServingClaim[], reason: string): Draft {
  const { inventory } = input;
  const [{ namespace, secretName, granted }] = claims as [ServingClaim];
  const objects = [...new Set(claims.map(({ object }) => object))];
  const hosts = [...new Set(claims.flatMap(({ host }) => host ?? []))];
  const placement = ref.secret(namespace, secretName, 'tls.crt');
  const placed = inventory.placement(placement);
  return draft(SECRET_MISSING, {
    layer: placed?.placement.layer ?? 'ingress',
    placement,
    also: objects,
    message: `Secret ${namespace}/${secretName}, which ${list(objects)} ${objects.length > 1 ? 'name' : 'names'}, ${reason}`,
    evidence: [
      ...claims.slice(0, 5).map(({ seen, object }) => inventory.evidence(seen, `${object} names it`)),
      ...(placed?.placement.missing ? [inventory.evidence(placed.placement.seen, placed.placement.missing)] : []),
    ],
    impact: `clients of ${hosts.length > 0 ? list(hosts) : list(objects)} are shown a stand-in certificate, or no listener answers`,
    fix: fixFor(input, { namespace, secretName, granted, objects }),
    causes: objects.map((object) => ({ code: 'DELEGATED_SECRET_UNNAMED', placement: object })),
  });
}

interface Missing {
  readonly namespace: string;
  readonly secretName: string;
  readonly granted: boolean;
  readonly objects: readonly string[];
}

/** What its Certificate makes comes again by itself: only what keeps it from coming is to be mended. */
function fixFor({ inventory, now }: CheckInput, { namespace, secretName, granted, objects }: Missing): Step[] {
  if (!granted) {
    const title = `allow the reference with a ReferenceGrant in namespace ${namespace}, from the namespace of ${list(objects)}`;
    return [manualStep('grant', title, ['kubectl', '-n', namespace, 'get', 'referencegrants'])];
  }
  const keeper = inventory
    .facts('certificate')
    .find((fact) => fact.namespace === namespace && fact.secretName === secretName);
  if (keeper) {
    const { says } = explainRenewal(inventory, keeper, now);
    const title = `cert-manager makes it${keeper.revision === undefined ? '' : ' again'} for Certificate ${keeper.name}, which ${says}: see how far that is`;
    const target = ref.object('certificate', keeper.name, namespace);
    return [manualStep('status', title, ['kubectl', 'certs', 'layers', target, '-o', 'wide'])];
  }
  return [
    manualStep('look', 'see whether it stands in another namespace or under another name', [
      'kubectl',
      'get',
      'secrets',
      '-A',
      '--field-selector',
      'type=kubernetes.io/tls',
    ]),
    manualStep('make', 'make it where the object looks for it', [
      'kubectl',
      '-n',
      namespace,
      'create',
      'secret',
      'tls',
      secretName,
      '--cert=fullchain.pem',
      '--key=tls.key',
    ]),
  ];
}
