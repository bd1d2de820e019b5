import { EXIT, UserError } from '../model/error.ts';
import { isLayer, LAYERS } from '../model/layer.ts';
import { refBase } from '../model/ref.ts';
import type { Target } from '../model/target.ts';
import { parseAddress } from '../x509/general-name.ts';
import { hostNamed, parseProbeAddress } from './address.ts';

/** What the text cannot tell by itself. */
export interface TargetSurroundings {
  /** Whether `targetPath(text)` exists. */
  readonly pathExists: boolean;
  /** The namespace in force, for `secret/NAME`. */
  readonly namespace: string;
  /** Whether it was asked for (`-n`): an object of that name in another namespace is then not meant. */
  readonly namespaceGiven?: boolean;
}

interface Kind {
  /** The word that refs use. */
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Kinds of objects that hold or name certificates, by every word that kubectl takes for them. */
const KINDS: ReadonlyMap<string, Kind> = new Map(
  (
    [
      [true, 'secret', 'secrets'],
      [true, 'configmap', 'configmaps', 'cm'],
      [true, 'pod', 'pods', 'po'],
      [true, 'ingress', 'ingresses', 'ing'],
      [true, 'gateway', 'gateways', 'gtw'],
      [true, 'listenerset', 'listenersets', 'lset'],
      [true, 'certificate', 'certificates', 'cert', 'certs'],
      [true, 'certificaterequest', 'certificaterequests', 'cr', 'crs'],
      [true, 'order', 'orders'],
      [true, 'challenge', 'challenges'],
      [true, 'httproute', 'httproutes'],
      [true, 'tlsroute', 'tlsroutes'],
      [true, 'grpcroute', 'grpcroutes'],
      [true, 'httpproxy', 'httpproxies'],
      [true, 'ingressroute', 'ingressroutes'],
      [true, 'ingressroutetcp', 'ingressroutetcps'],
      [true, 'tlsstore', 'tlsstores'],
      [true, 'tlsoption', 'tlsoptions'],
      [true, 'route', 'routes'],
      [true, 'issuer', 'issuers'],
      [false, 'clusterissuer', 'clusterissuers'],
      [false, 'node', 'nodes', 'no'],
      [false, 'csr', 'csrs', 'certificatesigningrequest', 'certificatesigningrequests'],
      [false, 'apiservice', 'apiservices'],
      [false, 'crd', 'crds', 'customresourcedefinition', 'customresourcedefinitions'],
      [false, 'mutatingwebhookconfiguration', 'mutatingwebhookconfigurations'],
      [false, 'validatingwebhookconfiguration', 'validatingwebhookconfigurations'],
      [false, 'root'],
    ] as const
  ).flatMap(([namespaced, kind, ...more]) => [kind, ...more].map((word) => [word, { kind, namespaced }] as const)),
);

const EXTENSION =
  /\.(pem|crt|cer|cert|der|p7b|p7c|p12|pfx|jks|jceks|keystore|truststore|key|pub|csr|req|crl|conf|kubeconfig|bundle|ca-bundle)$/i;

/** What `-` names, as everywhere in kubectl. */
const STANDARD_INPUT = '/dev/stdin';

/** The path that the text names if it names one: what the caller looks for before it calls `parseTarget`. */
export function targetPath(text: string): string {
  if (text === '-') return STANDARD_INPUT;
  const scheme = /^(file|kubeconfig):(.*)$/s.exec(text);
  if (!scheme) return text;
  const path = scheme[2]!.replace(/^\/\/(?=\/)/, '');
  return scheme[1] === 'file' ? refBase(path) : path.replace(/#(users|clusters)\/.*$/s, '');
}

/**
 * Reads a TARGET by the first form that matches: a scheme, `kind/name` of a known kind, a layer's name, `host:port`,
 * a path that exists, something that looks like a path (and is not there), a host name.
 * @throws UserError (64)
 */
export function parseTarget(text: string, surroundings: TargetSurroundings): Target {
  const { pathExists } = surroundings;
  const path = targetPath(text);
  if (/^(?:(file|kubeconfig):|-$)/.test(text) && !pathExists) throw notThere(path);
  if (text.startsWith('file:') || text === '-') return { kind: 'file', text, path };
  if (text.startsWith('kubeconfig:')) return readKubeconfigTarget(text, path);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return { kind: 'address', text, address: parseProbeAddress(text) };
  const object = readObjectTarget(text, surroundings);
  if (object) return object;
  if (isLayer(text)) return { kind: 'layer', text, layer: text };
  if (/^(\[[^\]]+\]|[^:/\s]+):\d+(#.*)?$/.test(text))
    return { kind: 'address', text, address: parseProbeAddress(text) };
  if (pathExists) return { kind: 'file', text, path };
  if (/[/\\]/.test(text) || EXTENSION.test(text)) throw notThere(path);
  return { kind: 'host', text, host: readHost(text) };
}

function readKubeconfigTarget(text: string, path: string): Target {
  const ref = `kubeconfig:${text.slice('kubeconfig:'.length).replace(/^\/\/(?=\/)/, '')}`;
  return ref.includes('#') ? { kind: 'kubeconfig', text, path, ref } : { kind: 'file', text, path };
}

/** `kind/name` and `kind/namespace/name`, with the fragment and the index that refs have. */
function readObjectTarget(text: string, surroundings: TargetSurroundings): Target | undefined {
  const [, word, rest, fragment = '', index = ''] = /^([a-z]+)\/([^#]+?)(#.*?)?(\[\d+\])?$/is.exec(text) ?? [];
  const known = word === undefined ? undefined : KINDS.get(word.toLowerCase());
  if (!known || rest === undefined) return undefined;
  const parts = rest.split('/');
  if (parts.includes('') || parts.length > (known.namespaced ? 2 : 1)) throw badObject(text, known);
  const name = parts.at(-1)!;
  const typed = parts.length === 2 ? parts[0] : undefined;
  const scope = known.namespaced ? { namespace: typed ?? surroundings.namespace } : {};
  const whole = [known.kind, ...Object.values(scope), name].join('/');
  const exact = fragment + index;
  return {
    kind: 'object',
    text,
    objectKind: known.kind,
    name,
    ...scope,
    ...(known.namespaced && !typed && !surroundings.namespaceGiven && { elsewhere: true }),
    ...(exact && { ref: whole + exact }),
  };
}

function badObject(text: string, { kind, namespaced }: Kind): UserError {
  const form = namespaced ? `${kind}/NAME or ${kind}/NAMESPACE/NAME` : `${kind}/NAME`;
  return new UserError(`${text} does not name one object`, { exitCode: EXIT.usage, hints: [`write ${form}`] });
}

function notThere(path: string): UserError {
  return new UserError(`${path}: no such file or directory`, {
    exitCode: EXIT.usage,
    hints: [
      `a TARGET with a slash or a certificate's extension is a path; other forms are ${FORMS}`,
      'for a file that another user owns, run the command with sudo',
    ],
  });
}

const FORMS = `KIND/NAME (secret, ingress, gateway, certificate, node, ...), HOST:PORT, a host name, or a layer (${LAYERS.join(', ')})`;

/** @throws UserError (64) */
function readHost(text: string): string {
  if (parseAddress(text)) return text;
  try {
    return hostNamed(text);
  } catch (cause) {
    const hints = [`a TARGET is a path, ${FORMS}`];
    throw new UserError(`${JSON.stringify(text)} is no TARGET`, { exitCode: EXIT.usage, hints, cause });
  }
}
