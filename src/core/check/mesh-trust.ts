import type { MeshName, MeshProxyFact, PodFact } from '../model/facts.ts';
import { ref, refBase } from '../model/ref.ts';
import { TRUST_ANCHORS } from '../parse/kube/linkerd.ts';
import type { Inventory, Placed } from '../snapshot/inventory.ts';
import type { Certificate } from '../x509/certificate.ts';
import { membersOf } from './bundles.ts';
import { memo } from './memo.ts';
import { issuersOf, selfSigned } from './relations.ts';

/** Roots are compared by their keys: a root that is made anew with its old key verifies what the old one signed. */
type RootKey = string;

/** What one proxy of a mesh shows and trusts. */
export interface ProxyTrust {
  /** Ref of its Pod. */
  readonly pod: string;
  /** What it trusts; undefined: it was not seen. */
  readonly trusts?: ReadonlySet<RootKey>;
  /** The certificate that it shows, and the root at the end of its chain; undefined: not seen, or no root is at hand. */
  readonly leaf?: Placed;
  readonly root?: Certificate;
  /** Readings that tell so. */
  readonly seen: readonly number[];
}

/** Whom the proxies of one mesh trust, beside what its control plane publishes. */
export interface MeshTrust {
  readonly mesh: MeshName;
  /** Ref of the bundle that new proxies get. */
  readonly bundle: string;
  readonly published: readonly Placed[];
  readonly roots: ReadonlySet<RootKey>;
  readonly proxies: readonly ProxyTrust[];
}

/** One for each mesh whose published roots were read. */
export const meshTrusts = memo((inventory): readonly MeshTrust[] => [...linkerd(inventory), ...istio(inventory)]);

const LINKERD_BUNDLE = /^configmap\/([^/]+)\/linkerd-identity-trust-roots#/;
/** The control plane's own copy: every other namespace has one made from it. */
const ISTIO_BUNDLE = /^configmap\/istio-system\/istio-ca-root-cert#/;

function linkerd(inventory: Inventory): MeshTrust[] {
  return bundlesOf(inventory, LINKERD_BUNDLE).map((bundle) => {
    const [, namespace] = LINKERD_BUNDLE.exec(bundle) ?? [];
    const pods = inventory
      .facts('pod')
      .filter((pod) => pod.mesh?.kind === 'linkerd' && runs(pod) && controlPlaneOf(pod.labels) === namespace);
    const proxies = pods.map((pod) => {
      const trust = membersOf(inventory, ref.podEnv(pod.namespace, pod.name, TRUST_ANCHORS));
      return proxyTrust(inventory, ref.object('pod', pod.name, pod.namespace), trust);
    });
    return meshTrust(inventory, 'linkerd', bundle, proxies);
  });
}

function controlPlaneOf(labels: Readonly<Record<string, string>> = {}): string {
  return labels['linkerd.io/control-plane-ns'] ?? 'linkerd';
}

/** A Pod that has ended trusts nobody any more. */
function runs({ phase }: PodFact): boolean {
  return phase !== 'Succeeded' && phase !== 'Failed';
}

/** Proxies that were asked, and those that were not: of them it is only known that they are there. */
function istio(inventory: Inventory): MeshTrust[] {
  return bundlesOf(inventory, ISTIO_BUNDLE).map((bundle) => {
    const asked = inventory.facts('meshProxy').filter(({ mesh }) => mesh === 'istio');
    const places = new Set(asked.map(({ namespace, name }) => `${namespace}/${name}`));
    const others = inventory
      .facts('pod')
      .filter((pod) => pod.mesh?.kind === 'istio' && runs(pod) && !places.has(`${pod.namespace}/${pod.name}`));
    return meshTrust(inventory, 'istio', bundle, [
      ...asked.flatMap((proxy) => (proxy.kind === 'ztunnel' ? ztunnel(inventory, proxy) : [envoy(inventory, proxy)])),
      ...others.map(({ namespace, name }): ProxyTrust => ({ pod: ref.object('pod', name, namespace), seen: [] })),
    ]);
  });
}

function envoy(inventory: Inventory, { namespace, name }: MeshProxyFact): ProxyTrust {
  const trust = membersOf(inventory, ref.podSds(namespace, name, 'ROOTCA'));
  return proxyTrust(inventory, ref.object('pod', name, namespace), trust);
}

/** It speaks for every service account of its node, each with a certificate and roots of its own. */
function ztunnel(inventory: Inventory, { namespace, name, resources }: MeshProxyFact): ProxyTrust[] {
  return resources.map((resource) => {
    const at = ref.podSds(namespace, name, resource.name);
    return proxyTrust(inventory, ref.object('pod', name, namespace), membersOf(inventory, `${at}/roots`), at);
  });
}

function bundlesOf({ placements }: Inventory, pattern: RegExp): string[] {
  const bundles = placements.filter(({ placement, leaf }) => leaf && pattern.test(placement.ref));
  return [...new Set(bundles.map(({ placement }) => refBase(placement.ref)))];
}

function meshTrust(inventory: Inventory, mesh: MeshName, bundle: string, proxies: readonly ProxyTrust[]): MeshTrust {
  const published = membersOf(inventory, bundle);
  return { mesh, bundle, published, roots: keysOf(published), proxies };
}

function proxyTrust(
  inventory: Inventory,
  pod: string,
  trust: readonly Placed[],
  shown = `${pod}#sds/default`,
): ProxyTrust {
  const leaf = inventory.placement(shown);
  const root = leaf?.leaf && rootOf(inventory, leaf);
  return {
    pod,
    ...(trust.length > 0 && { trusts: keysOf(trust) }),
    ...(leaf?.leaf && { leaf }),
    ...(root && { root }),
    seen: [...trust.slice(0, 1), ...(leaf ? [leaf] : [])].map(({ placement }) => placement.seen),
  };
}

function keysOf(members: readonly Placed[]): ReadonlySet<RootKey> {
  return new Set(members.flatMap(({ leaf }) => leaf?.spki ?? []));
}

/** Most steps from a leaf to its root. */
const DEPTH = 6;

/** The root at the end of a chain: in the chain itself, or a CA at hand that signed its last member. */
export function rootOf(inventory: Inventory, { chain }: Placed): Certificate | undefined {
  let at = chain.at(-1);
  for (let depth = 0; at && depth < DEPTH; depth += 1) {
    if (at.selfIssued && selfSigned(at)) return at;
    at = issuersOf(inventory, at)[0];
  }
  return undefined;
}

/** A proxy that shows a certificate, and one that does not trust its root. */
export interface Distrust {
  readonly shows: ProxyTrust & { readonly root: Certificate };
  readonly refuses: ProxyTrust;
}

/** Pairs that refuse each other's certificates, one for each proxy that is refused. */
export function distrusts({ proxies }: MeshTrust): Distrust[] {
  const trusting = proxies.filter(({ trusts }) => trusts !== undefined);
  return proxies.flatMap((shows) => {
    const { root } = shows;
    if (!root) return [];
    const refuses = trusting.find((other) => other.pod !== shows.pod && !other.trusts?.has(root.spki));
    return refuses ? [{ shows: { ...shows, root }, refuses }] : [];
  });
}
