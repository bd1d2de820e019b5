import type { CodeDefinition } from '../../model/finding.ts';
import { type RoleId, roleInfo } from '../../model/role.ts';
import type { Inventory, Placed } from '../../snapshot/inventory.ts';
import { casWithoutKey } from '../ca-keys.ts';
import { draft } from '../draft.ts';
import { signElsewhere } from '../remedy.ts';
import type { Check, Draft } from '../rule.ts';
import { placementsOfRole } from '../trust.ts';

const CA_KEY_AWAY: CodeDefinition = {
  code: 'CA_KEY_AWAY',
  severity: 'info',
  title: 'the key of a CA is not on this node: an external CA',
  meaning:
    'kubeadm works so when every leaf and kubeconfig is given to it, and it renews none of what this CA signs: certs renew says "Detected external ca" and exits 0 having done nothing. Without ca.key the controller-manager does not sign the requests of kubelets either, unless a signer runs elsewhere.',
  prove: [
    'ls /etc/kubernetes/pki/*.key: the key of the CA is not among them',
    'kubeadm certs check-expiration: EXTERNALLY MANAGED yes',
  ],
  fix: ['kubeadm certs generate-csr makes keys and requests: have them signed where the CA is, with the right usages'],
  source: 'kubernetes.io, Certificate Management with kubeadm, External CA mode',
  since: '0.1.0',
};

const AUTHORITIES = ['cluster-ca', 'front-proxy-ca', 'etcd-ca'] as const satisfies readonly RoleId[];

export const caKeyAway: Check = {
  id: 'ca-key-away',
  title: 'the keys of the CAs are where kubeadm can sign with them',
  codes: [CA_KEY_AWAY],
  applies: ({ inventory }) =>
    AUTHORITIES.some((role) =>
      placementsOfRole(inventory, role).some(({ placement }) => placement.manager === 'kubeadm'),
    ),
  run: ({ inventory }) =>
    AUTHORITIES.flatMap((role) =>
      casWithoutKey(inventory, role)
        .slice(0, 1)
        .map((placed) => report(inventory, placed)),
    ),
};

function report(inventory: Inventory, { placement }: Placed): Draft {
  return draft(CA_KEY_AWAY, {
    layer: 'cluster',
    placement: placement.ref,
    message: `the key of the ${roleInfo(placement.role).title} in ${placement.ref} is not on this node: kubeadm renews nothing that it signs`,
    evidence: [inventory.evidence(placement.seen, `no key lies beside ${placement.ref}`)],
    impact: 'renewals go through whoever holds the key',
    fix: signElsewhere(),
  });
}
