import { besideFile } from './path.ts';
import { type Fields, readYaml } from './yaml-fields.ts';

/** A credential plugin as the kubeconfig describes it (client.authentication.k8s.io). */
export interface ExecConfig {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly provideClusterInfo: boolean;
  readonly interactiveMode: string;
  readonly installHint?: string;
}

/** What a user entry holds that the public facts leave out. Only for speaking to the API server: never kept. */
export interface UserSecrets {
  /** PEM. */
  readonly key?: string;
  readonly token?: string;
  readonly username?: string;
  readonly password?: string;
  readonly exec?: ExecConfig;
  readonly authProvider?: { readonly name: string; readonly config: Readonly<Record<string, string>> };
  /** Impersonation that the entry asks for. */
  readonly as?: string;
  readonly asGroups: readonly string[];
  readonly asUid?: string;
  readonly asExtra?: Readonly<Record<string, readonly string[]>>;
}

/** What a cluster entry holds that the public facts leave out. */
export interface ClusterSecrets {
  /** With its user and password. */
  readonly proxyUrl?: string;
  /** The extension that a credential plugin gets as its cluster's config. */
  readonly execConfig?: unknown;
}

/** The named user entry of a kubeconfig at `path`; problems are parseKubeconfig's to say. */
export function readUserSecrets(text: string, path: string, name: string): UserSecrets {
  const user = entryNamed(text, 'users', name)?.fields('user');
  if (!user) return { asGroups: [] };
  const exec = user.fields('exec');
  const provider = user.fields('auth-provider');
  const extra = user.fields('as-user-extra');
  const key = user.base64('client-key-data');
  return {
    ...texts(user, { token: 'token', username: 'username', password: 'password', as: 'as', asUid: 'as-uid' }),
    ...(key && { key: Buffer.from(key).toString('latin1') }),
    asGroups: user.texts('as-groups'),
    ...(extra && { asExtra: Object.fromEntries(extra.keys.map((name) => [name, extra.texts(name)])) }),
    ...(exec && { exec: readExec(exec, path) }),
    ...(provider && { authProvider: readProvider(provider) }),
  };
}

/** The named cluster entry of a kubeconfig. */
export function readClusterSecrets(text: string, name: string): ClusterSecrets {
  const cluster = entryNamed(text, 'clusters', name)?.fields('cluster');
  const extension = cluster?.list('extensions').find((item) => item.text('name') === EXEC_EXTENSION);
  return {
    ...(cluster && texts(cluster, { proxyUrl: 'proxy-url' })),
    ...(extension && { execConfig: extension.raw('extension') }),
  };
}

/** client-go tools/clientcmd/api/types.go: the extension for credential plugins. */
const EXEC_EXTENSION = 'client.authentication.k8s.io/exec';

function entryNamed(text: string, key: string, name: string): Fields | undefined {
  return readYaml(text, [])
    .list(key)
    .find((item) => item.text('name') === name);
}

/** A command with a separator is relative to its kubeconfig, a bare name is found on PATH. */
function readExec(exec: Fields, path: string): ExecConfig {
  const command = exec.text('command') ?? '';
  return {
    apiVersion: exec.text('apiVersion') ?? '',
    command: /[/\\]/.test(command) ? besideFile(path, command) : command,
    args: exec.texts('args'),
    env: Object.fromEntries(exec.list('env').map((item) => [item.text('name') ?? '', item.text('value') ?? ''])),
    provideClusterInfo: exec.flag('provideClusterInfo'),
    interactiveMode: exec.text('interactiveMode') ?? 'IfAvailable',
    ...texts(exec, { installHint: 'installHint' }),
  };
}

function readProvider(provider: Fields): NonNullable<UserSecrets['authProvider']> {
  const config = provider.raw('config');
  const entries = typeof config === 'object' && config !== null ? Object.entries(config) : [];
  return {
    name: provider.text('name') ?? '',
    config: Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
  };
}

function texts<K extends string>(fields: Fields, keys: Readonly<Record<K, string>>): { readonly [P in K]?: string } {
  const found = Object.entries<string>(keys).map(([name, key]) => [name, fields.text(key)] as const);
  return Object.fromEntries(found.filter(([, value]) => value !== undefined)) as { readonly [P in K]?: string };
}
