/** A program that ends TLS for Ingresses, Gateways or routes. */
export interface IngressProduct {
  readonly title: string;
  /** What IngressClasses name as their controller. */
  readonly controller?: RegExp;
  /** What GatewayClasses usually are called. */
  readonly gatewayClass?: RegExp;
  /** Kinds of route that are its own. */
  readonly routes?: readonly string[];
  /** Subjects' common names of what it shows where it has no certificate for a host. */
  readonly standIns?: readonly string[];
  /** Its flag that names the Secret of the certificate for every other host. */
  readonly defaultFlag?: string;
  /** Labels, one of which its serving Pods bear. */
  readonly pods?: readonly (readonly [label: string, value: string])[];
  /** Ports on which these Pods take TLS. */
  readonly ports?: readonly number[];
}

/**
 * By the words of ControllerFact.product. Names of classes and stand-ins are those of the products' own sources:
 * ingress-nginx internal/net/ssl, Traefik pkg/tls/generate, NGINX Ingress Controller build/scripts.
 */
export const INGRESS_PRODUCTS = {
  'ingress-nginx': {
    title: 'ingress-nginx',
    controller: /^k8s\.io\/ingress-nginx/,
    standIns: ['Kubernetes Ingress Controller Fake Certificate'],
    defaultFlag: 'default-ssl-certificate',
    pods: [['app.kubernetes.io/name', 'ingress-nginx']],
    ports: [443, 8443],
  },
  'nginx-ingress': {
    title: 'NGINX Ingress Controller',
    controller: /^nginx\.org\//,
    standIns: ['NGINXIngressController'],
    defaultFlag: 'default-server-tls-secret',
    pods: [
      ['app.kubernetes.io/name', 'nginx-ingress'],
      ['app', 'nginx-ingress'],
    ],
    ports: [443],
  },
  traefik: {
    title: 'Traefik',
    controller: /^traefik\.io\//,
    gatewayClass: /traefik/,
    routes: ['IngressRoute', 'IngressRouteTCP', 'TLSStore', 'TLSOption'],
    standIns: ['TRAEFIK DEFAULT CERT'],
    pods: [['app.kubernetes.io/name', 'traefik']],
    ports: [8443, 443],
  },
  'haproxy-kubernetes-ingress': {
    title: 'HAProxy Kubernetes Ingress Controller',
    controller: /^haproxy\.org\//,
    defaultFlag: 'default-ssl-certificate',
    pods: [['app.kubernetes.io/name', 'kubernetes-ingress']],
    ports: [8443, 443],
  },
  'haproxy-ingress': {
    title: 'HAProxy Ingress',
    controller: /^haproxy-ingress\.github\.io\//,
    defaultFlag: 'default-ssl-certificate',
    pods: [['app.kubernetes.io/name', 'haproxy-ingress']],
    ports: [443],
  },
  contour: {
    title: 'Contour',
    controller: /^projectcontour\.io\//,
    gatewayClass: /contour/,
    routes: ['HTTPProxy'],
    pods: [['app', 'envoy']],
    ports: [8443],
  },
  'envoy-gateway': {
    title: 'Envoy Gateway',
    gatewayClass: /^(eg|envoy)/,
    pods: [['app.kubernetes.io/name', 'envoy']],
    ports: [10443, 8443],
  },
  kong: {
    title: 'Kong',
    controller: /^ingress-controllers\.konghq\.com\//,
    gatewayClass: /kong/,
    pods: [['app.kubernetes.io/name', 'kong']],
    ports: [8443],
  },
  'aws-load-balancer-controller': {
    title: 'AWS Load Balancer Controller',
    controller: /^(ingress\.k8s\.aws|eks\.amazonaws\.com)\//,
  },
  istio: {
    title: 'Istio',
    controller: /^istio\.io\//,
    gatewayClass: /^istio/,
    pods: [['istio', 'ingressgateway']],
    ports: [8443],
  },
  openshift: {
    title: 'OpenShift router',
    controller: /^openshift\.io\//,
    routes: ['Route'],
    ports: [443],
  },
} as const satisfies Readonly<Record<string, IngressProduct>>;

export type IngressProductId = keyof typeof INGRESS_PRODUCTS;

/** Every product with its id, in the order of the table. */
export const ALL_INGRESS_PRODUCTS: readonly (readonly [IngressProductId, IngressProduct])[] = Object.entries(
  INGRESS_PRODUCTS,
) as [IngressProductId, IngressProduct][];
