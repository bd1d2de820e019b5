import { parse } from 'yaml';
import type { LinkerdConfigFact, LinkerdLinkFact } from '../../model/facts.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { parseDuration } from '../duration.ts';
import { readPlain } from './encoded.ts';
import { at, compact, type Json, recordOf, recordsOf, textOf } from './json.ts';
import { metaOf } from './meta.ts';

/** The variable in which each proxy has the trust anchors of its injection (linkerd2 charts/partials, _proxy.tpl). */
export const TRUST_ANCHORS = 'LINKERD2_PROXY_IDENTITY_TRUST_ANCHORS';

/**
 * The values of a control plane (linkerd2 pkg/charts/linkerd2/values.go, names of 2.12 and later): a text that does
 * not read counts as absent.
 */
export function readLinkerdConfig(object: unknown): LinkerdConfigFact | undefined {
  const meta = metaOf(object);
  const values = valuesOf(at(object, 'data', 'values'));
  if (!meta || !values) return undefined;
  const identity = recordOf(values.identity);
  const init = recordOf(values.proxyInit);
  const proxy = recordOf(values.proxy);
  const lifetime = parseDuration(textOf(at(identity, 'issuer', 'issuanceLifetime')) ?? '');
  return compact<LinkerdConfigFact>({
    namespace: meta.namespace,
    trustDomain: textOf(values.identityTrustDomain) ?? textOf(values.clusterDomain) ?? 'cluster.local',
    scheme: textOf(at(identity, 'issuer', 'scheme')),
    externalCA: identity.externalCA === true,
    issuanceLifetime: lifetime === undefined ? undefined : lifetime / 1000,
    anchors: certificatesOf(textOf(values.identityTrustAnchorsPEM)).map(({ sha256 }) => sha256),
    inboundPolicy: textOf(proxy.defaultInboundPolicy),
    opaquePorts: portsOf(proxy.opaquePorts),
    skippedInboundPorts: portsOf(init.ignoreInboundPorts),
    skippedOutboundPorts: portsOf(init.ignoreOutboundPorts),
  });
}

function valuesOf(text: unknown): Json | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    return recordOf(parse(text));
  } catch {
    return undefined;
  }
}

/** One port reads as a number in YAML. */
function portsOf(value: unknown): string | undefined {
  return typeof value === 'number' ? String(value) : textOf(value);
}

function certificatesOf(pem: string | undefined): Certificate[] {
  const read = readPlain(pem ?? '');
  return read.kind === 'x509' ? read.contents.certificates.map(({ certificate }) => certificate) : [];
}

/** A Link of the multicluster extension (linkerd2 multicluster/charts/linkerd-multicluster, CRD of v1alpha1 to v1alpha3). */
export function readLinkerdLink(object: unknown): LinkerdLinkFact | undefined {
  const meta = metaOf(object);
  if (!meta) return undefined;
  const spec = recordOf(at(object, 'spec'));
  const port = Number(spec.gatewayPort);
  return {
    namespace: meta.namespace,
    name: meta.name,
    cluster: textOf(spec.targetClusterName) ?? meta.name,
    clusterDomain: textOf(spec.targetClusterDomain) ?? 'cluster.local',
    gatewayAddresses: (textOf(spec.gatewayAddress) ?? '').split(',').flatMap((one) => one.trim() || []),
    gatewayPort: Number.isInteger(port) && port > 0 ? port : GATEWAY_PORT,
    gatewayIdentity: textOf(spec.gatewayIdentity) ?? '',
  };
}

/** Port of a gateway's proxy, where the Link names none. */
const GATEWAY_PORT = 4143;

/** PEM of the trust anchors that a Pod's proxy got at its injection; undefined where it has none of its own. */
export function trustAnchorsOf(object: unknown): string | undefined {
  const containers = ['containers', 'initContainers'].flatMap((field) => recordsOf(at(object, 'spec', field)));
  const proxy = containers.find(({ name }) => name === 'linkerd-proxy');
  return textOf(recordsOf(proxy?.env).find(({ name }) => name === TRUST_ANCHORS)?.value);
}

/** The certificates of such a text: many Pods have the same one, and it is read once. */
export class AnchorReader {
  readonly #read = new Map<string, readonly Certificate[]>();

  read(pem: string): readonly Certificate[] {
    const known = this.#read.get(pem) ?? certificatesOf(pem);
    this.#read.set(pem, known);
    return known;
  }
}
