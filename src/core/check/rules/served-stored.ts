import type { CodeDefinition } from '../../model/finding.ts';
import type { RoleId } from '../../model/role.ts';
import { manualStep, type Step } from '../../model/step.ts';
import type { Inventory, Placed } from '../../snapshot/inventory.ts';
import { rfc3339 } from '../../view/time.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { type Address, addressOf, isLoopbackName } from '../addresses.ts';
import { draft } from '../draft.ts';
import { coversHost } from '../host-names.ts';
import { impactOf } from '../impact.ts';
import { filesServedAt, isNodeRole } from '../node-files.ts';
import { servedBySecret, servedInNamespace } from '../relations.ts';
import { restartComponent } from '../restart.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { claimsFor, isFallback, servingClaims } from '../serving.ts';
import { list } from '../words.ts';

const SERVED_DIFFERS: CodeDefinition = {
  code: 'SERVED_DIFFERS_FROM_STORED',
  severity: 'warning',
  title: 'a server shows another certificate than the one that is stored for it',
  meaning:
    'What clients see is not what the file or the Secret holds: the process or controller has not loaded it, something in front of it ends TLS, or the name leads to another server. A renewal has no effect until this is settled.',
  prove: [
    'openssl s_client -connect ADDRESS:443 -servername HOST </dev/null 2>/dev/null | openssl x509 -noout -serial -enddate',
    'kubectl -n NS get secret NAME -o jsonpath="{.data.tls\\.crt}" | base64 -d | openssl x509 -noout -serial -enddate: the serials differ',
    'repeat the first a few times: answers that alternate mean that one replica is behind',
    'kubectl -n ingress-nginx logs deploy/ingress-nginx-controller | grep -i ssl: why a Secret was not taken',
  ],
  fix: [
    'make the process load it: restart the API server, reload or restart the ingress controller',
    'when a proxy or CDN answers, renew it there',
  ],
  prevent: ['probe what is served, not only what is stored'],
  source:
    'kubernetes/ingress-nginx internal/ingress/controller/store/backend_ssl.go; kubeadm certs renew documentation',
  since: '0.1.0',
};

/** What a served chain was compared with. */
interface Expected {
  readonly served: Placed & { readonly leaf: Certificate };
  readonly stored: readonly (Placed & { readonly leaf: Certificate })[];
  /** The objects that say so, for ingress. */
  readonly objects: readonly string[];
}

export const servedStored: Check = {
  id: 'served-stored',
  title: 'servers show the certificate that is stored for them',
  codes: [SERVED_DIFFERS],
  applies: ({ inventory }) => expectations(inventory).length > 0,
  run: (input) => {
    const wrong = expectations(input.inventory).filter(differs);
    return [...Map.groupBy(wrong, sameFault).values()].map((group) => report(input, group));
  },
};

function expectations(inventory: Inventory): Expected[] {
  const claims = servingClaims(inventory);
  return inventory.placements.flatMap((placed): Expected[] => {
    const address = addressOf(placed.placement.ref);
    if (!address || !hasLeaf(placed)) return [];
    if (isNodeRole(placed.placement.role)) {
      return isLoopbackName(address.sni) ? [] : expectNodeFile(inventory, placed, address);
    }
    if (!address.sni) return [];
    const deciding = claimsFor(claims, address.sni).filter(({ granted }) => granted);
    const claimed = deciding.flatMap(
      ({ namespace, secretName }) => servedBySecret(inventory, namespace, secretName) ?? [],
    );
    const stored = inOrder((deciding.length > 0 ? claimed : serviceSecrets(inventory, address.sni)).filter(hasLeaf));
    const objects = [...new Set(deciding.map(({ object }) => object))];
    return stored.length > 0 ? [{ served: placed, stored, objects }] : [];
  });
}

function expectNodeFile(inventory: Inventory, served: Expected['served'], address: Address): Expected[] {
  const stored = inOrder(filesServedAt(inventory, served, address).filter(hasLeaf));
  return stored.length > 0 ? [{ served, stored, objects: [] }] : [];
}

/** Each place once, the newest certificate first. */
function inOrder(stored: readonly Expected['served'][]): Expected['served'][] {
  return [...new Set(stored)].sort(
    (a, b) => b.leaf.notAfter - a.leaf.notAfter || (a.placement.ref < b.placement.ref ? -1 : 1),
  );
}

/** The Secrets of a Service's namespace that are made for its name: `NAME.NS.svc`. */
function serviceSecrets(inventory: Inventory, sni: string): Placed[] {
  const [, namespace] = /^[^.]+\.([^.]+)\.svc(?:\.|$)/.exec(sni) ?? [];
  if (!namespace) return [];
  return servedInNamespace(inventory, namespace).filter(({ leaf }) => leaf && coversHost(leaf, sni));
}

function hasLeaf(placed: Placed): placed is Expected['served'] {
  return placed.leaf !== undefined;
}

function differs({ served, stored }: Expected): boolean {
  return !stored.some(({ leaf }) => leaf.sha256 === served.leaf.sha256);
}

/** One server answers at many addresses: the same certificate there, and the same that ought to be. */
function sameFault({ served, stored, objects }: Expected): string {
  const wanted = stored.map(({ placement }) => placement.ref);
  return [
    served.placement.role,
    served.leaf.sha256,
    ...wanted,
    ...(isNodeRole(served.placement.role) ? [] : objects),
  ].join(' ');
}

function report(input: CheckInput, group: readonly Expected[]): Draft {
  const { inventory, now } = input;
  const [{ served, stored, objects }] = group as [Expected];
  const others = group.slice(1).map((one) => one.served);
  const [first] = stored as [Expected['served']];
  const refs = stored.map(({ placement }) => placement.ref);
  const broken = served.leaf.notAfter < now || isFallback(served.leaf);
  return draft(SERVED_DIFFERS, {
    severity: broken ? 'critical' : 'warning',
    layer: served.placement.layer,
    placement: served.placement.ref,
    also: others.map(({ placement }) => placement.ref),
    message: `${served.placement.ref} serves serial ${served.leaf.serialNumber}, ${ageOf(served.leaf, first.leaf)}, not what ${list(refs)} ${refs.length > 1 ? 'hold' : 'holds'}`,
    evidence: [served, ...others, ...stored].map((one) =>
      inventory.evidence(
        one.placement.seen,
        `${one.placement.ref}: serial ${one.leaf.serialNumber}, ends ${rfc3339(one.leaf.notAfter)}`,
      ),
    ),
    impact: `a renewal has no effect for clients until it is loaded${broken ? `; ${impactOf(inventory, served)}` : ''}`,
    fix: fixFor(inventory, served, objects),
    causes: refs.flatMap((placement) =>
      ['KEY_MISMATCH', 'NAME_NOT_COVERED', 'BAD_DATA', 'SECRET_MISSING'].map((code) => ({ code, placement })),
    ),
  });
}

function ageOf(served: Certificate, stored: Certificate): string {
  if (isFallback(served)) return "a controller's stand-in";
  if (served.notBefore < stored.notBefore || served.notAfter < stored.notAfter) return 'an older certificate';
  return served.notAfter > stored.notAfter ? 'a newer certificate' : 'another certificate';
}

/** Who serves in a role of the control plane. */
const COMPONENTS: Partial<Record<RoleId, string>> = {
  'apiserver-serving': 'kube-apiserver',
  'etcd-server': 'etcd',
  'etcd-peer': 'etcd',
  'kubelet-serving': 'kubelet',
  'kubelet-serving-self-signed': 'kubelet',
  'controller-manager-serving': 'kube-controller-manager',
  'scheduler-serving': 'kube-scheduler',
};

function fixFor(inventory: Inventory, served: Placed, objects: readonly string[]): Step[] {
  const component = COMPONENTS[served.placement.role];
  if (component !== undefined) return restartComponent(inventory, component);
  if (objects.length === 0)
    return [manualStep('restart', 'restart what serves it, so that it loads its Secret', [], 'restart')];
  return [
    manualStep(
      'address',
      `see whether the address is the controller's own, or that of a proxy in front of ${list(objects)}`,
      ['kubectl', 'get', 'services', '-A', '--field-selector', 'spec.type=LoadBalancer'],
    ),
    manualStep('logs', 'read in the controller log why it did not take the Secret', [
      'kubectl',
      '-n',
      'ingress-nginx',
      'logs',
      'deploy/ingress-nginx-controller',
    ]),
    manualStep(
      'restart',
      'restart the controller',
      ['kubectl', '-n', 'ingress-nginx', 'rollout', 'restart', 'deploy/ingress-nginx-controller'],
      'restart',
    ),
  ];
}
