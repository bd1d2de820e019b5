import type { ManagedCertificateFact } from '../../model/facts.ts';
import { at, compact, recordsOf, textOf, textsOf } from './json.ts';
import { metaOf } from './meta.ts';

/** GKE's ManagedCertificate (networking.gke.io/v1): Google issues and renews it, the object tells how that goes. */
export function readManagedCertificate(object: unknown): ManagedCertificateFact | undefined {
  const meta = metaOf(object);
  if (!meta) return undefined;
  const status = at(object, 'status');
  return compact<ManagedCertificateFact>({
    namespace: meta.namespace,
    name: meta.name,
    created: meta.created,
    domains: textsOf(at(object, 'spec', 'domains')),
    state: textOf(at(status, 'certificateStatus')),
    notAfter: textOf(at(status, 'expireTime')),
    failing: recordsOf(at(status, 'domainStatus')).flatMap(({ domain, status: state }) => {
      const [name, said] = [textOf(domain), textOf(state)];
      return name !== undefined && said !== undefined && said !== 'Active' ? [{ domain: name, state: said }] : [];
    }),
  });
}
