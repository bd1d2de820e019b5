import type { EndpointsFact, ServiceFact } from '../../model/facts.ts';
import { at, compact, numberOf, recordOf, recordsOf, textMapOf, textOf, textsOf, unique } from './json.ts';
import { metaOf } from './meta.ts';

export function readService(object: unknown): ServiceFact | undefined {
  const meta = metaOf(object);
  if (!meta) return undefined;
  const spec = recordOf(at(object, 'spec'));
  const given = recordsOf(at(object, 'status', 'loadBalancer', 'ingress')).flatMap(({ ip, hostname }) => [
    textOf(ip) ?? [],
    textOf(hostname) ?? [],
  ]);
  return compact<ServiceFact>({
    namespace: meta.namespace,
    name: meta.name,
    type: textOf(spec.type) ?? 'ClusterIP',
    clusterIPs: unique([...textsOf(spec.clusterIPs), ...textsOf([spec.clusterIP])]),
    addresses: unique([...given.flat(), ...textsOf(spec.externalIPs), ...textsOf([spec.externalName])]),
    ports: recordsOf(spec.ports).flatMap(({ name, port, targetPort }) => {
      const number = numberOf(port);
      if (number === undefined) return [];
      const target = textOf(targetPort) ?? numberOf(targetPort)?.toString();
      return [compact<ServiceFact['ports'][number]>({ name: textOf(name), port: number, targetPort: target })];
    }),
    selector: textMapOf(spec.selector),
    externalTrafficPolicy: textOf(spec.externalTrafficPolicy),
  });
}

/** One EndpointSlice. An endpoint that does not say is ready (discovery/v1 EndpointConditions). */
export function readEndpointSlice(object: unknown): EndpointsFact | undefined {
  const meta = metaOf(object);
  const service = meta?.labels['kubernetes.io/service-name'];
  if (!meta || service === undefined) return undefined;
  const all = recordsOf(at(object, 'endpoints')).map((endpoint) => ({
    addresses: textsOf(endpoint.addresses),
    isReady: at(endpoint, 'conditions', 'ready') !== false,
  }));
  const addresses = (ready: boolean) => all.filter(({ isReady }) => isReady === ready).flatMap((one) => one.addresses);
  return { namespace: meta.namespace, service, ready: addresses(true), notReady: addresses(false) };
}
