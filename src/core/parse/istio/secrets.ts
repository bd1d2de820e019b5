import type { Certificate } from '../../x509/certificate.ts';
import { at, type Json, recordOf, recordsOf, textOf } from '../kube/json.ts';
import { certificatesIn } from '../pem-contents.ts';

/** What a proxy holds by one name: SDS resource, or identity of ztunnel. */
export interface HeldResource {
  readonly name: string;
  readonly state: 'active' | 'warming' | 'unavailable';
  readonly reason?: string;
  /** Leaf first; empty where it is a bundle, or holds nothing. */
  readonly chain: readonly Certificate[];
  readonly trust: readonly Certificate[];
}

/**
 * The secrets in a dump of Envoy's admin, `/config_dump` (envoy.admin.v3.SecretsConfigDump), as Envoy writes it
 * (snake_case) or as istioctl does (camelCase, without the frame). Of a key only `[redacted]` stands there.
 * @returns undefined for what is no such dump
 */
export function readSecretsDump(dump: unknown): HeldResource[] | undefined {
  const frames = Array.isArray(at(dump, 'configs')) ? recordsOf(at(dump, 'configs')) : [recordOf(dump)];
  const of = (frame: Json, state: string) => recordsOf(frame[`dynamic_${state}_secrets`] ?? frame[camel(state)]);
  const isDump = (frame: Json) =>
    /SecretsConfigDump$/.test(textOf(frame['@type']) ?? '') ||
    'dynamicActiveSecrets' in frame ||
    'dynamicWarmingSecrets' in frame;
  const dumps = frames.filter(isDump);
  if (dumps.length === 0) return Array.isArray(at(dump, 'configs')) || isEmpty(dump) ? [] : undefined;
  return dumps.flatMap((frame) => [
    ...of(frame, 'active').map((secret) => readSecret(secret, 'active')),
    ...of(frame, 'warming').map((secret) => readSecret(secret, 'warming')),
  ]);
}

function isEmpty(dump: unknown): boolean {
  return typeof dump === 'object' && dump !== null && Object.keys(dump).length === 0;
}

function camel(state: string): string {
  return `dynamic${state[0]!.toUpperCase()}${state.slice(1)}Secrets`;
}

function readSecret(entry: Json, state: 'active' | 'warming'): HeldResource {
  const secret = recordOf(entry.secret);
  const pair = recordOf(secret.tls_certificate ?? secret.tlsCertificate);
  const context = recordOf(secret.validation_context ?? secret.validationContext);
  return {
    name: textOf(entry.name) ?? textOf(secret.name) ?? '',
    state,
    chain: certificatesAt(pair.certificate_chain ?? pair.certificateChain),
    trust: [...certificatesAt(context.trusted_ca ?? context.trustedCa), ...spiffeBundles(context)],
  };
}

/** SPIRE's own validator has a bundle for each trust domain: SPIFFECertValidatorConfig. */
function spiffeBundles(context: Json): Certificate[] {
  const custom = recordOf(context.custom_validator_config ?? context.customValidatorConfig);
  const config = recordOf(custom.typed_config ?? custom.typedConfig);
  return recordsOf(config.trust_domains ?? config.trustDomains).flatMap((domain) =>
    certificatesAt(domain.trust_bundle ?? domain.trustBundle),
  );
}

/** Bytes in base64, or text. */
function certificatesAt(source: unknown): Certificate[] {
  const bytes = textOf(at(source, 'inline_bytes')) ?? textOf(at(source, 'inlineBytes'));
  const plain = textOf(at(source, 'inline_string')) ?? textOf(at(source, 'inlineString'));
  return certificatesOf(bytes === undefined ? Buffer.from(plain ?? '') : Buffer.from(bytes, 'base64'));
}

function certificatesOf(bytes: Uint8Array): Certificate[] {
  return bytes.length === 0 ? [] : certificatesIn(bytes).certificates.map(({ certificate }) => certificate);
}

/**
 * The certificates in a dump of ztunnel's admin (istio/ztunnel src/admin.rs): one for each service account on its node.
 * An older one has no roots of their own, and ends its chains with them.
 * @returns undefined for what is no such dump
 */
export function readZtunnelDump(dump: unknown): HeldResource[] | undefined {
  const entries = at(dump, 'certificates');
  if (!Array.isArray(entries)) return undefined;
  return recordsOf(entries).map((entry) => {
    const [, word = '', reason] = /^(\w+)(?::\s*(.*))?$/s.exec(textOf(entry.state) ?? '') ?? [];
    const pems = (list: unknown) =>
      recordsOf(list).flatMap(({ pem }) => certificatesOf(Buffer.from(textOf(pem) ?? '', 'base64')));
    const chain = pems(entry.certChain);
    const roots = pems(entry.rootCerts);
    return {
      name: textOf(entry.identity) ?? '',
      state: ZTUNNEL_STATES[word] ?? 'unavailable',
      ...(reason !== undefined && { reason }),
      chain,
      trust: roots.length > 0 ? roots : chain.slice(-1).filter(({ selfIssued }) => selfIssued),
    };
  });
}

const ZTUNNEL_STATES: Readonly<Record<string, HeldResource['state']>> = {
  Available: 'active',
  Initializing: 'warming',
};
