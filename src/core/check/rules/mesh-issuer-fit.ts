import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import type { RoleId } from '../../model/role.ts';
import type { Inventory, Placed } from '../../snapshot/inventory.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { draft } from '../draft.ts';
import { renewSteps } from '../remedy.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { placementsOfRole } from '../trust.ts';

const MESH_ISSUER_UNFIT: CodeDefinition = {
  code: 'MESH_ISSUER_UNFIT',
  severity: 'critical',
  title:
    'what is to sign the certificates of a mesh cannot: it is no CA, has a key that the mesh does not take, or stands where it is not looked for',
  meaning:
    "The control plane looks at its issuer before it signs. Linkerd wants a CA with an ECDSA key on P-256 and takes no other; istiod wants a CA. Linkerd looks for it under crt.pem or tls.crt by the scheme that it was installed with. One that doesn't fit is refused when it is loaded: what runs goes on with the issuer of before, and after a restart nothing is signed.",
  prove: [
    'openssl x509 -noout -text -in issuer.crt: CA:TRUE, and for Linkerd id-ecPublicKey with prime256v1',
    'linkerd check: must use P-256 curve for public key, must use ECDSA for public key algorithm',
    'the log of the control plane: not authorized to sign other certificates, parent certificate cannot sign this kind of certificate',
  ],
  fix: [
    'where cert-manager makes it: isCA: true, usages cert sign and crl sign, privateKey: {algorithm: ECDSA, size: 256}; then have it issued anew',
    'restart the control plane once the Secret holds one that fits',
  ],
  prevent: ['try the issuer with linkerd check or openssl verify before it is put in place'],
  source: 'linkerd2 pkg/issuercerts/issuercerts.go; istio security/pkg/pki/util/verify_cert.go',
  since: '0.1.0',
};

/** What each mesh demands of its issuer beyond a place in the chain. */
const DEMANDS: readonly { readonly role: RoleId; readonly demands: readonly Demand[] }[] = [
  { role: 'linkerd-issuer', demands: [isAuthority, hasLinkerdsKey] },
  { role: 'istio-ca', demands: [isAuthority] },
];

/** What is wrong, as a clause; undefined: nothing. */
type Demand = (certificate: Certificate) => string | undefined;

function isAuthority({ isCA }: Certificate): string | undefined {
  return isCA ? undefined : 'is no CA (basicConstraints without CA:TRUE)';
}

function hasLinkerdsKey({ publicKey: { algorithm, curve, bits } }: Certificate): string | undefined {
  if (algorithm === 'ECDSA' && bits === 256) return undefined;
  return `has a key of ${algorithm}${curve ? ` on ${curve}` : ''} (${bits} bits), and Linkerd takes ECDSA on P-256 alone`;
}

/** Whether what is to sign for a mesh can do so. */
export const meshIssuerFit: Check = {
  id: 'mesh-issuer-fit',
  title: 'what signs for a mesh is a CA with a key that the mesh takes',
  codes: [MESH_ISSUER_UNFIT],
  applies: ({ inventory }) => DEMANDS.some(({ role }) => placementsOfRole(inventory, role).length > 0),
  run: (input) =>
    DEMANDS.flatMap(({ role, demands }) =>
      placementsOfRole(input.inventory, role).flatMap((placed) => {
        const wrong = [
          ...demands.flatMap((demand) => (placed.leaf && demand(placed.leaf)) ?? []),
          ...underOtherKeys(input.inventory, placed),
        ];
        return wrong.length > 0 ? [report(input, placed, wrong)] : [];
      }),
    ),
};

/** The data key of the certificate in each layout of Linkerd's issuer (linkerd2 pkg/issuercerts, pkg/k8s). */
const KEY_OF_SCHEME: Readonly<Record<string, string>> = { 'linkerd.io/tls': 'crt.pem', 'kubernetes.io/tls': 'tls.crt' };

/** It stands in the layout that this control plane does not read, and not in the one that it reads. */
function underOtherKeys(inventory: Inventory, { placement }: Placed): string[] {
  const [, namespace, name, key] = /^secret\/([^/]+)\/([^#]+)#([^[]+)/.exec(placement.ref) ?? [];
  if (placement.role !== 'linkerd-issuer' || !namespace || !name) return [];
  const scheme = inventory.facts('linkerdConfig').find((config) => config.namespace === namespace)?.scheme ?? '';
  const read = KEY_OF_SCHEME[scheme];
  if (read === undefined || read === key || inventory.placement(ref.secret(namespace, name, read))?.leaf) return [];
  return [`stands under ${key}, and Linkerd was installed with the scheme ${scheme}, which reads ${read}`];
}

function report(input: CheckInput, placed: Placed, wrong: readonly string[]): Draft {
  const { placement } = placed;
  return draft(MESH_ISSUER_UNFIT, {
    layer: 'mesh',
    placement: placement.ref,
    message: `${placement.ref}, which is to sign the certificates of the mesh, ${wrong.join(', and ')}`,
    evidence: wrong.map((one) => input.inventory.evidence(placement.seen, `it ${one}`)),
    impact: 'no workload gets a certificate from it: the mesh ends with the certificates that it has',
    fix: renewSteps(input.inventory, placed),
  });
}
