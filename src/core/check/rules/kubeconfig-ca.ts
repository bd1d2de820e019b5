import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { manualStep, type Step } from '../../model/step.ts';
import type { Inventory, Placed } from '../../snapshot/inventory.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { addressOf, isLoopbackName } from '../addresses.ts';
import { membersOf } from '../bundles.ts';
import { draft } from '../draft.ts';
import { issuedBy } from '../relations.ts';
import { restartComponent } from '../restart.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { certificatesOfRole, placementsOfRole } from '../trust.ts';
import { list } from '../words.ts';

const KUBECONFIG_CA_STALE: CodeDefinition = {
  code: 'KUBECONFIG_CA_STALE',
  severity: 'critical',
  title: 'the CA in a kubeconfig does not verify what its server shows',
  meaning:
    "Whoever uses the kubeconfig refuses the API server: x509: certificate signed by unknown authority. The cluster's CA was replaced, or the cluster rebuilt, and this file still holds the CA of before; kubeadm of old renewed the client certificates in its kubeconfigs and left the CA beside them. The client certificate may be new and valid all the same.",
  prove: [
    'kubectl config view --raw --kubeconfig FILE -o jsonpath="{.clusters[0].cluster.certificate-authority-data}" | base64 -d | openssl x509 -noout -fingerprint -ext subjectKeyIdentifier',
    'openssl s_client -connect SERVER:6443 </dev/null | openssl x509 -noout -ext authorityKeyIdentifier: another key',
  ],
  fix: [
    'on a control-plane node move the kubeconfig away and make it anew: kubeadm init phase kubeconfig NAME',
    'elsewhere take the CA from a control-plane node, not from the connection: what answers there may be anybody',
  ],
  prevent: ['replace a CA by trusting old and new together until every kubeconfig has followed'],
  source: 'RFC 5280 section 6.1; client-go rest.Config; kubernetes/kubeadm issue 2027',
  since: '0.1.0',
};

export const kubeconfigCa: Check = {
  id: 'kubeconfig-ca',
  title: 'the CA in each kubeconfig verifies what its server shows',
  codes: [KUBECONFIG_CA_STALE],
  applies: ({ inventory }) => entries(inventory).length > 0,
  run: (input) => {
    const stale = entries(input.inventory).filter(({ served, anchors }) => !isVerified(served, anchors));
    const groups = Map.groupBy(stale, ({ served, anchors }) =>
      [
        ...anchors.flatMap(({ leaf }) => leaf?.sha256 ?? []).sort(),
        served.leaf!.issuer,
        served.leaf!.authorityKeyId,
      ].join(' '),
    );
    return [...groups.values()].map((group) =>
      report(
        input,
        group.toSorted((a, b) => rankOf(a) - rankOf(b)),
      ),
    );
  },
};

/** A cluster entry of a kubeconfig whose server was dialled. */
interface Entry {
  readonly path: string;
  readonly placement: string;
  readonly server: string;
  readonly anchors: readonly Placed[];
  readonly served: Placed;
}

function entries(inventory: Inventory): Entry[] {
  return inventory.facts('kubeconfig').flatMap(({ path, clusters }) =>
    clusters.flatMap(({ name, server, insecure }): Entry[] => {
      const placement = ref.kubeconfigCluster(path, name);
      const anchors = membersOf(inventory, placement).filter(({ leaf }) => leaf);
      const served = insecure || anchors.length === 0 ? undefined : servedBy(inventory, server);
      return served ? [{ path, placement, server, anchors, served }] : [];
    }),
  );
}

/** What the URL's own address shows: another one may be another cluster's. */
function servedBy(inventory: Inventory, server: string): Placed | undefined {
  const url = URL.parse(server);
  if (!url) return undefined;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return placementsOfRole(inventory, 'apiserver-serving').find(({ placement, leaf }) => {
    const address = leaf && addressOf(placement.ref);
    if (!address || isLoopbackName(address.sni)) return false;
    return (address.host === host || address.sni === host) && address.port === Number(url.port || 443);
  });
}

/** Dates and names have findings of their own: whether the anchor's key made some certificate of the chain. */
function isVerified({ chain }: Placed, anchors: readonly Placed[]): boolean {
  return anchors.some(({ leaf: anchor }) =>
    chain.some((one) => anchor && (one.sha256 === anchor.sha256 || one.spki === anchor.spki || issuedBy(one, anchor))),
  );
}

/** Components come first: with them the whole cluster stands still. */
const RANKS: readonly RegExp[] = [/controller-manager\.conf$/, /scheduler\.conf$/, /kubelet\.conf$/, /admin\.conf$/];

function rankOf({ path }: Entry): number {
  const rank = RANKS.findIndex((pattern) => pattern.test(path));
  return rank < 0 ? RANKS.length : rank;
}

function report({ inventory }: CheckInput, group: readonly Entry[]): Draft {
  const [{ placement, served, server, anchors }] = group as [Entry, ...Entry[]];
  const refs = group.map((entry) => entry.placement);
  const leaf = served.leaf as Certificate;
  return draft(KUBECONFIG_CA_STALE, {
    layer: 'cluster',
    placement,
    also: refs.slice(1),
    message: `the CA in ${list(refs)} did not sign what ${server} shows: ${leaf.issuer}, by another key`,
    evidence: [
      inventory.evidence(served.placement.seen, `${served.placement.ref}: issued by key ${keyId(leaf.authorityKeyId)}`),
      ...anchors.map((one) =>
        inventory.evidence(one.placement.seen, `${one.placement.ref}: key ${keyId(one.leaf?.subjectKeyId)}`),
      ),
      ...usersOf(inventory, group),
    ],
    impact: `whoever uses ${group.length > 1 ? 'one of them' : 'it'} refuses the API server as signed by an unknown authority`,
    fix: fixFor(inventory, group, leaf),
  });
}

function keyId(id: string | undefined): string {
  return id ?? 'without id';
}

/** A client certificate of another CA than the one beside it shows which of the two was left behind. */
function usersOf(inventory: Inventory, group: readonly Entry[]) {
  return group.flatMap(({ path, anchors }) =>
    inventory.placements
      .filter(({ placement, leaf }) => leaf && placement.ref.startsWith(`kubeconfig:${path}#users/`))
      .filter(({ leaf }) => !anchors.some(({ leaf: anchor }) => anchor && issuedBy(leaf!, anchor)))
      .map(({ placement }) =>
        inventory.evidence(placement.seen, `${placement.ref} comes from another CA than the one beside it`),
      ),
  );
}

/** This node's own CA file vouches for itself; without one the CA has to come by a way that can be trusted. */
function fixFor(inventory: Inventory, group: readonly Entry[], leaf: Certificate): Step[] {
  const ca = placementsOfRole(inventory, 'cluster-ca').find(
    (one) => one.placement.ref.startsWith('file:') && one.leaf && issuedBy(leaf, one.leaf),
  );
  if (!ca) {
    const known =
      certificatesOfRole(inventory, 'cluster-ca').length > 0 ? ', since the CA that is at hand is not it' : '';
    return [
      manualStep(
        'ca',
        `take the CA's certificate from a control-plane node${known}, and put it into ${list(group.map(({ path }) => path))}`,
      ),
    ];
  }
  const file = ca.placement.ref.slice('file:'.length);
  return group.flatMap(({ path, placement }, index): Step[] => {
    const name = placement.slice(`kubeconfig:${path}#clusters/`.length);
    const component = /^\/etc\/kubernetes\/(controller-manager|scheduler|kubelet)\.conf$/.exec(path)?.[1];
    const command = ['kubectl', 'config', 'set-cluster', name, `--kubeconfig=${path}`];
    return [
      manualStep(`ca-${index}`, `put this node's CA into ${path}`, [
        ...command,
        `--certificate-authority=${file}`,
        '--embed-certs',
      ]),
      ...(component ? restartComponent(inventory, component === 'kubelet' ? component : `kube-${component}`) : []),
    ];
  });
}
