import type { IngressFact } from '../../model/facts.ts';
import { at, compact, recordsOf, textOf, textsOf, unique } from './json.ts';
import { metaOf, ownerUidOf, tlsAnnotationsOf } from './meta.ts';

const SOLVER = 'acme.cert-manager.io/http01-solver';

/** An Ingress (networking.k8s.io/v1): which hosts it serves with which Secrets, and from which addresses. */
export function readIngress(object: unknown): IngressFact | undefined {
  const meta = metaOf(object);
  if (!meta) return undefined;
  const spec = at(object, 'spec');
  const services = servicesOf(spec);
  return compact<IngressFact>({
    namespace: meta.namespace,
    name: meta.name,
    className: textOf(at(spec, 'ingressClassName')) ?? textOf(meta.annotations['kubernetes.io/ingress.class']),
    hosts: unique(recordsOf(at(spec, 'rules')).flatMap(({ host }) => textOf(host) ?? [])),
    tls: recordsOf(at(spec, 'tls')).map((block) =>
      compact<IngressFact['tls'][number]>({ hosts: textsOf(block.hosts), secretName: textOf(block.secretName) }),
    ),
    addresses: recordsOf(at(object, 'status', 'loadBalancer', 'ingress')).flatMap(
      ({ ip, hostname }) => textOf(ip) ?? textOf(hostname) ?? [],
    ),
    annotations: tlsAnnotationsOf(meta),
    solver: meta.labels[SOLVER] === 'true' || meta.name.startsWith('cm-acme-http-solver-') ? true : undefined,
    owner: ownerUidOf(object),
    services: services.length > 0 ? services : undefined,
  });
}

function servicesOf(spec: unknown): string[] {
  const paths = recordsOf(at(spec, 'rules')).flatMap((rule) => recordsOf(at(rule, 'http', 'paths')));
  const backends = [at(spec, 'defaultBackend'), ...paths.map(({ backend }) => backend)];
  return unique(backends.flatMap((backend) => textOf(at(backend, 'service', 'name')) ?? []));
}
