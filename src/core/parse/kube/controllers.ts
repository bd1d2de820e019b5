import type { ControllerFact, IngressClassFact } from '../../model/facts.ts';
import { at, compact, type Json, numberOf, recordOf, recordsOf, textOf, textsOf } from './json.ts';
import { metaOf } from './meta.ts';

/** Products by their images' names, as their charts have them; the first that matches is meant. */
const PRODUCTS: readonly (readonly [image: RegExp, product: string])[] = [
  [/(^|\/)cert-manager-controller$/, 'cert-manager'],
  [/(^|\/)cert-manager-webhook$/, 'cert-manager-webhook'],
  [/(^|\/)cert-manager-cainjector$/, 'cert-manager-cainjector'],
  [/(^|\/)cert-manager-istio-csr$/, 'istio-csr'],
  [/(^|\/)cert-manager-csi-driver/, 'cert-manager-csi-driver'],
  [/(^|\/)trust-manager$/, 'trust-manager'],
  [/(^|\/)external-secrets$/, 'external-secrets'],
  [/(^|\/)(kubernetes-)?reflector$/, 'reflector'],
  [/(^|\/)reloader$/, 'reloader'],
  [/ingress-nginx\/controller(-chroot)?$|nginx-ingress-controller$/, 'ingress-nginx'],
  [/nginx\/nginx-ingress$|nginx-ic\/nginx(-plus)?-ingress$/, 'nginx-ingress'],
  [/nginx-gateway-fabric$/, 'nginx-gateway-fabric'],
  [/(^|\/)traefik$/, 'traefik'],
  [/haproxytech\/kubernetes-ingress$/, 'haproxy-kubernetes-ingress'],
  [/haproxy-ingress$/, 'haproxy-ingress'],
  [/(^|\/)contour$/, 'contour'],
  [/envoyproxy\/gateway$|(^|\/)envoy-gateway$/, 'envoy-gateway'],
  [/kong\/kubernetes-ingress-controller$|kong\/gateway-operator$/, 'kong'],
  [/aws-load-balancer-controller$/, 'aws-load-balancer-controller'],
  [/(^|\/)cloudflared$/, 'cloudflared'],
];

/** Flags that say something about certificates, classes, what is watched, or how names are resolved. */
const FLAG =
  /class|namespace|nameserver|certificate|tls|ssl|acme|dns01|gateway|feature-gates|watch|challenge|renew|issuer|controllers/;

/** A Deployment, DaemonSet or StatefulSet that is known to have to do with certificates; undefined for any other. */
export function readController(object: unknown, kind: ControllerFact['kind']): ControllerFact | undefined {
  const meta = metaOf(object);
  const pod = recordOf(at(object, 'spec', 'template', 'spec'));
  const found = recordsOf(pod.containers).flatMap((container) => {
    const image = readImage(textOf(container.image) ?? '');
    const product = PRODUCTS.find(([pattern]) => pattern.test(image.name))?.[1];
    return product === undefined ? [] : [{ container, product, version: image.tag }];
  })[0];
  if (!meta || !found) return undefined;
  const status = recordOf(at(object, 'status'));
  return compact<ControllerFact>({
    kind,
    namespace: meta.namespace,
    name: meta.name,
    product: found.product,
    version: found.version,
    replicas: numberOf(at(object, 'spec', 'replicas')) ?? numberOf(status.desiredNumberScheduled) ?? 1,
    ready: numberOf(status.readyReplicas) ?? numberOf(status.numberReady) ?? 0,
    serviceAccount: textOf(pod.serviceAccountName),
    flags: readFlags(found.container),
  });
}

/** `quay.io/jetstack/cert-manager-controller:v1.21.1@sha256:...` without the digest, name and tag apart. */
function readImage(image: string): { readonly name: string; readonly tag: string | undefined } {
  const [plain = ''] = image.split('@');
  const [, name = plain, tag] = /^(.*):([^/:]+)$/.exec(plain) ?? [];
  return { name, tag };
}

function readFlags({ command, args }: Json): Record<string, string> {
  const flags = [...textsOf(command), ...textsOf(args)].flatMap((text) => {
    const [, name, value = ''] = /^--?([\w.-]+)(?:=(.*))?$/s.exec(text) ?? [];
    return name !== undefined && FLAG.test(name.toLowerCase()) ? [[name, value] as const] : [];
  });
  return Object.fromEntries(flags);
}

/** An IngressClass (networking.k8s.io/v1). */
export function readIngressClass(object: unknown): IngressClassFact | undefined {
  const meta = metaOf(object);
  return (
    meta && {
      name: meta.name,
      controller: textOf(at(object, 'spec', 'controller')) ?? '',
      default: meta.annotations['ingressclass.kubernetes.io/is-default-class'] === 'true',
    }
  );
}
