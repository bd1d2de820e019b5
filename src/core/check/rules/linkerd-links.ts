import type { LinkerdLinkFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { manualStep } from '../../model/step.ts';
import type { Placed } from '../../snapshot/inventory.ts';
import { draft } from '../draft.ts';
import { meshTrusts, rootOf } from '../mesh-trust.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { list } from '../words.ts';

const LINK_IDENTITY_WRONG: CodeDefinition = {
  code: 'LINK_IDENTITY_WRONG',
  severity: 'critical',
  title: 'a Link expects another identity than the gateway of the other cluster proves',
  meaning:
    'Proxies verify the gateway of a linked cluster by the name in the Link, gatewayIdentity. The gateway shows a valid certificate of another name, mostly because the Link was made with the trust domain of this cluster instead of the other one: every mirrored service fails, and it looks like a fault of the network.',
  prove: [
    'kubectl get links -A -o jsonpath="{.items[*].spec.gatewayIdentity}"',
    'openssl s_client -connect GATEWAY:4143 -servername IDENTITY -showcerts: the names of the leaf',
    'in the other cluster: kubectl get cm -n linkerd linkerd-config, identityTrustDomain',
  ],
  fix: [
    'make the Link anew in the other cluster (linkerd multicluster link-gen), with its trust domain, and apply it here',
  ],
  prevent: ['give each cluster its own trust domain from the start, or all of them the same'],
  source: 'linkerd2 multicluster, CRD links.multicluster.linkerd.io',
  since: '0.1.0',
};

const MESH_ROOTS_DIFFER: CodeDefinition = {
  code: 'MESH_ROOTS_DIFFER',
  severity: 'critical',
  title: 'clusters that call each other have no root in common',
  meaning:
    'What the gateway of the other cluster shows chains to a root that this cluster does not trust. Both roots often bear the same name, for each cluster made its own at its installation.',
  prove: [
    'compare fingerprints of the roots of both clusters, not subjects',
    'openssl s_client -connect GATEWAY -showcerts: the chain ends at a root that is in no bundle of this cluster',
  ],
  fix: [
    'let both clusters trust both roots, and restart what holds the bundle',
    'then give both an issuer of one common root, and take the former roots out at the end',
  ],
  prevent: ['install meshes that are to be joined with issuers of one root'],
  source: 'istio.io Install Multicluster; linkerd.io Multi-cluster communication',
  since: '0.1.0',
};

/** Whether the gateways of linked clusters prove to be who is expected. */
export const linkerdLinks: Check = {
  id: 'linkerd-links',
  title: 'gateways of linked clusters prove the identity that the Link expects, under a root in common',
  codes: [LINK_IDENTITY_WRONG, MESH_ROOTS_DIFFER],
  applies: ({ inventory }) => inventory.facts('linkerdLink').length > 0,
  run: (input) =>
    input.inventory
      .facts('linkerdLink')
      .flatMap((link) => gatewaysOf(input, link).flatMap((gateway) => judge(input, link, gateway))),
};

function gatewaysOf(
  { inventory }: CheckInput,
  { gatewayAddresses, gatewayPort, gatewayIdentity }: LinkerdLinkFact,
): Placed[] {
  return gatewayAddresses.flatMap((address) => {
    const placed = inventory.placement(ref.tls(address, gatewayPort, gatewayIdentity));
    return placed?.leaf ? [placed] : [];
  });
}

function judge(input: CheckInput, link: Seen<LinkerdLinkFact>, gateway: Placed): Draft[] {
  const { inventory } = input;
  const { leaf, placement } = gateway;
  if (!leaf) return [];
  const place = ref.object('link', link.name, link.namespace);
  const where = placement.ref.slice('tls://'.length).split('#')[0];
  if (!leaf.dnsNames.includes(link.gatewayIdentity)) {
    return [
      draft(LINK_IDENTITY_WRONG, {
        layer: 'mesh',
        placement: place,
        message: `${place} expects ${link.gatewayIdentity} at ${where}, and the gateway of ${link.cluster} is ${list(leaf.dnsNames)}`,
        evidence: [
          inventory.evidence(
            link.seen,
            `gatewayIdentity is ${link.gatewayIdentity}, the domain of the cluster ${link.clusterDomain}`,
          ),
          inventory.evidence(placement.seen, `the certificate that ${where} shows names ${list(leaf.dnsNames)}`),
        ],
        impact: `every service that is mirrored from ${link.cluster} fails`,
        fix: [
          manualStep('link', `make the Link anew in ${link.cluster} with its own trust domain, and apply it here`, [
            'linkerd',
            'multicluster',
            'link-gen',
            '--cluster-name',
            link.cluster,
          ]),
        ],
        also: [placement.ref],
      }),
    ];
  }
  const root = rootOf(inventory, gateway);
  const meshes = meshTrusts(inventory).filter(({ mesh }) => mesh === 'linkerd');
  if (!root && !isUnderNone(input, gateway)) return [];
  if (meshes.length === 0 || (root && meshes.some(({ roots }) => roots.has(root.spki)))) return [];
  return [
    draft(MESH_ROOTS_DIFFER, {
      layer: 'mesh',
      placement: place,
      message: `the gateway of ${link.cluster} at ${where} shows a certificate of a trust anchor that this cluster does not have`,
      evidence: [
        inventory.evidence(
          placement.seen,
          `the last certificate that ${where} shows was issued by ${gateway.chain.at(-1)?.issuer}`,
        ),
        ...meshes.flatMap(({ published: [first], bundle }) =>
          first ? [inventory.evidence(first.placement.seen, `${bundle} has not signed it`)] : [],
        ),
      ],
      impact: `every service that is mirrored from ${link.cluster} fails`,
      fix: [
        manualStep(
          'bundle',
          'put the trust anchors of both clusters into the bundle of each, and restart what holds it',
        ),
      ],
      also: [placement.ref],
    }),
  ];
}

/** The published anchors were read, and none of them signed the last certificate of the chain. */
function isUnderNone({ inventory }: CheckInput, { chain }: Placed): boolean {
  return chain.length > 1 && meshTrusts(inventory).some(({ published }) => published.length > 0);
}
