import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { manualStep } from '../../model/step.ts';
import type { Placed } from '../../snapshot/inventory.ts';
import { draft } from '../draft.ts';
import { type MeshTrust, meshTrusts } from '../mesh-trust.ts';
import { wasRead } from '../readings.ts';
import { issuedBy } from '../relations.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { placementsOfRole } from '../trust.ts';
import { list, when } from '../words.ts';

const ISSUER_OUTSIDE_ANCHORS: CodeDefinition = {
  code: 'ISSUER_OUTSIDE_ANCHORS',
  severity: 'critical',
  title: "Linkerd's identity issuer was not signed by any of the published trust anchors",
  meaning:
    'linkerd-identity verifies its issuer by the trust anchors before it signs anything. An issuer of another anchor is not taken over: what runs goes on with the one of before, and a restart of linkerd-identity ends the issuing.',
  prove: [
    'linkerd check: × issuer cert is issued by the trust anchor',
    'openssl verify -CAfile ca-bundle.crt issuer.crt: unable to get local issuer certificate',
    'kubectl get events -n linkerd: IssuerUpdateSkipped, failed to verify issuer credentials ... with trust anchors',
  ],
  fix: [
    'sign an issuer with the anchor that is published, or put the anchor of this issuer into the bundle, beside the others',
    'restart linkerd-identity once the two belong together',
  ],
  prevent: ['renew the issuer through its Certificate; after a new anchor is published to every proxy, and not before'],
  source: 'linkerd2 pkg/identity/service.go, pkg/issuercerts',
  since: '0.1.0',
};

const ISSUER_NOT_TAKEN_OVER: CodeDefinition = {
  code: 'ISSUER_NOT_TAKEN_OVER',
  severity: 'warning',
  title: 'linkerd-identity still signs with the issuer of before',
  meaning:
    "The issuer's Secret was replaced, and certificates that were issued after that are still signed by the former issuer: linkerd-identity missed the change, or refused the new one. When the former issuer ends, every certificate of the mesh ends with it.",
  prove: [
    'linkerd identity POD: the issuer of a certificate that was issued since',
    'linkerd diagnostics controller-metrics: issuer_cert_ttl_seconds is that of the former issuer',
    'kubectl get events -n linkerd: no IssuerUpdated since the Secret was written',
  ],
  fix: ['restart linkerd-identity: kubectl -n linkerd rollout restart deploy/linkerd-identity'],
  prevent: ['watch for the event IssuerUpdated after each renewal of the issuer'],
  source: 'linkerd2 issue 15109',
  since: '0.1.0',
};

const TRUST_ROOTS_MISSING: CodeDefinition = {
  code: 'TRUST_ROOTS_MISSING',
  severity: 'critical',
  title: "the ConfigMap of Linkerd's trust anchors is not there",
  meaning:
    'linkerd-identity mounts linkerd-identity-trust-roots and the injector copies it into every proxy. Without it neither starts again, and no Pod is injected; with an external CA trust-manager has to write it.',
  prove: [
    'kubectl -n linkerd get cm linkerd-identity-trust-roots: NotFound',
    'linkerd check: configmaps "linkerd-identity-trust-roots" not found',
  ],
  fix: [
    'write it anew, with the anchors that running proxies have in LINKERD2_PROXY_IDENTITY_TRUST_ANCHORS, key ca-bundle.crt',
    'where trust-manager writes it: see why its Bundle is not synced to this namespace',
  ],
  source: 'linkerd2 charts/linkerd-control-plane/templates/identity.yaml',
  since: '0.1.0',
};

/** Whether the issuer belongs to the anchors, and is the one in use. */
export const meshIssuer: Check = {
  id: 'mesh-issuer',
  title: "Linkerd's issuer is signed by a published trust anchor and is the one that signs",
  codes: [ISSUER_OUTSIDE_ANCHORS, ISSUER_NOT_TAKEN_OVER, TRUST_ROOTS_MISSING],
  applies: ({ inventory }) => issuersIn(inventory.placements).length > 0 || inventory.facts('linkerdConfig').length > 0,
  run: (input) => [
    ...withoutRoots(input),
    ...meshTrusts(input.inventory)
      .filter(({ mesh }) => mesh === 'linkerd')
      .flatMap((mesh) =>
        placementsOfRole(input.inventory, 'linkerd-issuer')
          .filter((issuer) => issuer.leaf && inNamespaceOf(issuer, mesh))
          .flatMap((issuer) => [...outside(input, mesh, issuer), ...notTakenOver(input, mesh, issuer)]),
      ),
  ],
};

/** The control plane is there and its anchors are not, though every ConfigMap of that name was read. */
function withoutRoots({ inventory }: CheckInput): Draft[] {
  if (!wasRead(inventory, 'mesh-bundles')) return [];
  const bundles = meshTrusts(inventory).map(({ bundle }) => bundle.split('/')[1]);
  return inventory.facts('linkerdConfig').flatMap(({ namespace, seen }) => {
    if (bundles.includes(namespace)) return [];
    return [
      draft(TRUST_ROOTS_MISSING, {
        layer: 'mesh',
        placement: ref.object('configmap', 'linkerd-identity-trust-roots', namespace),
        message: `the control plane in ${namespace} has no trust anchors: ConfigMap linkerd-identity-trust-roots is not there, or holds no certificate`,
        evidence: [inventory.evidence(seen, `linkerd-config is in ${namespace}`)],
        impact: 'linkerd-identity and the injector do not start again, and new Pods get no proxy',
        fix: [
          manualStep('anchors', 'take the anchors from a Pod that runs', [
            'kubectl',
            'get',
            'pod',
            'POD',
            '-o',
            'yaml',
          ]),
          manualStep('write', 'write the ConfigMap with them, key ca-bundle.crt'),
        ],
      }),
    ];
  });
}

function issuersIn(placements: readonly Placed[]): Placed[] {
  return placements.filter(({ placement }) => placement.role === 'linkerd-issuer');
}

function inNamespaceOf({ placement }: Placed, { bundle }: MeshTrust): boolean {
  return placement.ref.startsWith(`secret/${bundle.split('/')[1]}/`);
}

function outside({ inventory }: CheckInput, mesh: MeshTrust, { placement, leaf, chain }: Placed): Draft[] {
  const last = chain.at(-1);
  if (!leaf || !last) return [];
  const anchors = mesh.published.flatMap((one) => one.leaf ?? []);
  if (anchors.some((anchor) => chain.some((one) => issuedBy(one, anchor)))) return [];
  const [first] = mesh.published;
  return [
    draft(ISSUER_OUTSIDE_ANCHORS, {
      layer: 'mesh',
      placement: placement.ref,
      message: `the identity issuer in ${placement.ref} was not signed by any trust anchor in ${mesh.bundle}`,
      evidence: [
        inventory.evidence(
          placement.seen,
          `the issuer was issued by ${leaf.issuer}, key id ${last.authorityKeyId ?? 'not said'}`,
        ),
        ...(first
          ? [
              inventory.evidence(
                first.placement.seen,
                `${mesh.bundle} holds ${list(anchors.map(({ subject, subjectKeyId }) => `${subject}, key id ${subjectKeyId ?? 'not said'}`))}`,
              ),
            ]
          : []),
      ],
      impact:
        'linkerd-identity does not take it over, and signs nothing after its next start: the mesh ends within a day of that',
      fix: [
        manualStep(
          'issuer',
          'sign an issuer with the published anchor, or publish the anchor of this one beside the others',
        ),
        manualStep('restart', 'restart linkerd-identity once they belong together', restart(mesh), 'restart'),
      ],
      also: [mesh.bundle],
    }),
  ];
}

/** A controller needs a moment to see the new Secret: the kubelet syncs mounts within two minutes. */
const GRACE = 10 * 60_000;

function notTakenOver({ inventory, now }: CheckInput, mesh: MeshTrust, { placement, leaf: issuer }: Placed): Draft[] {
  if (!issuer) return [];
  const since = issuer.notBefore + GRACE;
  const late = mesh.proxies.flatMap(({ pod, leaf }) => {
    const shown = leaf?.leaf;
    const signer = leaf?.chain[1];
    if (!leaf || !shown || !signer || signer.spki === issuer.spki || shown.notBefore <= since) return [];
    return [{ pod, shown, signer, seen: leaf.placement.seen }];
  });
  const [first] = late;
  if (!first) return [];
  return [
    draft(ISSUER_NOT_TAKEN_OVER, {
      severity: first.signer.notAfter <= now + DAY ? 'critical' : 'warning',
      layer: 'mesh',
      placement: placement.ref,
      message: `linkerd-identity still signs with the issuer of before, which ends ${when(first.signer.notAfter, now)}: ${list(late.map(({ pod }) => pod.replace(/^pod\//, '')))} got certificates of it since ${placement.ref} was replaced`,
      evidence: [
        inventory.evidence(
          placement.seen,
          `the issuer in ${placement.ref} is valid from ${new Date(issuer.notBefore).toISOString()}`,
        ),
        ...late
          .slice(0, 5)
          .map(({ pod, shown, seen }) =>
            inventory.evidence(
              seen,
              `the certificate of ${pod} is of ${new Date(shown.notBefore).toISOString()} and of another issuer`,
            ),
          ),
      ],
      impact: 'every certificate of the mesh ends with the former issuer',
      fix: [manualStep('restart', 'restart linkerd-identity', restart(mesh), 'restart')],
      also: late.map(({ pod }) => pod),
    }),
  ];
}

const DAY = 24 * 3_600_000;

function restart({ bundle }: MeshTrust): string[] {
  return ['kubectl', '-n', bundle.split('/')[1] ?? 'linkerd', 'rollout', 'restart', 'deploy/linkerd-identity'];
}
