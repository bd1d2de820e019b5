import type { ExternalSecretFact, TrustBundleFact } from '../../model/facts.ts';
import { at, compact, recordOf, recordsOf, textOf } from './json.ts';
import { conditionOf, metaOf } from './meta.ts';

/** ExternalSecret (external-secrets.io): its target bears its own name where none is given. */
export function readExternalSecret(object: unknown): ExternalSecretFact | undefined {
  const meta = metaOf(object);
  if (!meta) return undefined;
  const spec = recordOf(at(object, 'spec'));
  const status = at(object, 'status');
  return compact<ExternalSecretFact>({
    namespace: meta.namespace,
    name: meta.name,
    target: textOf(at(spec.target, 'name')) ?? meta.name,
    creationPolicy: textOf(at(spec.target, 'creationPolicy')),
    refreshInterval: textOf(spec.refreshInterval),
    refreshed: textOf(at(status, 'refreshTime')),
    ready: conditionOf(status, 'Ready'),
  });
}

/** trust-manager's Bundle (trust.cert-manager.io/v1alpha1). */
export function readTrustBundle(object: unknown): TrustBundleFact | undefined {
  const meta = metaOf(object);
  if (!meta) return undefined;
  const spec = recordOf(at(object, 'spec'));
  return compact<TrustBundleFact>({
    name: meta.name,
    configMapKey: textOf(at(spec.target, 'configMap', 'key')),
    secretKey: textOf(at(spec.target, 'secret', 'key')),
    sources: recordsOf(spec.sources).flatMap((source) => [
      ...['configMap', 'secret'].flatMap((kind) => {
        const { name, key } = recordOf(source[kind]);
        return textOf(name) ? [`${kind.toLowerCase()}/${textOf(name)}#${textOf(key) ?? '*'}`] : [];
      }),
      ...(textOf(source.inLine) ? ['inline'] : []),
      ...(source.useDefaultCAs === true ? ['default CAs'] : []),
    ]),
    synced: conditionOf(at(object, 'status'), 'Synced'),
  });
}
