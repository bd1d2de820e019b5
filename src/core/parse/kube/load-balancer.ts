import type { LoadBalancerFact } from '../../model/facts.ts';
import { at, numberOf, recordsOf, textOf, unique } from './json.ts';
import { metaOf } from './meta.ts';

/**
 * Annotations by which a load balancer ends TLS with a certificate of its cloud: AWS cloud provider and AWS Load
 * Balancer Controller, DigitalOcean, OCI, Alibaba, IBM and Huawei (documentation of each cloud controller manager).
 */
const ANNOTATIONS: readonly string[] = [
  'service.beta.kubernetes.io/aws-load-balancer-ssl-cert',
  'service.beta.kubernetes.io/do-loadbalancer-certificate-id',
  'service.beta.kubernetes.io/do-loadbalancer-certificate-name',
  'service.beta.kubernetes.io/oci-load-balancer-tls-secret',
  'service.beta.kubernetes.io/alibaba-cloud-loadbalancer-cert-id',
  'kubernetes.io/elb.cert-id',
];

/** A Service of type LoadBalancer with such an annotation; undefined for any other. */
export function readLoadBalancer(object: unknown): LoadBalancerFact | undefined {
  const meta = metaOf(object);
  const sign = ANNOTATIONS.find((key) => meta?.annotations[key]);
  if (!meta || sign === undefined || textOf(at(object, 'spec', 'type')) !== 'LoadBalancer') return undefined;
  const ingress = recordsOf(at(object, 'status', 'loadBalancer', 'ingress'));
  return {
    namespace: meta.namespace,
    name: meta.name,
    annotation: sign,
    certificates: unique((meta.annotations[sign] ?? '').split(',').map((one) => one.trim())).filter(Boolean),
    addresses: ingress.flatMap(({ ip, hostname }) => [textOf(ip) ?? [], textOf(hostname) ?? []].flat()),
    ports: recordsOf(at(object, 'spec', 'ports')).flatMap(({ port }) => numberOf(port) ?? []),
  };
}
