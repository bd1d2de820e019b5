/** The Go upstreams of the bed: one tool module each, because their dependencies conflict. */
export interface GoUpstream {
  /** Folder under test/testbed/go, and the last part of the tool module's own path. */
  name: string;
  /** Module whose go.mod (requirements, replacements) and go.sum the tool module starts from. */
  module: string;
  version: string;
  /** The tool module's own path: `bed/NAME` where upstream has no internal packages that own mains need. */
  path?: string;
  /** Main packages of upstream; the generator writes them as `tool` lines. */
  tools: readonly string[];
  /** Build tags whose files import more than the plain build does. */
  tags?: readonly string[];
  /** Further modules, published beside the first one. */
  also?: readonly (readonly [module: string, version: string])[];
  /** Published version that takes the place of a `replace X => ./folder` line; none drops the line. */
  localReplacement?: string;
  /** A module that is built with one text changed, since what upstream built with was never published. */
  patch?: ModulePatch;
}

export interface ModulePatch {
  module: string;
  version: string;
  /** Folder of the tool module that the changed copy gets; `replace` points there. Never in the checkout, only in builds. */
  folder: string;
  file: string;
  /** Occurs exactly once in the file. */
  from: string;
  to: string;
}

const kubernetes = (name: string, minor: string, tools: readonly string[]): GoUpstream => ({
  name,
  module: 'k8s.io/kubernetes',
  version: `v1.${minor}`,
  tools: tools.map((tool) => `k8s.io/kubernetes/cmd/${tool}`),
  localReplacement: `v0.${minor}`,
});

const ETCD = 'v3.7.3';

const SDK = 'github.com/hashicorp/vault/sdk';

export const UPSTREAMS: readonly GoUpstream[] = [
  {
    name: 'etcd',
    module: 'go.etcd.io/etcd/server/v3',
    version: ETCD,
    also: [['go.etcd.io/etcd/etcdctl/v3', ETCD]],
    tools: ['go.etcd.io/etcd/server/v3', 'go.etcd.io/etcd/etcdctl/v3'],
  },
  kubernetes('kubernetes', '37.2', ['kube-apiserver', 'kubeadm', 'kube-controller-manager', 'kubectl']),
  kubernetes('kubernetes-old', '34.4', ['kubeadm']),
  {
    name: 'kwok',
    module: 'sigs.k8s.io/kwok',
    version: 'v0.8.0',
    tools: ['sigs.k8s.io/kwok/cmd/kwok'],
  },
  {
    name: 'cri-tools',
    module: 'sigs.k8s.io/cri-tools',
    version: 'v1.37.0',
    path: 'bed/cri-tools',
    tools: ['sigs.k8s.io/cri-tools/cmd/crictl'],
  },
  {
    name: 'krew',
    module: 'sigs.k8s.io/krew',
    version: 'v0.4.3',
    tools: ['sigs.k8s.io/krew/cmd/krew', 'sigs.k8s.io/krew/cmd/validate-krew-manifest'],
  },
  {
    name: 'pebble',
    module: 'github.com/letsencrypt/pebble/v2',
    version: 'v2.10.1',
    tools: ['github.com/letsencrypt/pebble/v2/cmd/pebble'],
  },
  {
    name: 'cert-manager',
    module: 'github.com/cert-manager/cert-manager',
    version: 'v1.21.2',
    // Below upstream's own path, or Go would not let it import upstream's internal packages.
    path: 'github.com/cert-manager/cert-manager/cmd/bed',
    tools: [],
  },
  {
    name: 'gateway-api',
    module: 'sigs.k8s.io/gateway-api',
    version: 'v1.6.1',
    tools: [],
  },
  {
    name: 'istio',
    module: 'istio.io/istio',
    version: 'v0.0.0-20260827124520-eed52ebb66ad',
    tags: ['vtprotobuf,disable_pgv', 'agent,disable_pgv,grpcnotrace,retrynotrace'],
    tools: ['istioctl/cmd/istioctl', 'pilot/cmd/pilot-discovery', 'pilot/cmd/pilot-agent'].map(
      (tool) => `istio.io/istio/${tool}`,
    ),
  },
  {
    name: 'vault',
    module: 'github.com/hashicorp/vault',
    version: 'v1.21.4',
    path: 'bed/vault',
    tools: [],
    patch: {
      module: SDK,
      version: 'v0.21.0',
      folder: 'sdk',
      file: 'framework/backend.go',
      from: 'ActivationFunc func(context.Context, *logical.Request, string) error',
      to: 'ActivationFunc func(context.Context, *logical.Request) error',
    },
  },
];

/** @throws Error when no upstream has that name */
export function upstreamNamed(name: string): GoUpstream {
  const found = UPSTREAMS.find((upstream) => upstream.name === name);
  if (found === undefined) throw new Error(`no Go upstream ${name} in test/testbed/go/upstreams.ts`);
  return found;
}
