import { ref } from '../../../core/model/ref.ts';
import { readTokenClaims } from '../../../core/parse/jwt.ts';
import type { CertificateMaterial } from '../../../core/parse/kubeconfig.ts';
import { PortFailure } from '../../ports/failure.ts';
import type { KubeConnection } from '../../ports/kube-api.ts';
import type { PluginCredential } from './exec-plugin.ts';
import type { Located } from './located.ts';
import type { KubeApiOptions } from './options.ts';

type Facts = KubeConnection['credential'];

/** Where the credential in force comes from: flags before the entry. */
export interface CredentialSources {
  readonly certificate?: CertificateMaterial;
  readonly token?: string;
  readonly tokenFile?: string;
}

export function credentialSources(
  { flags }: KubeApiOptions,
  { user, resolution, tokenFile }: Located,
): CredentialSources {
  const { entry } = resolution.user;
  const certificate = flags.clientCertificate ? { path: flags.clientCertificate } : entry?.certificate;
  const token = flags.token || user.token;
  const file = token === undefined ? (entry?.tokenFile ?? tokenFile) : undefined;
  return {
    ...(certificate && { certificate }),
    ...(token !== undefined && { token }),
    ...(file !== undefined && { tokenFile: file }),
  };
}

/** What plugins and providers have given so far. */
export interface GivenCredential {
  readonly plugin?: PluginCredential;
  readonly token?: string;
}

/**
 * Public facts of the credential in force; those of a plugin only once it has run. A client certificate comes first,
 * as the API server looks at it before any token (kubernetes pkg/kubeapiserver/authenticator/config.go).
 */
export async function describeCredential(
  options: KubeApiOptions,
  located: Located,
  given: GivenCredential,
): Promise<Facts> {
  const { certificate, token, tokenFile } = credentialSources(options, located);
  const { flags } = options;
  const { entry } = located.resolution.user;
  const place = entry ? { ref: ref.kubeconfigUser(entry.path, entry.name) } : {};
  if (certificate) {
    const pem = 'pem' in certificate ? certificate.pem : await readText(options, certificate.path);
    const ofFlag = flags.clientCertificate && { ref: ref.file(flags.clientCertificate) };
    return { kind: 'certificate', ...(pem && { certificate: onlyCertificates(pem) }), ...(ofFlag || place) };
  }
  if (token !== undefined) return { kind: 'token', ...readTokenClaims(token), ...(flags.token ? {} : place) };
  if (tokenFile !== undefined) {
    const kind = located.tokenFile === undefined ? 'token' : 'service-account';
    return { kind, ...readTokenClaims((await readText(options, tokenFile)).trim()), ref: ref.file(tokenFile) };
  }
  return { ...describeOther(located, given), ...place };
}

function describeOther({ user }: Located, { plugin, token }: GivenCredential): Facts {
  if (user.username !== undefined) return { kind: 'basic' };
  if (user.exec) return { kind: 'exec', ...describePlugin(plugin) };
  if (!user.authProvider) return { kind: 'none' };
  return { kind: 'token', ...readTokenClaims(token ?? user.authProvider.config['id-token'] ?? '') };
}

function describePlugin(plugin: PluginCredential | undefined): Partial<Facts> {
  if (!plugin) return {};
  return {
    ...(plugin.token !== undefined && readTokenClaims(plugin.token)),
    ...(plugin.expires !== undefined && { expires: plugin.expires }),
    ...(plugin.certificate !== undefined && { certificate: onlyCertificates(plugin.certificate) }),
  };
}

/** Empty when it can't be read: the requests will say why. */
async function readText({ files }: KubeApiOptions, path: string): Promise<string> {
  try {
    return Buffer.from(await files.read(path, 1 << 20)).toString('utf8');
  } catch (error) {
    if (error instanceof PortFailure) return '';
    throw error;
  }
}

/** A file may hold the key beside the certificate, as the kubelet's does. */
function onlyCertificates(pem: string): string {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => `${block}\n`).join('');
}
