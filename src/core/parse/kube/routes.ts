import type { DelegationFact, RouteFact } from '../../model/facts.ts';
import { at, compact, type Json, recordOf, recordsOf, textOf, textsOf, unique } from './json.ts';
import { type Meta, metaOf } from './meta.ts';

type Read = (object: unknown, meta: Meta) => Omit<RouteFact, 'kind' | 'namespace' | 'name'>;

/** How each kind of route says what it serves. */
const READERS: Readonly<Record<RouteFact['kind'], Read>> = {
  HTTPRoute: readGatewayRoute,
  TLSRoute: readGatewayRoute,
  GRPCRoute: readGatewayRoute,
  HTTPProxy: readHttpProxy,
  IngressRoute: readIngressRoute,
  IngressRouteTCP: readIngressRoute,
  TLSStore: readTlsStore,
  TLSOption: readTlsOption,
  Route: readOpenShiftRoute,
};

export function readRoute(object: unknown, kind: RouteFact['kind']): RouteFact | undefined {
  const meta = metaOf(object);
  if (!meta) return undefined;
  return compact<RouteFact>({
    kind,
    namespace: meta.namespace,
    name: meta.name,
    passthrough: undefined,
    ...READERS[kind](object, meta),
  });
}

/** gateway.networking.k8s.io: the certificate is the listener's. */
function readGatewayRoute(object: unknown, { namespace }: Meta): ReturnType<Read> {
  const parents = recordsOf(at(object, 'spec', 'parentRefs')).flatMap((parent) => {
    const name = textOf(parent.name);
    const section = textOf(parent.sectionName);
    return name === undefined
      ? []
      : [
          {
            kind: textOf(parent.kind) ?? 'Gateway',
            namespace: textOf(parent.namespace) ?? namespace,
            name,
            ...(section !== undefined && { section }),
          },
        ];
  });
  return {
    hosts: textsOf(at(object, 'spec', 'hostnames')),
    secrets: [],
    parents,
    problems: refusals(recordsOf(at(object, 'status', 'parents')).flatMap(({ conditions }) => recordsOf(conditions))),
  };
}

function refusals(conditions: readonly Json[]): string[] {
  return unique(
    conditions
      .filter(({ status }) => status === 'False')
      .map(({ type, reason, message }) => `${textOf(type) ?? ''}: ${textOf(reason) ?? ''}: ${textOf(message) ?? ''}`),
  );
}

/** projectcontour.io/v1: a Secret of another namespace is named `namespace/name` and has to be delegated. */
function readHttpProxy(object: unknown, { namespace }: Meta): ReturnType<Read> {
  const host = recordOf(at(object, 'spec', 'virtualhost'));
  const secretName = textOf(at(host.tls, 'secretName'));
  const status = recordOf(at(object, 'status'));
  const errors = recordsOf(status.conditions).flatMap(({ errors: list }) => recordsOf(list));
  const told = errors.map(({ type, reason, message }) =>
    [type, reason, message].flatMap((text) => textOf(text) ?? []).join(': '),
  );
  const description = textOf(status.description);
  const invalid = textOf(status.currentStatus) === 'invalid';
  return compact<ReturnType<Read>>({
    hosts: textOf(host.fqdn) ? [textOf(host.fqdn)!] : [],
    secrets: secretName === undefined ? [] : [splitSecret(secretName, namespace)],
    parents: [],
    passthrough: at(host.tls, 'passthrough') === true ? true : undefined,
    problems: unique([...told, ...(invalid && told.length === 0 ? [description ?? 'invalid'] : [])]),
  });
}

function splitSecret(text: string, namespace: string): RouteFact['secrets'][number] {
  const [first = '', second] = text.split('/');
  return second === undefined ? { namespace, name: first } : { namespace: first, name: second };
}

/** traefik.io/v1alpha1: hosts stand in the rules' own language, `Host(...)`. */
function readIngressRoute(object: unknown, { namespace }: Meta): ReturnType<Read> {
  const tls = recordOf(at(object, 'spec', 'tls'));
  const rules = recordsOf(at(object, 'spec', 'routes')).flatMap(({ match }) => textOf(match) ?? []);
  const secretName = textOf(tls.secretName);
  const domains = recordsOf(tls.domains).flatMap(({ main, sans }) => [
    ...(textOf(main) ? [textOf(main)!] : []),
    ...textsOf(sans),
  ]);
  return compact<ReturnType<Read>>({
    passthrough: tls.passthrough === true ? true : undefined,
    hosts: unique([...rules.flatMap(hostsInRule), ...domains]),
    secrets: secretName === undefined ? [] : [{ namespace, name: secretName }],
    parents: [],
    resolver: textOf(tls.certResolver),
    problems: [],
  });
}

/** Traefik's default certificate, and others that it shows by their names whatever route is meant. */
function readTlsStore(object: unknown, { namespace }: Meta): ReturnType<Read> {
  const spec = recordOf(at(object, 'spec'));
  const named = [spec.defaultCertificate, ...recordsOf(spec.certificates)].flatMap(
    (entry) => textOf(at(entry, 'secretName')) ?? [],
  );
  return compact<ReturnType<Read>>({
    hosts: [],
    secrets: unique(named).map((name) => ({ namespace, name })),
    parents: [],
    resolver: textOf(at(spec, 'defaultGeneratedCert', 'resolver')),
    problems: [],
  });
}

/** By which CAs Traefik verifies clients: Secrets with the key ca.crt or tls.ca. */
function readTlsOption(object: unknown, { namespace }: Meta): ReturnType<Read> {
  const names = textsOf(at(object, 'spec', 'clientAuth', 'secretNames'));
  return {
    hosts: [],
    secrets: [],
    ...(names.length > 0 && { clientCas: names.map((name) => ({ namespace, name })) }),
    parents: [],
    problems: [],
  };
}

function hostsInRule(rule: string): string[] {
  return [...rule.matchAll(/\bHost(?:SNI)?\(([^)]*)\)/g)].flatMap(([, list = '']) =>
    [...list.matchAll(/[`"']([^`"']+)[`"']/g)].map(([, host = '']) => host),
  );
}

/** route.openshift.io/v1: the pair stands in the object itself, whose key is never read. */
function readOpenShiftRoute(object: unknown, { namespace }: Meta): ReturnType<Read> {
  const external = textOf(at(object, 'spec', 'tls', 'externalCertificate', 'name'));
  const host = textOf(at(object, 'spec', 'host'));
  return compact<ReturnType<Read>>({
    hosts: host === undefined ? [] : [host],
    secrets: external === undefined ? [] : [{ namespace, name: external }],
    parents: [],
    passthrough: at(object, 'spec', 'tls', 'termination') === 'passthrough' ? true : undefined,
    problems: refusals(recordsOf(at(object, 'status', 'ingress')).flatMap(({ conditions }) => recordsOf(conditions))),
  });
}

/** Contour's TLSCertificateDelegation (projectcontour.io/v1); `*` stands for every namespace. */
export function readDelegation(object: unknown): DelegationFact | undefined {
  const meta = metaOf(object);
  return (
    meta && {
      namespace: meta.namespace,
      name: meta.name,
      secrets: recordsOf(at(object, 'spec', 'delegations')).map(({ secretName, targetNamespaces }) => ({
        name: textOf(secretName) ?? '',
        namespaces: textsOf(targetNamespaces),
      })),
    }
  );
}
