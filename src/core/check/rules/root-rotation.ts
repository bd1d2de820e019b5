import type { CodeDefinition, Evidence } from '../../model/finding.ts';
import { manualStep } from '../../model/step.ts';
import type { Inventory, Placed } from '../../snapshot/inventory.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { draft } from '../draft.ts';
import { type MeshTrust, meshTrusts, type ProxyTrust, rootOf } from '../mesh-trust.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { placementsOfRole } from '../trust.ts';
import { list, when } from '../words.ts';

const ROOT_ROTATION_UNFINISHED: CodeDefinition = {
  code: 'ROOT_ROTATION_UNFINISHED',
  severity: 'warning',
  title: 'a former root of a mesh is still needed',
  meaning:
    'Two roots are published, and the mesh signs with the newer one. The former one may not go yet: proxies still show certificates of it, do not trust the newer one, or could not be asked while certificates of it may still be about.',
  prove: [
    'linkerd identity -l linkerd.io/control-plane-ns -n NAMESPACE, istioctl proxy-config secret POD -o json: at which root the chain of each proxy ends',
    'kubectl certs check mesh: exit code 0 once the former root may go',
  ],
  fix: ['restart the workloads that are named, or wait until their certificates were renewed (a day)'],
  source: 'linkerd.io Manually Rotating Control Plane TLS Credentials; istio.io Plug in CA Certificates',
  since: '0.1.0',
};

const OLD_ROOT_REMOVABLE: CodeDefinition = {
  code: 'OLD_ROOT_REMOVABLE',
  severity: 'info',
  title: 'a former root of a mesh may go',
  meaning:
    'Every proxy trusts the root that the mesh signs with, and none shows a certificate of the former one: the last step of the rotation may be taken.',
  prove: ['the chain of every proxy ends at the newer root, and every proxy trusts it'],
  fix: ['take the former root out of the bundle, and restart the workloads once more, at leisure'],
  source: 'linkerd.io Manually Rotating Control Plane TLS Credentials; istio.io Plug in CA Certificates',
  since: '0.1.0',
};

/** Whether a rotation of a root may be ended: the exit code of a check answers it. */
export const rootRotation: Check = {
  id: 'root-rotation',
  title: 'no former root of a mesh is still needed beside the one that signs',
  codes: [ROOT_ROTATION_UNFINISHED, OLD_ROOT_REMOVABLE],
  applies: ({ inventory }) => meshTrusts(inventory).some(({ published }) => published.length > 1),
  run: (input) => meshTrusts(input.inventory).flatMap((mesh) => judge(input, mesh)),
};

interface Signing {
  readonly root: Certificate;
  readonly issuer: Placed & { readonly leaf: Certificate };
}

/** The root that the mesh signs under today. */
function signing({ inventory }: CheckInput, { mesh, bundle }: MeshTrust): Signing | undefined {
  const role = mesh === 'linkerd' ? 'linkerd-issuer' : 'istio-ca';
  const namespace = `secret/${bundle.split('/')[1]}/`;
  const found = placementsOfRole(inventory, role).flatMap((issuer): Signing[] => {
    const root = rootOf(inventory, issuer);
    return issuer.leaf && root ? [{ root, issuer: issuer as Signing['issuer'] }] : [];
  });
  const plugged = found.find(({ issuer }) => /\/cacerts#/.test(issuer.placement.ref));
  return plugged ?? found.find(({ issuer }) => issuer.placement.ref.startsWith(namespace)) ?? found[0];
}

function judge(input: CheckInput, mesh: MeshTrust): Draft[] {
  const current = signing(input, mesh);
  if (!current) return [];
  return mesh.published.flatMap((old) =>
    old.leaf && old.leaf.spki !== current.root.spki && old.leaf.notBefore < current.root.notBefore
      ? [report(input, mesh, current, old as Placed & { readonly leaf: Certificate })]
      : [],
  );
}

/** Certificates of the former root are gone a day after another issuer began to sign, or as long as those seen live. */
const LIFETIME = 24 * 3_600_000;

function longestLife({ proxies }: MeshTrust): number {
  const lives = proxies.flatMap(({ leaf }) => (leaf?.leaf ? leaf.leaf.notAfter - leaf.leaf.notBefore : []));
  return lives.reduce((longest, life) => Math.max(longest, life), LIFETIME);
}

function report(
  { inventory, now }: CheckInput,
  mesh: MeshTrust,
  { root, issuer }: Signing,
  { placement, leaf }: Placed & { readonly leaf: Certificate },
): Draft {
  const showing = mesh.proxies.filter((proxy) => proxy.root?.spki === leaf.spki);
  const lacking = mesh.proxies.filter(({ trusts }) => trusts && !trusts.has(root.spki));
  const unseen = mesh.proxies.filter((proxy) => proxy.root === undefined);
  const gone = issuer.leaf.notBefore + longestLife(mesh);
  const unsure = unseen.length > 0 && now < gone;
  const reasons = [
    ...(showing.length > 0 ? [`${names(showing)} still show certificates of it`] : []),
    ...(lacking.length > 0 ? [`${names(lacking)} do not trust the newer one`] : []),
    ...(unsure
      ? [
          `${unseen.length} of ${mesh.proxies.length} proxies were not asked (--all asks each), whose certificates may be of it until ${when(gone, now)}`,
        ]
      : []),
  ];
  const needed = reasons.length > 0;
  const what = `the former root ${leaf.subject} ${leaf.sha256.slice(0, 12)} in ${placement.ref}`;
  return draft(needed ? ROOT_ROTATION_UNFINISHED : OLD_ROOT_REMOVABLE, {
    layer: 'mesh',
    placement: placement.ref,
    message: needed
      ? `${what} may not go yet: ${reasons.join('; ')}`
      : `${what} may go: nothing that was seen needs it`,
    evidence: [
      inventory.evidence(
        issuer.placement.seen,
        `${issuer.placement.ref} signs under ${root.subject} ${root.sha256.slice(0, 12)}`,
      ),
      ...evidenceOf(inventory, [...showing, ...lacking]),
    ],
    impact: needed
      ? 'taking it out now makes proxies refuse each other'
      : 'none; a root that is trusted without need is one more that could be misused',
    fix: needed
      ? [
          manualStep(
            'restart',
            'restart the workloads that are named, or wait a day',
            ['kubectl', '-n', 'NAMESPACE', 'rollout', 'restart', 'deploy'],
            'restart',
          ),
        ]
      : [manualStep('remove', `take it out of ${mesh.bundle}, then restart the workloads at leisure`)],
    also: [...new Set([...showing, ...lacking].map(({ pod }) => pod))],
  });
}

function names(proxies: readonly ProxyTrust[]): string {
  return list(proxies.map(({ pod }) => pod.replace(/^pod\//, '')));
}

const MOST = 10;

function evidenceOf(inventory: Inventory, proxies: readonly ProxyTrust[]): Evidence[] {
  return proxies
    .slice(0, MOST)
    .flatMap(({ pod, root, seen: [seen] }) =>
      seen === undefined
        ? []
        : [
            inventory.evidence(
              seen,
              `${pod}: ${root ? `its certificate chains to ${root.subject} ${root.sha256.slice(0, 12)}` : 'what it shows was not seen'}`,
            ),
          ],
    );
}
