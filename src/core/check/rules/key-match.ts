import type { CodeDefinition } from '../../model/finding.ts';
import { manualStep, type Step } from '../../model/step.ts';
import type { Inventory, Placed } from '../../snapshot/inventory.ts';
import { draft } from '../draft.ts';
import { impactOf } from '../impact.ts';
import { renewSteps } from '../remedy.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { describe } from '../words.ts';

const KEY_MISMATCH: CodeDefinition = {
  code: 'KEY_MISMATCH',
  severity: 'critical',
  title: 'a certificate and the private key beside it do not belong together',
  meaning:
    'The public key in the certificate is not that of the private key. A server that loads the pair refuses to start or keeps the old one; one that was running goes on until its next restart. It comes of a renewal that stopped half-way, or of a file that was copied alone.',
  prove: [
    'openssl x509 -noout -pubkey -in tls.crt | sha256sum; openssl pkey -pubout -in tls.key | sha256sum: the sums differ',
    'openssl x509 -noout -subject -in tls.crt: when this is a CA, the leaf is not first in the file',
  ],
  fix: ['find the key that belongs to it, or issue a new pair; never keep a pair of which one half is new'],
  prevent: ['write key and certificate together: kubectl create secret tls compares them, kubectl apply does not'],
  source: 'RFC 8446 section 4.4.2; kubectl create secret tls',
  since: '0.1.0',
};

export const keyMatch: Check = {
  id: 'key-match',
  title: 'every certificate stands beside its own key',
  codes: [KEY_MISMATCH],
  applies: ({ inventory }) => inventory.placements.some(({ placement }) => placement.key !== undefined),
  run: (input) => [
    ...input.inventory.placements
      .filter(({ placement, leaf }) => leaf && placement.key && placement.key !== leaf.spki)
      .map((placed) => report(input, placed)),
    ...serviceAccountPairs(input.inventory).map(([secret, pub]) => reportPair(input, secret, pub)),
  ],
};

function report({ inventory }: CheckInput, placed: Placed): Draft {
  const { placement, leaf, chain } = placed;
  const later = chain.findIndex(({ spki }) => spki === placement.key);
  const owner = inventory.withKey(placement.key as string)[0];
  const whose =
    later > 0
      ? `: the key belongs to certificate ${later + 1} of the chain, so the leaf is not first`
      : owner
        ? `: the key belongs to serial ${owner.serialNumber} of ${owner.subject || 'an unnamed subject'}`
        : '';
  return draft(KEY_MISMATCH, {
    layer: placement.layer,
    placement: placement.ref,
    message: `${leaf ? describe(leaf, placed) : 'the certificate'} in ${placement.ref} does not belong to the private key beside it${whose}`,
    evidence: [
      inventory.evidence(
        placement.seen,
        `public key ${leaf?.spki.slice(0, 16)} in the certificate, ${placement.key?.slice(0, 16)} of the key`,
      ),
    ],
    impact: impactOf(inventory, placed),
    fix: later > 0 ? [reorder(placement.ref)] : renewSteps(inventory, placed),
  });
}

function reorder(ref: string): Step {
  return manualStep('reorder', `put the leaf first in ${ref}, each issuer after what it signed`);
}

/** sa.key signs and sa.pub verifies the tokens of service accounts: a pair without certificates. */
function serviceAccountPairs(inventory: Inventory): [Placed, Placed][] {
  return inventory.placements.flatMap((placed): [Placed, Placed][] => {
    const [, stem] = /^(file:.*\/sa)\.key$/.exec(placed.placement.ref) ?? [];
    const pub = stem && inventory.placement(`${stem}.pub`);
    if (!pub || !placed.placement.key || !pub.placement.key || pub.placement.key === placed.placement.key) return [];
    return [[placed, pub]];
  });
}

function reportPair({ inventory }: CheckInput, secret: Placed, pub: Placed): Draft {
  return draft(KEY_MISMATCH, {
    layer: secret.placement.layer,
    placement: secret.placement.ref,
    also: [pub.placement.ref],
    message: `${pub.placement.ref} is not the public half of ${secret.placement.ref}`,
    evidence: [secret, pub].map(({ placement }) =>
      inventory.evidence(placement.seen, `${placement.ref} holds key ${placement.key?.slice(0, 16)}`),
    ),
    impact: 'no service account token verifies: the API server refuses every Pod that calls it',
    fix: [
      manualStep(
        'derive',
        'derive the public half again, when sa.key is the one that the other control plane nodes have',
        ['openssl', 'pkey', '-pubout', '-in', '/etc/kubernetes/pki/sa.key', '-out', '/etc/kubernetes/pki/sa.pub'],
      ),
    ],
  });
}
