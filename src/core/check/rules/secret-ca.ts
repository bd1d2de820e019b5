import type { PodFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { manualStep, type Step } from '../../model/step.ts';
import { issuerOf } from '../../snapshot/cert-manager/issuance.ts';
import type { Inventory } from '../../snapshot/inventory.ts';
import { rfc3339 } from '../../view/time.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { sameName } from '../../x509/name.ts';
import { draft } from '../draft.ts';
import { certificateFactOf, issuedBy, issuersOf, secretFactOf } from '../relations.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { isAmong, presentCa, reaches, type SecretPair, secretPairs } from '../secret-pairs.ts';
import { list } from '../words.ts';

const SECRET_CA_STALE: CodeDefinition = {
  code: 'SECRET_CA_STALE',
  severity: 'warning',
  title: "the ca.crt of a Secret is not the CA of today's certificates",
  meaning:
    "It does not verify the Secret's own tls.crt, or its issuer signs with another CA by now. cert-manager writes ca.crt together with each renewal and at no other time, never old and new together, and leaves one behind when the Certificate goes over to an ACME issuer. Who mounts it to verify peers refuses those that were issued since.",
  prove: [
    'kubectl -n NS get secret NAME -o jsonpath="{.data.ca\\.crt}" | base64 -d > ca.crt; the same for tls.crt; openssl verify -CAfile ca.crt -untrusted tls.crt tls.crt',
    "the CA's own Secret: openssl x509 -noout -fingerprint of its tls.crt, and of ca.crt",
  ],
  fix: [
    'renew the Certificate: ca.crt is written anew with it; then restart what has loaded it',
    'under an ACME issuer take the key ca.crt out: nothing writes it there',
  ],
  prevent: ['let clients trust a bundle that holds old and new (trust-manager), not the ca.crt of a Secret'],
  source: 'cert-manager documentation, FAQ and CA issuer; cert-manager pkg/controller/certificates/issuing/internal',
  since: '0.1.0',
};

export const secretCa: Check = {
  id: 'secret-ca',
  title: 'the ca.crt of a Secret is the CA of what is issued today',
  codes: [SECRET_CA_STALE],
  applies: ({ inventory }) => secretPairs(inventory).length > 0,
  run: (input) => secretPairs(input.inventory).flatMap((pair) => judge(input, pair) ?? []),
};

function judge(input: CheckInput, pair: SecretPair): Draft | undefined {
  const { inventory } = input;
  const top = pair.placed.chain.at(-1) ?? pair.leaf;
  const verifies =
    pair.placed.chain.some((each) => isAmong(pair.members, each)) || reaches(inventory, top, pair.members);
  const today = presentCa(inventory, pair);
  if (!verifies) return isStale(inventory, pair, top) ? report(input, pair, today) : undefined;
  return today && isLeftBehind(inventory, pair, today) ? report(input, pair, today) : undefined;
}

/**
 * One that does not verify may be there for others: the CA of clients, say. It is stale where it has the issuer's name
 * and another key, or where cert-manager wrote it as the issuer's CA and the real issuer is known.
 */
function isStale(inventory: Inventory, { placed, members }: SecretPair, top: Certificate): boolean {
  if (members.some((member) => sameName(member.subjectRaw, top.issuerRaw))) return true;
  const keeper = certificateFactOf(inventory, placed.placement.ref);
  if (!keeper || secretFactOf(inventory, placed.placement.ref)?.certificateName !== keeper.name) return false;
  const isAcme = issuerOf(keeper, inventory)?.type === 'acme';
  return isAcme || top.selfIssued || issuersOf(inventory, top).length > 0;
}

/** Its own certificate is of the CA from before, and the new CA has issued others already: the two refuse each other. */
function isLeftBehind(inventory: Inventory, { members, leaf }: SecretPair, today: readonly Certificate[]): boolean {
  const [ca] = today;
  if (!ca || ca.sha256 === leaf.sha256) return false;
  const known = today.some((each) => isAmong(members, each)) || reaches(inventory, today.at(-1) ?? ca, members);
  if (known) return false;
  return inventory.placements.some(
    (other) =>
      other.leaf &&
      !other.leaf.selfIssued &&
      other.placement.role !== 'certificate-request' &&
      issuedBy(other.leaf, ca),
  );
}

function report({ inventory }: CheckInput, pair: SecretPair, today: readonly Certificate[] | undefined): Draft {
  const { namespace, name, leaf, members, bundle, placed } = pair;
  const [member] = members as [Certificate];
  const pods = usersOf(inventory, pair);
  const users = [...new Set(pods.map(({ owner, name: pod }) => owner ?? `pod/${pod}`))];
  const verifies = placed.chain.some((each) => issuedBy(each, member)) || isAmong(members, leaf);
  const whose = verifies
    ? `is not the CA that its issuer signs with now (${today?.[0]?.subject ?? leaf.issuer})`
    : `does not verify its own tls.crt, which ${leaf.issuer} signed`;
  return draft(SECRET_CA_STALE, {
    layer: placed.placement.layer,
    placement: bundle.placement.ref.replace(/\[\d+\]$/, ''),
    also: [placed.placement.ref, ...pods.map((pod) => ref.object('pod', pod.name, pod.namespace))],
    message: `ca.crt in Secret ${namespace}/${name} (${member.subject}) ${whose}`,
    evidence: [
      inventory.evidence(
        bundle.placement.seen,
        `ca.crt: ${member.subject}, from ${rfc3339(member.notBefore)}, key ${member.subjectKeyId ?? member.spki.slice(0, 16)}`,
      ),
      inventory.evidence(
        placed.placement.seen,
        `tls.crt: issued by ${leaf.issuer}, from ${rfc3339(leaf.notBefore)}, issuer's key ${leaf.authorityKeyId ?? 'not said'}`,
      ),
      ...pods.slice(0, 3).map((pod) => inventory.evidence(pod.seen, `Pod ${pod.name} uses Secret ${name}`)),
    ],
    impact:
      users.length > 0
        ? `${list(users)} in ${namespace} ${users.length > 1 ? 'mount' : 'mounts'} it: peers whose certificates were issued by the CA of today are refused by what trusts this ca.crt`
        : 'whoever takes its trust from there refuses what the CA of today has issued',
    fix: fixOf(inventory, pair, users),
    causes: [{ code: 'ISSUER_REPLACED', placement: placed.placement.ref }],
  });
}

function usersOf(inventory: Inventory, { namespace, name }: SecretPair): Seen<PodFact>[] {
  return inventory.facts('pod').filter((pod) => pod.namespace === namespace && pod.secrets.includes(name));
}

function fixOf(inventory: Inventory, { namespace, name, placed }: SecretPair, users: readonly string[]): Step[] {
  const keeper = certificateFactOf(inventory, placed.placement.ref);
  const restarts = users
    .filter((user) => !user.startsWith('pod/'))
    .slice(0, 3)
    .map((user, index) =>
      manualStep(
        `restart-${index + 1}`,
        `restart ${user}, where it does not load the file again`,
        ['kubectl', '-n', namespace, 'rollout', 'restart', user],
        'restart',
      ),
    );
  if (!keeper)
    return [manualStep('replace', 'put the CA that signed tls.crt under ca.crt, or take the key out'), ...restarts];
  if (issuerOf(keeper, inventory)?.type === 'acme') {
    const remove = '[{"op":"remove","path":"/data/ca.crt"}]';
    return [
      manualStep('remove', 'take ca.crt out: an ACME issuer writes none', [
        'kubectl',
        '-n',
        namespace,
        'patch',
        'secret',
        name,
        '--type=json',
        '-p',
        remove,
      ]),
      ...restarts,
    ];
  }
  return [
    manualStep('renew', 'renew it: certificate and ca.crt are written together', [
      'cmctl',
      'renew',
      keeper.name,
      '-n',
      namespace,
    ]),
    ...restarts,
  ];
}
