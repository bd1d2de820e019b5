import { delimiter } from 'node:path';
import { type Kubeconfig, parseKubeconfig } from '../../../core/parse/kubeconfig.ts';
import {
  kubeconfigPaths,
  mergeKubeconfigs,
  type Resolution,
  resolveKubeconfig,
} from '../../../core/parse/kubeconfig-resolve.ts';
import { readClusterSecrets, readUserSecrets, type UserSecrets } from '../../../core/parse/kubeconfig-secrets.ts';
import { PortFailure } from '../../ports/failure.ts';
import { inCluster } from './in-cluster.ts';
import type { Located } from './located.ts';
import type { KubeApiOptions } from './options.ts';

/** Bytes. */
const MAX_KUBECONFIG = 16 << 20;

/**
 * Finds out which cluster is meant: flags, kubeconfigs, else the Pod's own.
 * @throws PortFailure `absent` when there is none, `unreachable` (code `kubeconfig`) when what is asked for is not there
 */
export async function locate(options: KubeApiOptions): Promise<Located> {
  const texts = await readFiles(options);
  const parsed = [...texts].map(([path, text]) => parseKubeconfig(text, path));
  const resolution = resolveKubeconfig(mergeKubeconfigs(parsed), options.flags);
  if ('problem' in resolution) throw broken(`${resolution.problem}${firstProblem(parsed)}`);
  if (resolution.cluster.server === '') {
    const own = await inCluster(options, resolution);
    if (own) return own;
    throw absent(options, parsed);
  }
  const { entry } = resolution.user;
  const { path } = resolution.cluster;
  return {
    resolution,
    server: serverUrl(resolution),
    user: entry ? readUserSecrets(texts.get(entry.path) ?? '', entry.path, entry.name) : NO_SECRETS,
    cluster: path === undefined ? {} : readClusterSecrets(texts.get(path) ?? '', resolution.cluster.name),
  };
}

const NO_SECRETS: UserSecrets = { asGroups: [] };

/** Files of the KUBECONFIG list that are not there are skipped, as kubectl does; one that --kubeconfig names is not. */
async function readFiles({ flags, env, files }: KubeApiOptions): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const path of kubeconfigPaths(flags.kubeconfig, env, delimiter)) {
    try {
      texts.set(path, Buffer.from(await files.read(path, MAX_KUBECONFIG)).toString('utf8'));
    } catch (error) {
      const isSkipped = error instanceof PortFailure && error.state === 'absent' && !flags.kubeconfig;
      if (!isSkipped) throw error;
    }
  }
  return texts;
}

/** A server without a scheme is https when anything speaks of TLS (client-go rest/url_utils.go). */
function serverUrl({ cluster, user }: Resolution): URL {
  const speaksTls = cluster.ca !== undefined || cluster.insecure || user.entry?.certificate !== undefined;
  const text = cluster.server.includes('://') ? cluster.server : `${speaksTls ? 'https' : 'http'}://${cluster.server}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.hostname !== '') return url;
  throw broken(`the server ${cluster.server} of cluster ${cluster.name} is no http or https URL`);
}

function absent({ flags, env }: KubeApiOptions, parsed: readonly Kubeconfig[]): PortFailure {
  const paths = kubeconfigPaths(flags.kubeconfig, env, delimiter);
  const problem = firstProblem(parsed);
  if (problem) throw broken(`no cluster is configured${problem}`);
  const where =
    parsed.length > 0
      ? `${parsed.map(({ path }) => path).join(', ')} names no current cluster`
      : `there is no kubeconfig${paths.length > 0 ? ` at ${paths.join(', ')}` : ''}`;
  const next =
    parsed.length > 0
      ? 'choose one with --context or kubectl config use-context'
      : 'name one with --kubeconfig or KUBECONFIG, or the server with --server';
  return new PortFailure('absent', `no cluster to ask: ${where}; ${next}`);
}

function firstProblem(parsed: readonly Kubeconfig[]): string {
  const found = parsed.find(({ problems }) => problems.length > 0);
  return found ? `; ${found.path}, line ${found.problems[0]!.line}: ${found.problems[0]!.reason}` : '';
}

function broken(message: string): PortFailure {
  return new PortFailure('unreachable', message, { code: 'kubeconfig' });
}
