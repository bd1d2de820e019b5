import type { ControllerFact, GatewayFact, IngressClassFact, IngressFact, PodFact, RouteFact } from '../model/facts.ts';
import {
  ALL_INGRESS_PRODUCTS,
  INGRESS_PRODUCTS,
  type IngressProduct,
  type IngressProductId,
} from '../model/ingress-products.ts';
import { ref } from '../model/ref.ts';
import type { Inventory } from '../snapshot/inventory.ts';
import { memo } from './memo.ts';

/** What tells which product serves an object. */
export interface ProductFacts {
  readonly ingresses: readonly IngressFact[];
  readonly gateways: readonly GatewayFact[];
  readonly routes: readonly RouteFact[];
  readonly classes: readonly IngressClassFact[];
  readonly controllers: readonly ControllerFact[];
}

const productsByObject = memo((inventory) =>
  findProducts({
    ingresses: inventory.facts('ingress'),
    gateways: inventory.facts('gateway'),
    routes: inventory.facts('route'),
    classes: inventory.facts('ingressClass'),
    controllers: inventory.facts('controller'),
  }),
);

/** Which product serves each object that serves hosts, by the object's ref. Those that nothing tells are left out. */
export function findProducts({
  ingresses,
  gateways,
  routes,
  classes,
  controllers,
}: ProductFacts): ReadonlyMap<string, IngressProductId> {
  const only = onlyProduct(controllers);
  const told: (readonly [string, IngressProductId | undefined])[] = [
    ...ingresses.map((fact) => [ref.object('ingress', fact.name, fact.namespace), ofIngress(classes, fact)] as const),
    ...gateways.map((fact) => [ref.object(fact.kind, fact.name, fact.namespace), ofGateway(fact)] as const),
    ...routes.map((fact) => [ref.object(fact.kind, fact.name, fact.namespace), ofRoute(fact)] as const),
  ];
  return new Map(
    told.flatMap(([object, product]) => {
      const id = product ?? only;
      return id === undefined ? [] : [[object, id] as const];
    }),
  );
}

export function productOf(inventory: Inventory, object: string): IngressProductId | undefined {
  return productsByObject(inventory).get(object);
}

/** The product's table entry, for those that objects are served by. */
export function productInfo(id: IngressProductId): IngressProduct {
  return INGRESS_PRODUCTS[id];
}

/** The workloads that serve an object. */
export function controllersOf(inventory: Inventory, object: string): readonly ControllerFact[] {
  const product = productOf(inventory, object);
  return product === undefined ? [] : inventory.facts('controller').filter((fact) => fact.product === product);
}

/** The Pods that serve an object: replicas of its product. */
export function replicasOf(inventory: Inventory, object: string): readonly PodFact[] {
  const product = productOf(inventory, object);
  return product === undefined ? [] : inventory.facts('pod').filter((pod) => servesAs(product, pod));
}

/** Whether a Pod bears the labels of a product's serving Pods. */
export function servesAs(product: IngressProductId, { labels = {} }: PodFact): boolean {
  const { pods = [] } = productInfo(product);
  return pods.some(([label, value]) => labels[label] === value);
}

/** By the controller of its class, which may be the default one; else by the usual name of the class. */
function ofIngress(classes: readonly IngressClassFact[], { className }: IngressFact): IngressProductId | undefined {
  const own = classes.find((one) => (className === undefined ? one.default : one.name === className));
  if (own) return ALL_INGRESS_PRODUCTS.find(([, { controller }]) => controller?.test(own.controller))?.[0];
  return className === undefined ? undefined : USUAL_CLASSES[className];
}

/** Names that classes have by the products' own manifests. */
const USUAL_CLASSES: Readonly<Record<string, IngressProductId>> = {
  nginx: 'ingress-nginx',
  traefik: 'traefik',
  haproxy: 'haproxy-ingress',
  contour: 'contour',
  kong: 'kong',
  alb: 'aws-load-balancer-controller',
  istio: 'istio',
};

function ofGateway({ className = '' }: GatewayFact): IngressProductId | undefined {
  return ALL_INGRESS_PRODUCTS.find(([, { gatewayClass }]) => gatewayClass?.test(className))?.[0];
}

function ofRoute({ kind }: RouteFact): IngressProductId | undefined {
  return ALL_INGRESS_PRODUCTS.find(([, { routes }]) => routes?.includes(kind))?.[0];
}

/** Where one product alone is installed, it serves what names no class. */
function onlyProduct(controllers: readonly ControllerFact[]): IngressProductId | undefined {
  const installed = new Set(controllers.map(({ product }) => product));
  const known = ALL_INGRESS_PRODUCTS.filter(([id]) => installed.has(id));
  return known.length === 1 ? known[0]?.[0] : undefined;
}
