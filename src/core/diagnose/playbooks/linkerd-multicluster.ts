import { meshTrusts } from '../../check/mesh-trust.ts';
import { ref } from '../../model/ref.ts';
import type { CauseDefinition, Judgement, Playbook, StepContext } from '../playbook.ts';
import { findingsStep } from '../steps.ts';
import { linkerdOpinion } from './linkerd-opinion.ts';

const VALUES_OUTDATED: CauseDefinition = {
  code: 'VALUES_OUTDATED',
  severity: 'info',
  layer: 'mesh',
  fault: false,
  title: "Linkerd's values hold another trust anchor than the one in use",
  meaning:
    'linkerd multicluster check compares identityTrustAnchorsPEM in the values (ConfigMap linkerd-config). Where trust-manager or another writes the anchors, the values keep those of the installation: the check reports different anchors though proxies have the same ones.',
  prove: [
    "kubectl -n linkerd get cm linkerd-config -o jsonpath='{.data.values}' | grep -A20 identityTrustAnchorsPEM",
    "kubectl -n linkerd get cm linkerd-identity-trust-roots -o jsonpath='{.data.ca-bundle\\.crt}' in both clusters: the same",
  ],
  fix: ['nothing for the traffic; bring identityTrustAnchorsPEM in the values up to date with the next upgrade'],
  verify: ['linkerd multicluster check passes', 'the traffic is as before'],
  source: 'linkerd2 issue 11668; multicluster/cmd/check.go',
  since: '0.1.0',
};

const CODES = ['LINK_IDENTITY_WRONG', 'MESH_ROOTS_DIFFER'];

/** Clusters that Linkerd links do not come together. */
export const linkerdMulticluster: Playbook = {
  id: 'linkerd-multicluster',
  layer: 'mesh',
  title: 'Linked clusters: mirrored services fail, or the multicluster check complains',
  patterns: [
    /clusters share trust anchors|Problematic clusters?:/i,
    /linkerd-gateway|gateway mirrors?|mirrored services?|linkerd multicluster|service-mirror|gatewayIdentity/i,
    /probe services able to communicate with all gateway/i,
  ],
  targets: ['link'],
  explainedBy: [...CODES, 'CERT_EXPIRED', 'ROOT_REPLACED_WITHOUT_OVERLAP', 'OLD_ROOT_REMOVED_EARLY'],
  roles: ['linkerd-trust-anchor', 'linkerd-issuer', 'workload-svid'],
  kinds: ['link'],
  reads: ['linkerd-config', 'mesh-bundles'],
  causes: [VALUES_OUTDATED],
  steps: [
    findingsStep({
      id: 'gateway',
      question: 'Does the gateway prove the identity that the Link expects, under an anchor in common?',
      command:
        'kubectl get links -A -o yaml | grep gateway; openssl s_client -connect GATEWAY:4143 -servername IDENTITY -showcerts </dev/null',
      codes: CODES,
      kinds: ['link'],
      sources: ['linkerd-config'],
    }),
    {
      id: 'values',
      question: 'Are the anchors in the values those in use?',
      command: () => "kubectl -n linkerd get cm linkerd-config -o jsonpath='{.data.values}'",
      sources: ['linkerd-config', 'mesh-bundles'],
      causes: [VALUES_OUTDATED.code],
      judge: outdated,
    },
    linkerdOpinion,
  ],
  next: [
    { title: 'Is the gateway alive, as its probe sees it?', command: 'linkerd multicluster gateways' },
    {
      title: 'Does the service mirror reach the API server of the other cluster?',
      command: 'kubectl -n linkerd-multicluster logs deploy/linkerd-service-mirror-CLUSTER',
    },
    { title: 'Is the port of the gateway open from here?', command: 'nc -vz GATEWAY 4143' },
  ],
};

/** A difference that is in the values alone, while gateways show certificates of the anchor in use. */
function outdated({ inventory }: StepContext): readonly Judgement[] {
  return meshTrusts(inventory).flatMap(({ mesh, bundle, published }): Judgement[] => {
    const namespace = bundle.split('/')[1];
    const config = inventory.facts('linkerdConfig').find((one) => mesh === 'linkerd' && one.namespace === namespace);
    const [first] = published;
    if (!config || !first || config.anchors.length === 0) return [];
    const inUse = new Set(published.flatMap(({ placement }) => placement.chain));
    if (config.anchors.every((anchor) => inUse.has(anchor))) return [];
    return [
      {
        is: 'supports',
        code: VALUES_OUTDATED.code,
        object: ref.object('configmap', 'linkerd-config', namespace),
        message: `the values in ${ref.object('configmap', 'linkerd-config', namespace)} hold another trust anchor than ${bundle}, which is the one in use`,
        evidence: [
          inventory.evidence(
            config.seen,
            `identityTrustAnchorsPEM holds ${config.anchors.map((one) => one.slice(0, 12)).join(', ')}`,
          ),
          inventory.evidence(
            first.placement.seen,
            `${bundle} holds ${[...inUse].map((one) => one.slice(0, 12)).join(', ')}`,
          ),
        ],
      },
    ];
  });
}
