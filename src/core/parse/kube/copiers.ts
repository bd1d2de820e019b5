import type { ExternalSecretFact, TrustBundleFact } from '../../model/facts.ts';
import { readPlain } from './encoded.ts';
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
  const inline = recordsOf(spec.sources).flatMap(({ inLine }) => hashesIn(inLine));
  return compact<TrustBundleFact>({
    kind: 'Bundle',
    name: meta.name,
    configMapKey: textOf(at(spec.target, 'configMap', 'key')),
    secretKey: textOf(at(spec.target, 'secret', 'key')),
    sources: recordsOf(spec.sources).flatMap((source) => [
      ...['configMap', 'secret'].flatMap((kind) => {
        const { name, key, selector } = recordOf(source[kind]);
        if (textOf(name)) return [`${kind.toLowerCase()}/${textOf(name)}#${textOf(key) ?? '*'}`];
        return selector === undefined ? [] : [`${kind.toLowerCase()}s by label`];
      }),
      ...(textOf(source.inLine) ? ['inline'] : []),
      ...(source.useDefaultCAs === true ? ['default CAs'] : []),
    ]),
    inline: inline.length > 0 ? inline : undefined,
    synced: conditionOf(at(object, 'status'), 'Synced'),
  });
}

/** trust-manager's ClusterBundle (trust-manager.io/v1alpha2): the same in other fields; one target may have several keys. */
export function readClusterBundle(object: unknown): TrustBundleFact | undefined {
  const meta = metaOf(object);
  if (!meta) return undefined;
  const spec = recordOf(at(object, 'spec'));
  const inline = hashesIn(spec.inLineCAs);
  const keyOf = (kind: 'configMap' | 'secret') =>
    recordsOf(at(spec.target, kind, 'data')).flatMap(({ key, format }) =>
      format === 'PKCS12' ? [] : (textOf(key) ?? []),
    )[0];
  return compact<TrustBundleFact>({
    kind: 'ClusterBundle',
    name: meta.name,
    configMapKey: keyOf('configMap'),
    secretKey: keyOf('secret'),
    sources: [
      ...recordsOf(spec.sourceRefs).flatMap(({ kind, name, key }) => {
        const word = (textOf(kind) ?? '').toLowerCase();
        return textOf(name) ? [`${word}/${textOf(name)}#${textOf(key) ?? '*'}`] : [`${word}s by label`];
      }),
      ...(inline.length > 0 ? ['inline'] : []),
      ...(at(spec, 'defaultCAs', 'provider') === 'System' ? ['default CAs'] : []),
    ],
    inline: inline.length > 0 ? inline : undefined,
    synced: conditionOf(at(object, 'status'), 'Synced'),
  });
}

/** SHA-256 of each certificate that stands in a text. */
function hashesIn(text: unknown): string[] {
  const value = readPlain(text);
  return value.kind === 'x509' ? value.contents.certificates.map(({ certificate }) => certificate.sha256) : [];
}
