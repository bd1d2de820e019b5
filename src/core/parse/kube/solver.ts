import type { SolverFact } from '../../model/facts.ts';
import { at, compact, type Json, recordOf, recordsOf, textMapOf, textOf, textsOf } from './json.ts';

/** A solver of an ACME issuer, or the one that a Challenge was given (cert-manager pkg/apis/acme/v1/types_issuer.go). */
export function readSolver(solver: unknown, namespace = ''): SolverFact {
  const { selector, http01, dns01 } = recordOf(solver);
  const labels = textMapOf(at(selector, 'matchLabels'));
  return compact<SolverFact>({
    ...(isSet(http01) ? readHttp01(recordOf(http01), namespace) : readDns01(dns01)),
    dnsNames: textsOf(at(selector, 'dnsNames')),
    dnsZones: textsOf(at(selector, 'dnsZones')),
    matchLabels: Object.keys(labels).length > 0 ? labels : undefined,
  });
}

type Way = Omit<SolverFact, 'dnsNames' | 'dnsZones' | 'matchLabels'>;

function readHttp01(http01: Json, namespace: string): Way {
  if (isSet(http01.gatewayHTTPRoute)) {
    const parents = recordsOf(at(http01.gatewayHTTPRoute, 'parentRefs')).map((parent) => parentRef(parent, namespace));
    return { type: 'http01', provider: 'gatewayHTTPRoute', parents };
  }
  const { ingressClassName, class: old, name } = recordOf(http01.ingress);
  const modern = textOf(ingressClassName);
  return compact<Way>({
    type: 'http01',
    provider: 'ingress',
    className: modern ?? textOf(old),
    classBy: modern !== undefined ? 'ingressClassName' : textOf(old) !== undefined ? 'class' : undefined,
    ingressName: textOf(name),
  });
}

/** A parent without namespace is in the Challenge's own, which an issuer does not know. */
function parentRef(parent: Json, namespace: string): string {
  const kind = (textOf(parent.kind) ?? 'Gateway').toLowerCase();
  const where = textOf(parent.namespace) ?? namespace;
  return `${kind}/${where === '' ? '' : `${where}/`}${textOf(parent.name) ?? ''}`;
}

/** Fields beside the provider. */
const COMMON = new Set(['cnameStrategy']);

function readDns01(dns01: unknown): Way {
  const [provider] = Object.keys(recordOf(dns01)).filter((field) => !COMMON.has(field));
  if (provider === undefined) return { type: isSet(dns01) ? 'dns01' : 'unknown', provider: 'unknown' };
  const webhook = provider === 'webhook' ? recordOf(at(dns01, 'webhook')) : undefined;
  return compact<Way>({
    type: 'dns01',
    provider,
    webhook: webhook && { group: textOf(webhook.groupName) ?? '', name: textOf(webhook.solverName) ?? '' },
  });
}

function isSet(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
