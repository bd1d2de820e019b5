import type { CodeDefinition, Evidence } from '../../model/finding.ts';
import { refBase } from '../../model/ref.ts';
import { manualStep, type Step } from '../../model/step.ts';
import type { Inventory } from '../../snapshot/inventory.ts';
import { draft } from '../draft.ts';
import { type Distrust, distrusts, type MeshTrust, meshTrusts, type ProxyTrust } from '../mesh-trust.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { list } from '../words.ts';

const ROTATION = 'istio.io Plug in CA Certificates; linkerd.io Manually Rotating Control Plane TLS Credentials';

const ROOT_REPLACED_WITHOUT_OVERLAP: CodeDefinition = {
  code: 'ROOT_REPLACED_WITHOUT_OVERLAP',
  severity: 'critical',
  title: "a mesh's root was replaced without a time in which both are trusted",
  meaning:
    'The control plane publishes a new root alone, and proxies that run still trust the former one alone: each side refuses what the other shows. Proxies change over as they are restarted or renew their certificates, so that the failure spreads pod by pod, while every certificate is valid by its date.',
  prove: [
    "compare fingerprints, not texts: kubectl get cm -n linkerd linkerd-identity-trust-roots -o jsonpath='{.data.ca-bundle\\.crt}' with the variable LINKERD2_PROXY_IDENTITY_TRUST_ANCHORS of a pod; for Istio, istioctl proxy-config secret POD -o json of two pods, ROOTCA",
    'a proxy logs: invalid peer certificate: UnknownIssuer, or CERTIFICATE_VERIFY_FAILED',
  ],
  fix: [
    'publish both roots, the former one and the new one, in the bundle',
    'restart the control plane, then every meshed workload, gateways included, until each trusts both',
    'take the former root out once every proxy shows a certificate of the new one',
  ],
  prevent: [
    'rotate a root in three steps, each checked before the next: trust both, sign with the new one, trust it alone',
  ],
  source: ROTATION,
  since: '0.1.0',
};

const OLD_ROOT_REMOVED_EARLY: CodeDefinition = {
  code: 'OLD_ROOT_REMOVED_EARLY',
  severity: 'critical',
  title: "a mesh's former root was taken out while proxies still show certificates of it",
  meaning:
    'Both roots were trusted for a while, and the former one left the bundle before every proxy had a certificate of the new one. Proxies that were restarted since trust the new root alone and refuse those that were not.',
  prove: [
    'the chain that an older proxy shows ends at the former root: linkerd identity POD, istioctl proxy-config secret POD -o json',
    'a proxy that was restarted last does not have that root among those it trusts',
  ],
  fix: [
    'put the former root back into the bundle and restart the proxies that trust the new one alone',
    'restart every meshed workload, or wait a day until each has a new certificate, and only then take it out',
  ],
  prevent: ['look at what every proxy shows before a root is taken out; linkerd check reads texts and stays green'],
  source: ROTATION,
  since: '0.1.0',
};

const PROXY_TRUST_STALE: CodeDefinition = {
  code: 'PROXY_TRUST_STALE',
  severity: 'warning',
  title: 'proxies do not have the root yet that the mesh publishes',
  meaning:
    'A proxy gets its roots at its injection or start. Those named here were made before a root was added, and will refuse every certificate that is issued under it.',
  prove: [
    'linkerd check --proxy: data plane proxies certificate match CA (it leaves the control plane out, and exits with 0)',
  ],
  fix: [
    'restart the workloads of these pods, StatefulSets, DaemonSets and bare pods among them, before anything is signed under the new root',
  ],
  prevent: ['restart all meshed workloads right after a root was added, and check before the next step'],
  source: 'linkerd2 pkg/healthcheck/healthcheck.go, checkDataPlaneProxiesCertificate',
  since: '0.1.0',
};

const SVID_OF_OTHER_ROOT: CodeDefinition = {
  code: 'SVID_OF_OTHER_ROOT',
  severity: 'critical',
  title: 'a proxy shows a certificate under a root that none of its peers trusts',
  meaning:
    'The certificate is in its time, and names a workload of this mesh, but the chain ends at a root that is not published and that no proxy has among those it trusts. Another authority signed it: another istiod, a CA of a test, files that were mounted into the pod. Every peer ends the handshake.',
  prove: [
    'istioctl proxy-config secret POD -o json, linkerd identity POD: the last certificate of the chain, against the roots of another pod',
    'a peer logs CERTIFICATE_VERIFY_FAILED: unable to get local issuer certificate, or UnknownIssuer',
  ],
  fix: [
    'see whom the proxy asks for its certificate (CA_ADDR, mounted files), and give it a new pod once that is right',
  ],
  source: 'RFC 5280 section 6.1; SPIFFE X.509-SVID section 5',
  since: '0.1.0',
};

/** Whether proxies trust each other. */
export const meshRoots: Check = {
  id: 'mesh-roots',
  title: 'the proxies of a mesh trust what the others show, and what the control plane publishes',
  codes: [ROOT_REPLACED_WITHOUT_OVERLAP, OLD_ROOT_REMOVED_EARLY, PROXY_TRUST_STALE, SVID_OF_OTHER_ROOT],
  applies: ({ inventory }) => meshTrusts(inventory).length > 0,
  run: (input) => meshTrusts(input.inventory).flatMap((mesh) => judge(input, mesh)),
};

function judge(input: CheckInput, mesh: MeshTrust): Draft[] {
  const all = distrusts(mesh);
  const foreign = all.filter((one) => isForeign(mesh, one));
  const refused = all.filter((one) => !foreign.includes(one));
  return [...(foreign.length > 0 ? [otherRoot(input, mesh, foreign)] : []), ...judgeRotation(input, mesh, refused)];
}

/** No step of a rotation leads there: the root is not published, and nobody trusts it, not even who shows it. */
function isForeign({ roots, proxies }: MeshTrust, { shows }: Distrust): boolean {
  const { spki } = shows.root;
  return shows.trusts !== undefined && !roots.has(spki) && !proxies.some(({ trusts }) => trusts?.has(spki));
}

function judgeRotation(input: CheckInput, mesh: MeshTrust, refused: readonly Distrust[]): Draft[] {
  const known = mesh.proxies.filter(({ trusts }) => trusts !== undefined);
  const lacking = known.filter(({ trusts }) => [...mesh.roots].some((root) => !trusts?.has(root)));
  const strangers = lacking.filter(({ trusts }) => ![...mesh.roots].some((root) => trusts?.has(root)));
  if (strangers.length > 0) return [replaced(input, mesh, strangers, refused)];
  const early = refused.filter(({ shows }) => !mesh.roots.has(shows.root.spki));
  if (early.length > 0) return [removedEarly(input, mesh, early)];
  return lacking.length > 0 ? [stale(input, mesh, lacking, refused)] : [];
}

function replaced(
  { inventory }: CheckInput,
  mesh: MeshTrust,
  strangers: readonly ProxyTrust[],
  refused: readonly Distrust[],
): Draft {
  const known = mesh.proxies.filter(({ trusts }) => trusts !== undefined).length;
  const others = known - strangers.length;
  return draft(ROOT_REPLACED_WITHOUT_OVERLAP, {
    layer: 'mesh',
    placement: causeOf(inventory, mesh),
    message: `the root of ${titleOf(mesh)} was replaced without overlap: ${count(strangers.length)} of ${known} that were seen trust none of those in ${mesh.bundle} (${podList(strangers)})`,
    evidence: [
      ...publishedBy(inventory, mesh),
      ...trustedBy(inventory, strangers),
      ...refused.slice(0, MOST).flatMap((one) => refusalOf(inventory, one)),
    ],
    impact:
      others > 0
        ? `connections fail between these pods and the ${others} that have the new root, and with each restart more of them`
        : 'each pod that is restarted, and each certificate that is issued from now on, is refused by these pods',
    fix: overlapSteps(mesh, `both roots into ${mesh.bundle}: the former one and the new one`),
    also: [mesh.bundle, ...podsOf(strangers)],
  });
}

function otherRoot({ inventory }: CheckInput, mesh: MeshTrust, foreign: readonly Distrust[]): Draft {
  const showing = foreign.map(({ shows }) => shows);
  const [{ pod, leaf, root }] = showing as [Distrust['shows']];
  return draft(SVID_OF_OTHER_ROOT, {
    layer: 'mesh',
    placement: leaf?.placement.ref ?? pod,
    message: `${podList(showing)} of ${titleOf(mesh)} show certificates under ${root.subject} ${short(root.sha256)}, a root that no proxy trusts`,
    evidence: [...publishedBy(inventory, mesh), ...foreign.slice(0, MOST).flatMap((one) => refusalOf(inventory, one))],
    impact: 'every connection to and from these pods fails',
    fix: [
      manualStep('look', 'see whom the proxy asks for its certificate', [
        ...['kubectl', 'get', 'pod', '-n', pod.split('/')[1] ?? '', pod.split('/')[2] ?? '', '-o', 'yaml'],
      ]),
      manualStep('restart', 'then restart the workloads of these pods', restartCommand(showing), 'restart'),
    ],
    also: podsOf(showing),
  });
}

function removedEarly({ inventory }: CheckInput, mesh: MeshTrust, early: readonly Distrust[]): Draft {
  const showing = early.map(({ shows }) => shows);
  return draft(OLD_ROOT_REMOVED_EARLY, {
    layer: 'mesh',
    placement: causeOf(inventory, mesh),
    message: `the former root of ${titleOf(mesh)} was taken out of ${mesh.bundle} too early: ${count(showing.length)} still show certificates of it (${podList(showing)}), and others no longer trust it`,
    evidence: [...publishedBy(inventory, mesh), ...early.slice(0, MOST).flatMap((one) => refusalOf(inventory, one))],
    impact:
      'connections fail between proxies with a certificate of the former root and those that trust the new one alone',
    fix: overlapSteps(mesh, `the former root back into ${mesh.bundle}, beside the new one`),
    also: [mesh.bundle, ...podsOf(showing)],
  });
}

function stale(
  { inventory }: CheckInput,
  mesh: MeshTrust,
  lacking: readonly ProxyTrust[],
  refused: readonly Distrust[],
): Draft {
  return draft(PROXY_TRUST_STALE, {
    severity: refused.length > 0 ? 'critical' : 'warning',
    layer: 'mesh',
    placement: mesh.bundle,
    message: `${count(lacking.length)} of ${titleOf(mesh)} lack a root that ${mesh.bundle} holds: ${podList(lacking)}`,
    evidence: [
      ...publishedBy(inventory, mesh),
      ...trustedBy(inventory, lacking),
      ...refused.slice(0, MOST).flatMap((one) => refusalOf(inventory, one)),
    ],
    impact: 'these pods refuse peers whose certificates are issued under that root',
    fix: [
      manualStep(
        'restart',
        'restart the workloads of these pods, one after the other',
        restartCommand(lacking),
        'restart',
      ),
    ],
    also: podsOf(lacking),
  });
}

/** A plugged-in CA is where Istio's roots come from; elsewhere the bundle is what was changed. */
function causeOf(inventory: Inventory, { mesh, bundle }: MeshTrust): string {
  const plugged =
    mesh === 'istio' ? inventory.placements.find(({ placement }) => PLUGGED_ROOT.test(placement.ref)) : undefined;
  return plugged ? refBase(plugged.placement.ref) : bundle;
}

const PLUGGED_ROOT = /^secret\/[^/]+\/cacerts#(?:root-cert\.pem|ca\.crt)/;
/** Most pods and pairs that are named. */
const MOST = 10;

function overlapSteps(mesh: MeshTrust, what: string): Step[] {
  const control =
    mesh.mesh === 'linkerd'
      ? ['kubectl', '-n', mesh.bundle.split('/')[1] ?? 'linkerd', 'rollout', 'restart', 'deploy']
      : ['kubectl', '-n', 'istio-system', 'rollout', 'restart', 'deploy', '-l', 'app=istiod'];
  return [
    manualStep('bundle', `put ${what}`),
    manualStep('control-plane', 'restart the control plane, so that it trusts and publishes both', control, 'restart'),
    manualStep(
      'workloads',
      'restart every meshed workload, namespace by namespace',
      ['kubectl', '-n', 'NAMESPACE', 'rollout', 'restart', 'deploy,statefulset,daemonset'],
      'restart',
    ),
    manualStep('check', 'see that no proxy is left behind', ['kubectl', 'certs', 'check', 'mesh']),
  ];
}

function restartCommand(proxies: readonly ProxyTrust[]): string[] {
  const namespaces = new Set(proxies.map(({ pod }) => pod.split('/')[1]));
  const [first = 'NAMESPACE'] = namespaces.size === 1 ? namespaces : [];
  return ['kubectl', '-n', first, 'rollout', 'restart', 'deploy,statefulset,daemonset'];
}

function publishedBy(inventory: Inventory, { published, bundle }: MeshTrust): Evidence[] {
  const [first] = published;
  if (!first) return [];
  const prints = published.flatMap(({ leaf }) => (leaf ? `${leaf.subject} ${short(leaf.sha256)}` : []));
  return [inventory.evidence(first.placement.seen, `${bundle} holds ${list(prints)}`)];
}

function trustedBy(inventory: Inventory, proxies: readonly ProxyTrust[]): Evidence[] {
  return proxies.slice(0, MOST).flatMap(({ pod, trusts, seen: [seen] }) => {
    if (seen === undefined) return [];
    const roots = [...(trusts ?? [])].flatMap((key) =>
      inventory
        .withKey(key)
        .map(({ sha256 }) => short(sha256))
        .slice(0, 1),
    );
    return [inventory.evidence(seen, `${pod} trusts ${list(roots)} alone`)];
  });
}

function refusalOf(inventory: Inventory, { shows, refuses }: Distrust): Evidence[] {
  const seen = shows.leaf?.placement.seen;
  if (seen === undefined) return [];
  const fact = `the certificate of ${shows.pod} chains to ${shows.root.subject} ${short(shows.root.sha256)}, which ${refuses.pod} does not trust`;
  return [inventory.evidence(seen, fact)];
}

function titleOf({ mesh }: MeshTrust): string {
  return mesh === 'linkerd' ? 'Linkerd' : 'Istio';
}

function count(proxies: number): string {
  return proxies === 1 ? '1 proxy' : `${proxies} proxies`;
}

function podList(proxies: readonly ProxyTrust[]): string {
  return list(podsOf(proxies).map((pod) => pod.replace(/^pod\//, '')));
}

function podsOf(proxies: readonly ProxyTrust[]): string[] {
  return [...new Set(proxies.map(({ pod }) => pod))];
}

/** As much of a fingerprint as tells two apart. */
function short(sha256: string): string {
  return sha256.slice(0, 12);
}
