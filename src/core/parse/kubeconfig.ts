import type { Key } from '../model/placement.ts';
import { readTokenClaims, type TokenClaims } from './jwt.ts';
import { besideFile } from './path.ts';
import { readPem } from './pem.ts';
import { certificatesIn } from './pem-contents.ts';
import { type Fields, readYaml, type TextProblem } from './yaml-fields.ts';

/** Certificates of an entry: the CERTIFICATE blocks of inline data, or the file that holds them. */
export type CertificateMaterial = { readonly pem: string } | { readonly path: string };

/** The key of a user: its public half from inline data (absent when locked or unreadable), or its file. */
export type KeyMaterial = { readonly path: string } | { readonly inline: true; readonly key?: Key };

interface Entry {
  readonly name: string;
  /** The kubeconfig that it stands in. */
  readonly path: string;
  readonly line: number;
}

export interface KubeconfigUser extends Entry {
  readonly certificate?: CertificateMaterial;
  readonly key?: KeyMaterial;
  readonly token?: TokenClaims;
  readonly tokenFile?: string;
  readonly basic?: true;
  /** The credential plugin's command: a name to be found on PATH, or a path. */
  readonly exec?: string;
  readonly authProvider?: string;
}

export interface KubeconfigCluster extends Entry {
  readonly server: string;
  readonly ca?: CertificateMaterial;
  readonly insecure?: true;
  readonly tlsServerName?: string;
  readonly proxyUrl?: string;
}

export interface KubeconfigContext extends Entry {
  readonly cluster: string;
  readonly user: string;
  readonly namespace?: string;
}

/** The public facts of one kubeconfig: no private keys, tokens or passwords. */
export interface Kubeconfig {
  readonly path: string;
  readonly currentContext?: string;
  readonly users: readonly KubeconfigUser[];
  readonly clusters: readonly KubeconfigCluster[];
  readonly contexts: readonly KubeconfigContext[];
  readonly problems: readonly TextProblem[];
}

/**
 * Reads one kubeconfig (clientcmd v1: client-go tools/clientcmd/api/v1/types.go). Relative paths in it are relative
 * to `path`, which is the file's own. Never throws: what is malformed is a problem, and the rest is read.
 */
export function parseKubeconfig(text: string, path: string): Kubeconfig {
  const problems: TextProblem[] = [];
  const root = readYaml(text, problems);
  const currentContext = root.text('current-context');
  const entries = <T>(key: string, inner: string, read: (fields: Fields, entry: Entry) => T): T[] =>
    readEntries({ root, key, inner, path, read });
  return {
    path,
    ...(currentContext !== undefined && { currentContext }),
    users: entries('users', 'user', readUser),
    clusters: entries('clusters', 'cluster', readCluster),
    contexts: entries('contexts', 'context', readContext),
    problems: problems.sort((a, b) => a.line - b.line),
  };
}

interface EntriesOptions<T> {
  readonly root: Fields;
  readonly key: string;
  readonly inner: string;
  readonly path: string;
  readonly read: (fields: Fields, entry: Entry) => T;
}

/** Named entries; of two with one name, which client-go refuses, the first is kept. */
function readEntries<T>({ root, key, inner, path, read }: EntriesOptions<T>): T[] {
  const names = new Set<string>();
  return root.list(key).flatMap((item) => {
    const name = item.text('name');
    if (name === undefined || names.has(name)) {
      item.problem('name', name === undefined ? 'is missing' : `${name} occurs twice, the first is taken`);
      return [];
    }
    names.add(name);
    return [read(item.fieldsOrEmpty(inner), { name, path, line: item.line })];
  });
}

function readUser(fields: Fields, entry: Entry): KubeconfigUser {
  const certificate = readCertificates(fields, 'client-certificate', entry.path);
  const key = readKey(fields, entry.path);
  const token = fields.text('token');
  const tokenFile = fields.text('tokenFile');
  const exec = fields.fields('exec')?.text('command');
  const authProvider = fields.fields('auth-provider')?.text('name');
  return {
    ...entry,
    ...(certificate && { certificate }),
    ...(key && { key }),
    ...(token !== undefined && { token: readTokenClaims(token) }),
    ...(tokenFile !== undefined && { tokenFile: besideFile(entry.path, tokenFile) }),
    ...(fields.text('username') !== undefined && { basic: true as const }),
    ...(exec !== undefined && { exec }),
    ...(authProvider !== undefined && { authProvider }),
  };
}

function readCluster(fields: Fields, entry: Entry): KubeconfigCluster {
  const ca = readCertificates(fields, 'certificate-authority', entry.path);
  const tlsServerName = fields.text('tls-server-name');
  const proxyUrl = fields.text('proxy-url');
  return {
    ...entry,
    server: fields.text('server') ?? '',
    ...(ca && { ca }),
    ...(fields.flag('insecure-skip-tls-verify') && { insecure: true as const }),
    ...(tlsServerName !== undefined && { tlsServerName }),
    ...(proxyUrl !== undefined && { proxyUrl: withoutPassword(proxyUrl) }),
  };
}

function readContext(fields: Fields, entry: Entry): KubeconfigContext {
  const namespace = fields.text('namespace');
  return {
    ...entry,
    cluster: fields.text('cluster') ?? '',
    user: fields.text('user') ?? '',
    ...(namespace !== undefined && { namespace }),
  };
}

/** Inline data wins over a file (clientcmd/client_config.go); only blocks that Go's TLS takes are kept. */
function readCertificates(fields: Fields, key: string, path: string): CertificateMaterial | undefined {
  const data = fields.base64(`${key}-data`);
  const file = fields.text(key);
  if (data === undefined) return file === undefined ? undefined : { path: besideFile(path, file) };
  if (file !== undefined) fields.problem(key, `is ignored: ${key}-data stands beside it`);
  const { blocks, problems } = readPem(data);
  const certificates = blocks.filter(({ label }) => label === 'CERTIFICATE');
  for (const { line, reason } of problems) fields.problem(`${key}-data`, `(line ${line} of its PEM): ${reason}`);
  if (certificates.length === 0) fields.problem(`${key}-data`, 'holds no PEM certificate');
  return { pem: certificates.map(({ der }) => toPem(der)).join('') };
}

function readKey(fields: Fields, path: string): KeyMaterial | undefined {
  const data = fields.base64('client-key-data');
  const file = fields.text('client-key');
  if (data === undefined) return file === undefined ? undefined : { path: besideFile(path, file) };
  if (file !== undefined) fields.problem('client-key', 'is ignored: client-key-data stands beside it');
  const found = certificatesIn(data).keys.find((key) => key.private);
  data.fill(0);
  if (!found) fields.problem('client-key-data', 'holds no readable private key');
  if (!found || found.locked) return { inline: true };
  return { inline: true, key: { spki: found.spki, algorithm: found.algorithm, bits: found.bits } };
}

function toPem(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function withoutPassword(url: string): string {
  return url.replace(/^([a-z0-9+.-]+:\/\/)[^/@]*@/i, '$1');
}
