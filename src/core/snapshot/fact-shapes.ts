import type { FactKind } from '../model/facts.ts';
import { CERT_MANAGER_FACT_SHAPES } from './fact-shapes/cert-manager.ts';
import { CLUSTER_FACT_SHAPES } from './fact-shapes/cluster.ts';
import { EVIDENCE_FACT_SHAPES } from './fact-shapes/evidence.ts';
import { INGRESS_FACT_SHAPES } from './fact-shapes/ingress.ts';
import { ISTIO_FACT_SHAPES } from './fact-shapes/istio.ts';
import { LINKERD_FACT_SHAPES } from './fact-shapes/linkerd.ts';
import { MESH_FACT_SHAPES } from './fact-shapes/mesh.ts';
import { NODE_FACT_SHAPES } from './fact-shapes/node.ts';
import { SERVING_FACT_SHAPES } from './fact-shapes/serving.ts';
import type { Shape } from './shape.ts';

/** What each kind of fact must hold: a snapshot comes from others, and what reads facts takes their types for granted. */
export const FACT_SHAPES: Readonly<Record<FactKind, Shape>> = {
  ...CERT_MANAGER_FACT_SHAPES,
  ...CLUSTER_FACT_SHAPES,
  ...EVIDENCE_FACT_SHAPES,
  ...INGRESS_FACT_SHAPES,
  ...ISTIO_FACT_SHAPES,
  ...LINKERD_FACT_SHAPES,
  ...MESH_FACT_SHAPES,
  ...NODE_FACT_SHAPES,
  ...SERVING_FACT_SHAPES,
};
