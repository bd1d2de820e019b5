import type { CertManagerFactKinds } from './facts/cert-manager.ts';
import type { ClusterFactKinds } from './facts/cluster.ts';
import type { EvidenceFactKinds } from './facts/evidence.ts';
import type { IngressFactKinds } from './facts/ingress.ts';
import type { IstioFactKinds } from './facts/istio.ts';
import type { LinkerdFactKinds } from './facts/linkerd.ts';
import type { MeshFactKinds } from './facts/mesh.ts';
import type { NodeFactKinds } from './facts/node.ts';
import type { ServingFactKinds } from './facts/serving.ts';

export type * from './facts/cert-manager.ts';
export type * from './facts/cluster.ts';
export type * from './facts/evidence.ts';
export type * from './facts/ingress.ts';
export type * from './facts/istio.ts';
export type * from './facts/linkerd.ts';
export type * from './facts/mesh.ts';
export type * from './facts/node.ts';
export type * from './facts/serving.ts';

/** What sources say beside certificates, by kind. */
export interface FactKinds
  extends CertManagerFactKinds,
    ClusterFactKinds,
    EvidenceFactKinds,
    IngressFactKinds,
    IstioFactKinds,
    LinkerdFactKinds,
    MeshFactKinds,
    NodeFactKinds,
    ServingFactKinds {}
export type FactKind = keyof FactKinds;

/** The facts of a snapshot: each record knows the reading (index into coverage) that it comes from. */
export type Facts = { readonly [K in FactKind]?: readonly Seen<FactKinds[K]>[] };
export type Seen<T> = T & { readonly seen: number };
