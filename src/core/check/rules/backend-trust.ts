import type { CodeDefinition } from '../../model/finding.ts';
import type { Layer } from '../../model/layer.ts';
import { ref } from '../../model/ref.ts';
import { kubectlEdit, manualStep } from '../../model/step.ts';
import { backendTrustOf, originationSecrets } from '../../parse/kube/backend-ca.ts';
import type { Inventory, Placed } from '../../snapshot/inventory.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { matchesDns } from '../../x509/names.ts';
import { addressOf } from '../addresses.ts';
import { membersOf } from '../bundles.ts';
import { draft } from '../draft.ts';
import { issuedBy } from '../relations.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { list } from '../words.ts';

const BACKEND_UNTRUSTED: CodeDefinition = {
  code: 'BACKEND_UNTRUSTED',
  severity: 'critical',
  title: 'a server is verified by a CA that did not issue its certificate',
  meaning:
    'An Ingress with proxy-ssl-verify, or a DestinationRule that originates TLS with a credential, has a CA of its own for the server behind it, and the API server one for its login provider. That server shows a certificate of another CA: it was renewed by a new one, or the Secret holds the wrong one. The proxy refuses it and answers 502 or 503 (the API server 401), while clients of the front see a good certificate.',
  prove: [
    'nginx logs: upstream SSL certificate verify error: (20:unable to get local issuer certificate); Envoy logs 503 UF with CERTIFICATE_VERIFY_FAILED',
    'openssl s_client -connect BACKEND:PORT -CAfile ca.crt </dev/null: the CA of the Secret does not verify it',
  ],
  fix: [
    "put the CA that issued the backend's certificate into the Secret, beside the former one while both are in use",
  ],
  prevent: ['let trust-manager, or the ca.crt of the Certificate, write the CA that proxies verify by'],
  source:
    'kubernetes/ingress-nginx docs/user-guide/nginx-configuration/annotations.md, Backend Certificate Authentication; istio.io DestinationRule ClientTLSSettings',
  since: '0.1.0',
};

/** Who verifies a server, by what, and by which names the server goes. */
interface Verifier {
  readonly by: string;
  readonly layer: Layer;
  /** What fails while it refuses the server. */
  readonly impact: string;
  readonly seen: number;
  readonly bundle: string;
  readonly anchors: readonly Placed[];
  readonly names: readonly string[];
  /** Where the server's own Secret may stand; absent: outside of the cluster. */
  readonly namespace?: string;
}

/** Whether proxies have the CA of the servers that they verify. */
export const backendTrust: Check = {
  id: 'backend-trust',
  title: 'proxies and the API server verify servers by the CA that issued their certificates',
  codes: [BACKEND_UNTRUSTED],
  applies: ({ inventory }) => verifiersIn(inventory).length > 0,
  run: (input) => verifiersIn(input.inventory).flatMap((verifier) => judge(input, verifier)),
};

/** Those whose CA was read: of one that is missing another rule tells. */
function verifiersIn(inventory: Inventory): Verifier[] {
  return [...ingresses(inventory), ...destinationRules(inventory), ...loginProviders(inventory)].filter(
    ({ anchors }) => anchors.length > 0,
  );
}

function ingresses(inventory: Inventory): Verifier[] {
  return inventory.facts('ingress').flatMap((ingress) => {
    const trust = backendTrustOf(ingress);
    if (!trust) return [];
    const { namespace, name, seen, services = [] } = ingress;
    const bundle = ref.secret(trust.secret.namespace, trust.secret.name, 'ca.crt');
    const names = trust.name === undefined ? services.map((service) => `${service}.${namespace}.svc`) : [trust.name];
    const by = ref.object('ingress', name, namespace);
    const at = { by, layer: 'ingress', impact: unreached(names, by) } as const;
    return [{ ...at, seen, bundle, anchors: membersOf(inventory, bundle), names, namespace }];
  });
}

function destinationRules(inventory: Inventory): Verifier[] {
  return inventory.facts('destinationRule').flatMap((rule) => {
    const bundles = originationSecrets(rule).flatMap(({ namespace, name }) =>
      ['ca.crt', 'cacert'].map((key) => ref.secret(namespace, name, key)),
    );
    const bundle = bundles.find((one) => membersOf(inventory, one).length > 0);
    if (bundle === undefined) return [];
    const by = ref.object('destinationrule', rule.name, rule.namespace);
    const at = { by, layer: 'mesh', impact: unreached([rule.host], by) } as const;
    return [{ ...at, seen: rule.seen, bundle, anchors: membersOf(inventory, bundle), names: [rule.host] }];
  });
}

/** The API server verifies whoever makes its users' tokens (kube-apiserver --oidc-issuer-url, --oidc-ca-file). */
function loginProviders(inventory: Inventory): Verifier[] {
  return inventory
    .facts('component')
    .filter(({ component }) => component === 'kube-apiserver')
    .flatMap(({ object, flags, seen }) => {
      const file = flags['oidc-ca-file'];
      const host = URL.parse(flags['oidc-issuer-url'] ?? '')?.hostname;
      if (file === undefined || !host) return [];
      const bundle = ref.file(file);
      const impact = `the API server answers 401 to everybody who logs in by ${host}; certificates and other tokens work`;
      return [
        { by: object, layer: 'cluster', impact, seen, bundle, anchors: anchorsOf(inventory, bundle), names: [host] },
      ];
    });
}

/** A file of one CA may stand as a certificate of its own. */
function anchorsOf(inventory: Inventory, bundle: string): readonly Placed[] {
  const members = membersOf(inventory, bundle);
  const alone = inventory.placement(bundle);
  return members.length > 0 || !alone?.leaf ? members : [alone];
}

function judge({ inventory }: CheckInput, verifier: Verifier): Draft[] {
  const { by, seen, bundle, anchors, names } = verifier;
  const roots = anchors.flatMap(({ leaf }) => leaf ?? []);
  const shown = serversOf(inventory, verifier);
  const refused = shown.filter((server) => !isTrusted(server, roots));
  const [first] = refused;
  if (!first?.leaf || refused.length < shown.length) return [];
  return [
    draft(BACKEND_UNTRUSTED, {
      layer: verifier.layer,
      placement: bundle,
      also: [by, ...refused.map(({ placement }) => placement.ref)],
      message: `${by} verifies ${list(names)} by the CA in ${bundle}, which did not issue what is shown there: that is of ${first.leaf.issuer}, key id ${first.leaf.authorityKeyId ?? 'not said'}`,
      evidence: [
        inventory.evidence(seen, `${by} has its CA from ${bundle}`),
        ...anchors
          .slice(0, 3)
          .map(({ placement, leaf }) =>
            inventory.evidence(
              placement.seen,
              `${placement.ref}: ${leaf?.subject}, key id ${leaf?.subjectKeyId ?? 'not said'}`,
            ),
          ),
        inventory.evidence(
          first.placement.seen,
          `${first.placement.ref}: issued by ${first.leaf.issuer}, key id ${first.leaf.authorityKeyId ?? 'not said'}`,
        ),
      ],
      impact: verifier.impact,
      fix: [
        manualStep(
          'ca',
          `put the CA that issued ${first.placement.ref} into ${bundle}, beside the former one`,
          edit(bundle),
        ),
      ],
    }),
  ];
}

function unreached(names: readonly string[], by: string): string {
  return `${list(names)} cannot be reached through ${by}: 502 or 503`;
}

function edit(bundle: string): string[] {
  const [, namespace, name] = /^secret\/([^/]+)\/([^#]+)#/.exec(bundle) ?? [];
  return namespace && name ? kubectlEdit('secret', name, namespace) : ['vi', bundle.replace(/^file:/, '')];
}

/** What is served by these names; where nobody was asked, what is stored for just these names beside the verifier. */
function serversOf(inventory: Inventory, { names, namespace }: Verifier): Placed[] {
  const all = inventory.placements.filter(({ placement, leaf }) => leaf && !leaf.isCA && !placement.bundle);
  const served = all.filter(({ placement }) => names.some((name) => isServedBy(placement.ref, name)));
  if (served.length > 0 || namespace === undefined) return served;
  return all.filter(
    ({ placement, leaf }) =>
      placement.ref.startsWith(`secret/${namespace}/`) &&
      names.some((name) => leaf?.dnsNames.some((one) => !one.startsWith('*') && matchesDns(one, name))),
  );
}

function isServedBy(place: string, name: string): boolean {
  const { host, sni } = addressOf(place) ?? {};
  return host === name || sni === name;
}

function isTrusted({ chain }: Placed, roots: readonly Certificate[]): boolean {
  return chain.some((one) => roots.some((root) => one.sha256 === root.sha256 || issuedBy(one, root)));
}
