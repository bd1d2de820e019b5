import { parse } from 'yaml';
import type { DialedServer, ServedEndpoint } from '../model/facts.ts';
import type { RoleId } from '../model/role.ts';

/** Programs of a control-plane node that hold certificates. */
export const CONTROL_PLANE_PROGRAMS = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;

/** Where a program serves TLS, by its flags; absent flags have the program's defaults. */
interface EndpointFlags {
  readonly program: string;
  readonly role: RoleId;
  readonly port: number;
  /** Flag with URLs, or with a port and one with an address. */
  readonly urls?: string;
  readonly portFlag?: string;
  readonly hostFlag?: string;
  /** Flag that names the served certificate. */
  readonly file: string;
  readonly health?: string;
}

/** kubernetes/kubernetes: cmd/kube-*, options; etcd-io/etcd: server/embed/config.go. */
const ENDPOINTS: readonly EndpointFlags[] = [
  { program: 'etcd', role: 'etcd-server', port: 2379, urls: 'listen-client-urls', file: 'cert-file' },
  { program: 'etcd', role: 'etcd-peer', port: 2380, urls: 'listen-peer-urls', file: 'peer-cert-file' },
  served('kube-apiserver', 'apiserver-serving', 6443, '/readyz'),
  served('kube-controller-manager', 'controller-manager-serving', 10257, '/healthz'),
  served('kube-scheduler', 'scheduler-serving', 10259, '/healthz'),
];

function served(program: string, role: RoleId, port: number, health: string): EndpointFlags {
  return { program, role, port, portFlag: 'secure-port', hostFlag: 'bind-address', file: 'tls-cert-file', health };
}

/**
 * The command of a static Pod's container that is a program of the control plane, or undefined. Never throws.
 * @param text of the manifest, YAML or JSON
 */
export function controlPlaneCommand(text: string): readonly string[] | undefined {
  for (const container of containersOf(text)) {
    const argv = [...words(container.command), ...words(container.args)];
    if (argv[0] !== undefined && isControlPlane(programOf(argv[0]))) return argv;
  }
  return undefined;
}

/** The base name of a program. */
export function programOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Absolute paths of certificates, keys and kubeconfigs that flags name, each once, in the order of the flags. */
export function filesOf(argv: readonly string[]): string[] {
  const values = [...flagsOf(argv).values()].flatMap((value) => value.split(/[,:]/));
  return [...new Set(values.filter((value) => FILE.test(value)))];
}

const FILE = /^\/.+\.(crt|cert|key|pub|pem|conf|config|kubeconfig)$/;

/** Where the program of a command speaks TLS. An address that is any address is reached by the loopback one. */
export function endpointsOf(argv: readonly string[]): ServedEndpoint[] {
  const program = programOf(argv[0] ?? '');
  const flags = flagsOf(argv);
  return ENDPOINTS.filter((endpoint) => endpoint.program === program).flatMap((endpoint) => {
    const where = endpoint.urls === undefined ? portOf(endpoint, flags) : urlOf(endpoint, flags);
    if (!where) return [];
    const file = flags.get(endpoint.file);
    return [
      {
        role: endpoint.role,
        ...where,
        ...(file !== undefined && { file }),
        ...(endpoint.health !== undefined && { health: endpoint.health }),
      },
    ];
  });
}

type Where = Pick<ServedEndpoint, 'address' | 'port'>;

function portOf({ port, portFlag = '', hostFlag = '' }: EndpointFlags, flags: ReadonlyMap<string, string>): Where {
  return { address: localAddress(flags.get(hostFlag)), port: Number(flags.get(portFlag) ?? port) };
}

function urlOf({ urls = '', port }: EndpointFlags, flags: ReadonlyMap<string, string>): Where | undefined {
  for (const text of (flags.get(urls) ?? '').split(',')) {
    const where = addressIn(text, port);
    if (where) return where;
  }
  return undefined;
}

/** Which client pairs the API server is told to show, and to whom. */
export function clientsOf(argv: readonly string[]): DialedServer[] {
  if (programOf(argv[0] ?? '') !== 'kube-apiserver') return [];
  const flags = flagsOf(argv);
  return CLIENTS.flatMap(({ role, certificate, key, urls, authority }) => {
    const files = [flags.get(certificate), flags.get(key)];
    if (!files[0] || !files[1]) return [];
    const ca = flags.get(authority);
    const servers = (flags.get(urls) ?? '').split(',').flatMap((text) => addressIn(text, 2379) ?? []);
    return [{ role, certificate: files[0], key: files[1], ...(ca && { ca }), servers }];
  });
}

const CLIENTS = [
  {
    role: 'apiserver-etcd-client',
    certificate: 'etcd-certfile',
    key: 'etcd-keyfile',
    urls: 'etcd-servers',
    authority: 'etcd-cafile',
  },
  {
    role: 'apiserver-kubelet-client',
    certificate: 'kubelet-client-certificate',
    key: 'kubelet-client-key',
    urls: '',
    authority: 'kubelet-certificate-authority',
  },
] as const;

function addressIn(text: string, port: number): Where | undefined {
  const url = URL.parse(text);
  if (url?.protocol !== 'https:') return undefined;
  return { address: localAddress(url.hostname.replace(/^\[|\]$/g, '')), port: Number(url.port || port) };
}

function localAddress(bound: string | undefined): string {
  return bound === undefined || bound === '' || bound === '0.0.0.0' || bound === '::' ? '127.0.0.1' : bound;
}

/** The last of each, as the programs have it; a switch has an empty value. */
export function flagsOf([, ...args]: readonly string[]): Map<string, string> {
  const flags = new Map<string, string>();
  args.forEach((arg, index) => {
    const [, name, value] = /^--?([^=]+)(?:=([\s\S]*))?$/.exec(arg) ?? [];
    const next = args[index + 1];
    if (name !== undefined) flags.set(name, value ?? (next?.startsWith('-') === false ? next : ''));
  });
  return flags;
}

function containersOf(text: string): readonly Record<string, unknown>[] {
  try {
    const containers: unknown = parse(text)?.spec?.containers;
    return Array.isArray(containers) ? containers.filter((each) => typeof each === 'object' && each !== null) : [];
  } catch {
    return [];
  }
}

function words(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

export function isControlPlane(program: string): boolean {
  return (CONTROL_PLANE_PROGRAMS as readonly string[]).includes(program);
}
