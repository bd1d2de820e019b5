import type { CodeDefinition } from '../../model/finding.ts';
import { roleInfo } from '../../model/role.ts';
import { manualStep, type Step } from '../../model/step.ts';
import type { Inventory, Placed } from '../../snapshot/inventory.ts';
import { rfc3339 } from '../../view/time.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { draft } from '../draft.ts';
import { judgeExpiry } from '../expiry-policy.ts';
import { impactOf } from '../impact.ts';
import { certificateFactOf, sameIdentity, secretOf } from '../relations.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { describe } from '../words.ts';

const STALE_COPY: CodeDefinition = {
  code: 'STALE_COPY',
  severity: 'warning',
  title: 'a copy of a certificate was left behind when the original was renewed',
  meaning:
    'The same identity stands in several places and this one holds an older certificate. kubeadm renews admin.conf but not the copy in ~/.kube/config; a tool that reflects Secrets to other namespaces may have stopped. The copy ends on its own date.',
  prove: [
    'kubectl config view --minify --raw -o jsonpath="{.users[0].user.client-certificate-data}" | base64 -d | openssl x509 -noout -serial -enddate',
    'the same for the original: the subject is equal, the end is later',
  ],
  fix: ['copy the new one over it; keep what else stands in the file'],
  prevent: ['renew copies in the same run, or give each holder a certificate of its own'],
  source: 'kubernetes.io, Certificate Management with kubeadm',
  since: '0.1.0',
};

type Copy = Placed & { readonly leaf: Certificate };

export const staleCopy: Check = {
  id: 'stale-copy',
  title: 'copies hold what their original holds',
  codes: [STALE_COPY],
  applies: ({ inventory }) =>
    [...kubeconfigGroups(inventory), ...reflectedGroups(inventory)].some((group) => group.length > 1),
  run: (input) => [
    ...kubeconfigGroups(input.inventory).flatMap((group) => judge(input, group, isAdminFile)),
    ...reflectedGroups(input.inventory).flatMap((group) => judge(input, group, () => true)),
  ],
};

const COPIED_ROLES: ReadonlySet<string> = new Set(['admin-client', 'super-admin-client', 'user-client']);

/** Client certificates of one person: kubeadm's own kubeconfig and what was copied from it. */
function kubeconfigGroups(inventory: Inventory): Copy[][] {
  const clients = inventory.placements.filter(
    (placed): placed is Copy => placed.leaf !== undefined && COPIED_ROLES.has(placed.placement.role),
  );
  return [...Map.groupBy(clients, ({ leaf }) => `${leaf.subject}\n${leaf.issuer}\n${leaf.authorityKeyId}`).values()];
}

/** Secrets of one name in several namespaces; two that cert-manager keeps apart are no copies of each other. */
function reflectedGroups(inventory: Inventory): Copy[][] {
  const secrets = inventory.placements.filter(
    (placed): placed is Copy => placed.leaf !== undefined && secretOf(placed.placement.ref)?.key === 'tls.crt',
  );
  const groups = Map.groupBy(
    secrets,
    ({ placement, leaf }) => `${secretOf(placement.ref)?.name}\n${leaf.issuer}\n${leaf.subject}`,
  );
  return [...groups.values()].filter(
    (group) => group.length > 1 && group.every(({ leaf }) => sameIdentity(leaf, (group[0] as Copy).leaf)),
  );
}

/** kubeadm's files stand in /etc/kubernetes; the original of a kubeconfig is one of them. */
function isAdminFile({ placement }: Copy): boolean {
  return placement.role !== 'user-client';
}

function judge(input: CheckInput, group: readonly Copy[], mayBeOriginal: (copy: Copy) => boolean): Draft[] {
  const { inventory } = input;
  const original = group.filter(mayBeOriginal).toSorted((a, b) => b.leaf.notAfter - a.leaf.notAfter)[0];
  if (!original) return [];
  return group
    .filter(
      ({ placement, leaf }) =>
        leaf.notAfter < original.leaf.notAfter &&
        !hasKeeper(inventory, placement.ref) &&
        placement.ref !== original.placement.ref,
    )
    .filter((copy) => !isAdminFile(copy) || secretOf(copy.placement.ref) !== undefined)
    .map((copy) => report(input, copy, original));
}

function hasKeeper(inventory: Inventory, ref: string): boolean {
  return certificateFactOf(inventory, ref) !== undefined;
}

function report(input: CheckInput, copy: Copy, original: Copy): Draft {
  const { inventory } = input;
  const { ref, layer, role } = copy.placement;
  const endsSoon = judgeExpiry(input, copy.leaf) !== undefined;
  const isClient = roleInfo(role).use === 'client';
  return draft(STALE_COPY, {
    severity: endsSoon || !isClient ? 'warning' : 'info',
    layer,
    placement: ref,
    message: `${describe(copy.leaf, copy)} in ${ref} is an older one than ${original.placement.ref} holds`,
    evidence: [copy, original].map(({ placement, leaf }) =>
      inventory.evidence(
        placement.seen,
        `${placement.ref}: serial ${leaf.serialNumber}, ends ${rfc3339(leaf.notAfter)}`,
      ),
    ),
    impact: `when the copy ends, ${impactOf(inventory, copy)}`,
    fix: fixFor(copy, original),
  });
}

function fixFor({ placement }: Copy, original: Copy): Step[] {
  const secret = secretOf(placement.ref);
  if (!secret) {
    return [
      manualStep(
        'copy',
        `take user certificate and key from ${original.placement.ref} into ${placement.ref}, and leave the other contexts there`,
      ),
    ];
  }
  const source = secretOf(original.placement.ref);
  return [
    manualStep(
      'reflect',
      `see why the tool that copies ${source?.namespace}/${source?.name} to ${secret.namespace} does not`,
      ['kubectl', '-n', secret.namespace, 'get', 'secret', secret.name, '-o', 'jsonpath={.metadata.annotations}'],
    ),
  ];
}
