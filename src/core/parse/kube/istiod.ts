import type { IstiodFact } from '../../model/facts.ts';
import { at, compact, recordsOf, textOf } from './json.ts';
import { metaOf } from './meta.ts';

/**
 * Where a Pod of istiod says that certificates come from (istio pilot/pkg/bootstrap/istio_ca.go, pilot/pkg/features).
 * @returns undefined for other Pods, and where it is as it is installed
 */
export function readIstiod(object: unknown): IstiodFact | undefined {
  const meta = metaOf(object);
  if (meta?.labels.app !== 'istiod') return undefined;
  const variables = recordsOf(at(object, 'spec', 'containers')).flatMap(({ env }) => recordsOf(env));
  const said = (name: string) => textOf(variables.find((one) => one.name === name)?.value);
  const fact = compact<IstiodFact>({
    namespace: meta.namespace,
    name: meta.name,
    externalCa: said('EXTERNAL_CA'),
    signer: said('K8S_SIGNER') ?? said('CERT_SIGNER_DOMAIN'),
    signsNothing: said('ENABLE_CA_SERVER') === 'false' ? true : undefined,
    certProvider: said('PILOT_CERT_PROVIDER') === 'istiod' ? undefined : said('PILOT_CERT_PROVIDER'),
  });
  return Object.keys(fact).length > 2 ? fact : undefined;
}
